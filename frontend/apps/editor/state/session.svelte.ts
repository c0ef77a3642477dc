/** From the page's data attributes to an open editor: loading, unsaved work found in this browser, conflicts. */

import { Client } from '../api/client'
import { Transport } from '../api/transport'
import { browserShelf, type Shelf } from '../autosave/shelf'
import { isEmpty } from '../model/document'
import { same } from '../model/same'
import type { DashboardDocument, Draft, Source } from '../model/types'
import { Editor } from './editor.svelte'
import { Notices } from './notices.svelte'
import { Presence } from './presence.svelte'
import { Publishing } from './publishing.svelte'
import { Saving } from './saving.svelte'
import type { Setup } from './setup'

export type Phase = 'loading' | 'failed' | 'ready'

export class Session {
  phase = $state<Phase>('loading')
  failure = $state('')
  editor = $state.raw<Editor | null>(null)
  saving = $state.raw<Saving | null>(null)
  publishing = $state.raw<Publishing | null>(null)
  presence = $state.raw<Presence | null>(null)
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
    const saving = new Saving(draft, this.client, this.shelf, (base, theirs) => this.takeIn(base, theirs))
    const editor = new Editor(draft, this.client, this.notices, (document) => saving.change(document))
    this.saving = saving
    this.editor = editor
    this.publishing = new Publishing(editor, draft.published)
    this.presence = draft.can.edit ? new Presence(this.client, {
      selection: () => editor.selection.ids,
      onRevision: (revision) => { if (saving.isBehind(revision)) void this.follow(saving) },
      onCome: (name) => this.notices.say(`${name}: editing this dashboard too.`),
    }) : null
    this.phase = 'ready'
    this.takeUpKept(draft, editor, saving)
    const source = draft.sources.find((one) => one.id === this.setup.source)
    if (source && editor.document === draft.document && isEmpty(draft.document) && draft.can.edit) void this.propose(source)
    editor.results.runMissing(editor.document)
  }

  private async follow(saving: Saving): Promise<void> {
    const outcome = await this.client.load()
    if (outcome.kind === 'ok') saving.follow(outcome.draft)
  }

  private takeIn(base: DashboardDocument, theirs: DashboardDocument): DashboardDocument | null {
    const editor = this.editor!
    const merged = editor.takeIn(base, theirs)
    if (merged) this.notices.show(same(merged, theirs) ? 'Shown as somebody else just changed it.' : 'Somebody else changed it too. Their changes and yours are both kept.')
    return merged
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
