/** A saved query on its own page: loaded, changed, and saved in one go, since dashboards follow what is saved. */

import { Client } from '../api/client'
import { type Answer, Transport } from '../api/transport'
import { emptyDocument } from '../model/document'
import { same } from '../model/same'
import type { Query, Source } from '../model/types'
import { Editor } from './editor.svelte'
import { Notices } from './notices.svelte'
import type { Setup } from './setup'

export interface Using { name: string; widgets: number }

export class SavedQueryPage {
  editor = $state.raw<Editor | null>(null)
  failure = $state('')
  busy = $state(false)
  usedBy = $state('')
  places = $state.raw<readonly Using[]>([])
  readonly notices = new Notices()
  private readonly transport: Transport
  private revision = 0
  private kept = $state.raw<Query | null>(null)

  query = $derived(this.editor?.document.queries[0] ?? null)
  isChanged = $derived(this.query !== null && !same(this.query, this.kept))

  constructor(readonly setup: Setup) {
    this.transport = new Transport(setup.api, setup.csrf)
  }

  async load(): Promise<void> {
    this.failure = ''
    const answer = await this.transport.send('GET', 'draft')
    if (answer.status !== 200) { this.failure = said(answer, 'The saved query could not be loaded. Try again in a moment.'); return }
    const query = answer.body.query as Query
    this.revision = Number(answer.body.revision)
    this.usedBy = String(answer.body.used_by)
    this.places = answer.body.places as Using[]
    this.kept = query
    const document = { ...emptyDocument(query.name), queries: [query] }
    const draft = {
      revision: this.revision, document, published: null, sources: answer.body.sources as Source[], annotations: [],
      can: { edit: true, publish: false },
    }
    this.editor = new Editor(draft, new Client(this.transport), this.notices, () => undefined)
    this.editor.openQuery = query.id
    this.editor.results.runMissing(document)
  }

  /** Empty when it was saved, otherwise the sentence that says why not. */
  async save(): Promise<string> {
    const { query } = this
    if (!query) return ''
    this.busy = true
    const answer = await this.transport.send('PUT', 'draft', { revision: this.revision, query })
    this.busy = false
    if (answer.status !== 200) return said(answer, 'It was not saved. What you wrote is still here; try again in a moment.')
    this.kept = query
    this.revision = Number(answer.body.revision)
    return ''
  }
}

function said(answer: Answer, otherwise: string): string {
  if (answer.signedOut) return 'You are signed out. Sign in again in another tab, then try again.'
  return typeof answer.body.message === 'string' && answer.body.message !== '' ? answer.body.message : otherwise
}
