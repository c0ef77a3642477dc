/** Which number the next publication gets, and whether there is anything to publish. */

import type { DashboardDocument, Draft } from '../model/types'
import type { Editor } from './editor.svelte'

export class Publishing {
  private latest = $state.raw<Draft['published']>(null)
  private frozen = $state.raw<DashboardDocument | null>(null)
  private readonly editor: Editor

  constructor(editor: Editor, published: Draft['published']) {
    this.editor = editor
    this.latest = published
  }

  get next(): number {
    return (this.latest?.number ?? 0) + 1
  }

  /** Why there is nothing to publish; empty when there is. */
  get reason(): string {
    const same = this.frozen !== null && this.frozen === this.editor.document
    return same ? `Version ${this.latest?.number} is exactly this. Change something, then publish again.` : ''
  }

  done(version: string, number: number): void {
    this.latest = { version, number }
    this.frozen = this.editor.document
  }
}
