/** The Editor API: one method per request, every answer a value. */

import type { SaveOutcome } from '../autosave/autosave'
import type { Clipped, Clipping } from '../model/clipping'
import type { Column, DashboardDocument, DataResult, Draft, FieldProblem, Parameter, Query } from '../model/types'
import { SavedQueries } from './saved'
import { type Answer, Transport } from './transport'

export type PreviewOutcome =
  | { kind: 'ok'; result: DataResult; along: Column[][] }
  | { kind: 'failed'; message: string; line: number | null; column: number | null; step: number; along: Column[][] }

export type PublishOutcome =
  | { kind: 'published'; version: string; number: number }
  | { kind: 'refused'; message: string }

export type ProposalOutcome = { kind: 'ok'; document: DashboardDocument } | { kind: 'refused'; message: string }

export type ClippingOutcome = { kind: 'ok'; clipping: Clipped } | { kind: 'refused'; message: string }

/** Somebody else in the editor of this dashboard, or the same person in another tab. */
export interface Colleague { tab: string; name: string; is_me: boolean; selection: string[] }

export type UploadOutcome = { kind: 'ok'; picture: string } | { kind: 'refused'; message: string }

export type LoadOutcome = { kind: 'ok'; draft: Draft } | { kind: 'failed'; message: string }

const NO_CONNECTION = 'There is no connection to the server right now. Check the network, then try again.'

export class Client {
  readonly saved: SavedQueries

  constructor(private readonly transport: Transport) {
    this.saved = new SavedQueries(transport)
  }

  async load(): Promise<LoadOutcome> {
    const answer = await this.transport.send('GET', 'draft')
    if (answer.status === 200) return { kind: 'ok', draft: answer.body as unknown as Draft }
    return { kind: 'failed', message: sentence(answer, 'The dashboard could not be loaded. Nothing was changed; try again.') }
  }

  async save(revision: number, document: DashboardDocument): Promise<SaveOutcome> {
    const answer = await this.transport.send('PUT', 'draft', { revision, document })
    const { status, body } = answer
    if (status === 200) {
      return { kind: 'saved', revision: Number(body.revision), savedAt: new Date(String(body.saved_at)) }
    }
    if (status === 409 && body.document) {
      return {
        kind: 'changed', revision: Number(body.revision), document: body.document as DashboardDocument,
        message: sentence(answer, 'The dashboard was changed somewhere else.'),
      }
    }
    if (status === 422) {
      return { kind: 'invalid', message: sentence(answer, 'The server refuses the draft.'), fields: fieldsOf(body.fields) }
    }
    if (answer.signedOut) return { kind: 'refused', message: 'You are signed out. Sign in again in another tab.' }
    if (status === 403 || status === 404 || status === 410 || status === 413) {
      return { kind: 'refused', message: sentence(answer, 'The server does not accept changes from you.') }
    }
    return { kind: 'unreachable' }
  }

  async propose(source: string): Promise<ProposalOutcome> {
    const answer = await this.transport.send('GET', `proposal?source=${encodeURIComponent(source)}`)
    if (answer.status === 200) return { kind: 'ok', document: answer.body.document as DashboardDocument }
    return { kind: 'refused', message: sentence(answer, 'No dashboard could be proposed. Try again in a moment.') }
  }

  /** `again` asks the source; otherwise the answer of a moment ago will do, for steps that are tried on it. */
  async preview({ source, sql, steps = [] }: Query, parameters: readonly Parameter[], again = true): Promise<PreviewOutcome> {
    const answer = await this.transport.send('POST', 'preview', { source, sql, parameters, steps, again })
    const { along: told, ...result } = answer.body
    const along = (told ?? []) as Column[][]
    if (answer.status === 200) return { kind: 'ok', result: result as unknown as DataResult, along }
    const { line, column, step } = answer.body
    return {
      kind: 'failed', message: sentence(answer, previewFailure(answer.status)),
      line: typeof line === 'number' ? line : null, column: typeof column === 'number' ? column : null,
      step: typeof step === 'number' ? step : 0, along,
    }
  }

  /** What a text from the clipboard is worth here: the server knows every kind of widget, and whose sources they ask. */
  async takeClipping(clipping: Clipping): Promise<ClippingOutcome> {
    const answer = await this.transport.send('POST', 'clippings', clipping)
    if (answer.status === 200) return { kind: 'ok', clipping: answer.body as unknown as Clipped }
    return { kind: 'refused', message: sentence(answer, 'The widgets could not be pasted. Try again in a moment.') }
  }

  async uploadPicture(file: File): Promise<UploadOutcome> {
    const form = new FormData()
    form.append('file', file)
    const answer = await this.transport.send('POST', 'pictures', form)
    if (answer.status === 201) return { kind: 'ok', picture: String(answer.body.picture) }
    if (answer.status === 413) return { kind: 'refused', message: 'The picture is too large. Make it smaller.' }
    return { kind: 'refused', message: sentence(answer, 'The picture could not be uploaded. Try again in a moment.') }
  }

  /** Say that this tab edits, and hear who else does; null when nothing could be heard. */
  async present(tab: string, selection: readonly string[]): Promise<{ revision: number; editors: Colleague[] } | null> {
    const answer = await this.transport.send('POST', 'presence', { tab, selection })
    return answer.status === 200 ? answer.body as unknown as { revision: number; editors: Colleague[] } : null
  }

  async leave(tab: string): Promise<void> {
    await this.transport.send('POST', 'presence', { tab, is_leaving: true })
  }

  /** Keep a document as a dashboard of its own. */
  async keepApart(document: DashboardDocument): Promise<{ kind: 'kept'; name: string; address: string } | { kind: 'refused'; message: string }> {
    const answer = await this.transport.send('POST', 'draft/apart', { document })
    if (answer.status === 201) return { kind: 'kept', name: String(answer.body.name), address: String(answer.body.address) }
    return { kind: 'refused', message: sentence(answer, 'It could not be kept. Nothing was changed; try again.') }
  }

  async publish(revision: number, note: string): Promise<PublishOutcome> {
    const answer = await this.transport.send('POST', 'publications', { revision, note })
    if (answer.status === 201) {
      return { kind: 'published', version: String(answer.body.version), number: Number(answer.body.number) }
    }
    return { kind: 'refused', message: sentence(answer, 'It was not published. The draft is safe; try again.') }
  }
}

function sentence(answer: Answer, otherwise: string): string {
  if (answer.signedOut) return 'You are signed out. Sign in again in another tab, then come back and try again.'
  if (answer.status === 0) return NO_CONNECTION
  return typeof answer.body.message === 'string' && answer.body.message !== '' ? answer.body.message : otherwise
}

function previewFailure(status: number): string {
  if (status === 408) return 'The query took too long and was stopped. Read fewer rows, or group them.'
  if (status === 429) return 'Too many queries in a short time. Wait a moment, then run it again.'
  return 'The query could not be run. Try again in a moment.'
}

function fieldsOf(value: unknown): FieldProblem[] {
  if (!Array.isArray(value)) return []
  return value.filter((one): one is FieldProblem => typeof one?.path === 'string' && typeof one?.message === 'string')
}
