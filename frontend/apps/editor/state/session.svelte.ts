/** From the page's data attributes to an open editor: loading, unsaved work found in this browser, conflicts. */

import { Client } from '../api/client'
import { Transport } from '../api/transport'
import { browserShelf, type Shelf } from '../autosave/shelf'
import { isEmpty } from '../model/document'
import { same } from '../model/same'
import type { Draft, Source } from '../model/types'
import { Editor } from './editor.svelte'
import { Notices } from './notices.svelte'
import { Publishing } from './publishing.svelte'
import { Results } from './results.svelte'
import { Saving } from './saving.svelte'
import type { Setup } from './setup'

export type Phase = 'loading' | 'failed' | 'ready'

export class Session {
  phase = $state<Phase>('loading')
  failure = $state('')
  editor = $state.raw<Editor | null>(null)
  saving = $state.raw<Saving | null>(null)
  publishing = $state.raw<Publishing | null>(null)
  readonly notices = new Notices()
  readonly client: Client
  readonly setup: Setup
  private readonly shelf: Shelf

  constructor(setup: Setup) {
    this.setup = setup
    this.client = new Client(new Transport(setup.api, setup.csrf))
    this.shelf = browserShelf(window.localStorage, setup.api, setup.person)
  }

  async load(): Promise<void> {
    this.phase = 'loading'
    const outcome = await this.client.load()
    if (outcome.kind === 'failed') {
      this.failure = outcome.message
      this.phase = 'failed'
      return
    }
    this.open(outcome.draft)
  }

  /** Start an empty dashboard from a source's columns; undo leads back to the empty one. */
  async propose(source: Source): Promise<void> {
    const { editor } = this
    const outcome = await this.client.propose(source.id)
    // Whoever began to build meanwhile keeps what they have.
    if (!editor || editor !== this.editor || !isEmpty(editor.document)) return
    if (outcome.kind === 'refused') return this.notices.show(outcome.message)
    editor.change({ ...outcome.document, title: editor.document.title || outcome.document.title })
    editor.results.runMissing(editor.document)
    this.notices.show(`A first dashboard from ${source.name}. Change anything; undo starts over.`)
  }

  private open(draft: Draft): void {
    const saving = new Saving(draft.revision, this.client, this.shelf)
    const editor = new Editor(draft, new Results(this.client), this.notices, (document) => saving.change(document))
    this.saving = saving
    this.editor = editor
    this.publishing = new Publishing(editor, draft.published)
    this.phase = 'ready'
    this.takeUpKept(draft, editor, saving)
    const source = draft.sources.find((one) => one.id === this.setup.source)
    if (source && editor.document === draft.document && isEmpty(draft.document) && draft.can.edit) void this.propose(source)
    editor.results.runMissing(editor.document)
  }

  private takeUpKept(draft: Draft, editor: Editor, saving: Saving): void {
    const kept = this.shelf.take()
    if (!kept || !draft.can.edit) return
    if (same(kept.document, draft.document)) return this.shelf.clear()
    if (kept.revision === draft.revision) {
      editor.change(kept.document)
      this.notices.show('Changes that this browser kept were put back.', { label: 'Undo', run: () => editor.undo() })
      return
    }
    const theirs = { revision: draft.revision, document: draft.document }
    saving.dispute(kept, theirs, 'This browser kept changes that were not saved, and the dashboard was changed since.')
    editor.change(kept.document)
  }
}
