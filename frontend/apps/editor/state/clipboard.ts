/** Copy, cut and paste through the system's clipboard, between dashboards, tabs and browsers. */

import type { Client } from '../api/client'
import { readClipping } from '../model/clipping'
import { groupName } from '../model/words'
import type { Editor } from './editor.svelte'

export class Clipboard {
  constructor(private readonly editor: Editor, private readonly client: Client) {}

  /** Put what is selected into the clipboard; false when nothing is. */
  copy(event: ClipboardEvent): boolean {
    const { editor } = this
    const { ids } = editor.selection
    if (ids.length === 0 || !event.clipboardData) return false
    event.clipboardData.setData('text/plain', JSON.stringify(editor.clippingOf(ids), null, 1))
    event.preventDefault()
    editor.notices.show(`${groupName(editor.document, ids)} copied. Paste here or on another dashboard.`)
    return true
  }

  cut(event: ClipboardEvent): void {
    if (this.editor.can.edit && this.copy(event)) this.editor.remove(this.editor.selection.ids)
  }

  /** Paste widgets from the clipboard; answers the first of them. */
  async paste(event: ClipboardEvent): Promise<string | null> {
    const { editor, client } = this
    const text = event.clipboardData?.getData('text/plain') ?? ''
    if (!editor.can.edit || text === '') return null
    event.preventDefault()
    const clipping = readClipping(text)
    if (!clipping) { editor.notices.show('The clipboard holds no widgets. Copy some on a dashboard first.'); return null }
    const outcome = await client.takeClipping(clipping)
    if (outcome.kind === 'refused') { editor.notices.show(outcome.message); return null }
    return editor.paste(outcome.clipping)
  }
}
