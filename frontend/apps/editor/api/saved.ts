/** Saved queries, as the editor of a dashboard asks for them. */

import type { Query, Variable } from '../model/types'
import type { Answer, Transport } from './transport'

export interface Offered { id: string; name: string; description: string; source: string; used_by: string }
export interface SavedInfo { query: Omit<Query, 'id'>; description: string; used_by: string; address: string }

type Outcome<T> = T | { kind: 'refused'; message: string }

export class SavedQueries {
  constructor(private readonly transport: Transport) {}

  async list(): Promise<Outcome<{ kind: 'ok'; saved: Offered[]; maySave: boolean }>> {
    const answer = await this.transport.send('GET', 'saved')
    if (answer.status === 200) return { kind: 'ok', saved: answer.body.saved as Offered[], maySave: answer.body.may_save === true }
    return refused(answer, 'The saved queries could not be listed. Try again in a moment.')
  }

  async one(id: string): Promise<Outcome<{ kind: 'ok'; info: SavedInfo }>> {
    const answer = await this.transport.send('GET', `saved/${encodeURIComponent(id)}`)
    if (answer.status === 200) return { kind: 'ok', info: answer.body as unknown as SavedInfo }
    return refused(answer, 'The saved query could not be loaded. Try again in a moment.')
  }

  /** Make a query of the dashboard a saved one, which it uses from then on. */
  async make(query: Query, variables: readonly Variable[], description: string): Promise<Outcome<{ kind: 'ok'; query: Query }>> {
    const answer = await this.transport.send('POST', 'saved', { query, variables, description })
    if (answer.status === 201) return { kind: 'ok', query: answer.body.query as Query }
    return refused(answer, 'It was not saved. Nothing was changed; try again.')
  }
}

function refused(answer: Answer, otherwise: string): { kind: 'refused'; message: string } {
  const { message } = answer.body
  if (answer.signedOut) return { kind: 'refused', message: 'You are signed out. Sign in again in another tab, then try again.' }
  return { kind: 'refused', message: typeof message === 'string' && message !== '' ? message : otherwise }
}
