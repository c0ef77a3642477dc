/** The Editor API: one method per request, every answer a value. */

import type { SaveOutcome } from '../autosave/autosave'
import type { DashboardDocument, DataResult, Draft, FieldProblem } from '../model/types'
import { type Answer, Transport } from './transport'

export type PreviewOutcome =
  | { kind: 'ok'; result: DataResult }
  | { kind: 'failed'; message: string; line: number | null; column: number | null }

export type PublishOutcome =
  | { kind: 'published'; version: string; number: number }
  | { kind: 'refused'; message: string }

export type ProposalOutcome = { kind: 'ok'; document: DashboardDocument } | { kind: 'refused'; message: string }

export type LoadOutcome = { kind: 'ok'; draft: Draft } | { kind: 'failed'; message: string }

const NO_CONNECTION = 'There is no connection to the server right now. Check the network, then try again.'

export class Client {
  constructor(private readonly transport: Transport) {}

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

  async preview(source: string, sql: string): Promise<PreviewOutcome> {
    const answer = await this.transport.send('POST', 'preview', { source, sql })
    if (answer.status === 200) return { kind: 'ok', result: answer.body as unknown as DataResult }
    const { line, column } = answer.body
    return {
      kind: 'failed', message: sentence(answer, previewFailure(answer.status)),
      line: typeof line === 'number' ? line : null, column: typeof column === 'number' ? column : null,
    }
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
