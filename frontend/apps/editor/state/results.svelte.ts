/** What the queries answered in this session; one run per distinct text, two at a time. */

import { SvelteMap } from 'svelte/reactivity'
import type { Client } from '../api/client'
import { queryOf } from '../model/document'
import type { Known } from '../model/problems'
import type { Column, DashboardDocument, DataResult, Parameter, Query } from '../model/types'

export interface Failure { message: string; line: number | null; column: number | null; step?: number }
/** `along` has the columns that each step got, as far as they fit, and those of the end. */
export interface Run { running: boolean; result: DataResult | null; failure: Failure | null; along: Column[][]; at: number }

const AT_ONCE = 2
const OLDEST_MS = 300_000

export class Results {
  private readonly runs = new SvelteMap<string, Run>()
  private readonly latest = new SvelteMap<string, string>()
  private readonly queue: (() => Promise<void>)[] = []
  private busy = 0
  private count = 0
  private readonly client: Client
  private readonly bound: (query: Query) => readonly Parameter[]

  /** `bound` gives a query's parameters with the values that it is asked with now. */
  constructor(client: Client, bound: (query: Query) => readonly Parameter[]) {
    this.client = client
    this.bound = bound
  }

  /** The run of exactly this text, if there was one. */
  runOf(query: Query): Run | null {
    return this.runs.get(this.keyOf(query)) ?? null
  }

  /** True when the text was changed after its last run. */
  isChanged(query: Query): boolean {
    return this.runOf(query) === null
  }

  /** What widgets paint: the newest rows known, marked failed when the last run failed. Null while nothing is known. */
  dataFor(query: Query | null): DataResult | null {
    if (!query) return null
    const run = this.runOf(query) ?? this.runs.get(this.latest.get(query.id) ?? '')
    if (!run) return null
    if (run.failure === null) return run.result
    const { columns, rows } = run.result ?? { columns: [], rows: [] }
    return { ...blank(query), ...run.result, columns, rows, state: 'failed', error: run.failure.message }
  }

  /** The columns on the way through the steps, of the newest run that is known. */
  alongOf(query: Query): Column[][] {
    return (this.runOf(query) ?? this.runs.get(this.latest.get(query.id) ?? ''))?.along ?? []
  }

  columnsOf(query: Query | null): readonly Column[] | null {
    const data = this.dataFor(query)
    return data === null || (data.state === 'failed' && data.columns.length === 0) ? null : data.columns
  }

  known(doc: DashboardDocument): (id: string) => Known {
    return (id) => {
      const query = queryOf(doc, id)
      const data = this.dataFor(query)
      if (data === null) return null
      return data.state === 'failed' ? { error: data.error ?? 'it failed.' } : { columns: data.columns }
    }
  }

  /** Run the queries of a document that have no answer yet, or an old one. */
  runMissing(doc: DashboardDocument): void {
    const now = Date.now()
    for (const query of doc.queries) {
      const run = this.runOf(query)
      const old = run !== null && now - run.at > Math.max(query.refresh_seconds * 1000, OLDEST_MS)
      if (query.source !== '' && query.sql.trim() !== '' && (run === null || (old && !run.running))) void this.run(query)
    }
  }

  /** Run one query now; the answer is kept and returned. */
  run(query: Query, again = true): Promise<Run> {
    const key = this.keyOf(query)
    const before = this.runs.get(key) ?? this.runs.get(this.latest.get(query.id) ?? '')
    this.runs.set(key, { running: true, result: before?.result ?? null, failure: null, along: before?.along ?? [], at: Date.now() })
    this.latest.set(query.id, key)
    return new Promise((resolve) => {
      this.queue.push(async () => { resolve(await this.ask(query, key, again)) })
      this.next()
    })
  }

  private async ask(query: Query, key: string, again: boolean): Promise<Run> {
    const outcome = await this.client.preview(query, this.bound(query), again)
    const run: Run = outcome.kind === 'ok'
      ? { running: false, result: this.stamped(query, outcome.result), failure: null, along: outcome.along, at: Date.now() }
      : { running: false, result: this.runs.get(key)?.result ?? null, failure: outcome, along: outcome.along, at: Date.now() }
    this.runs.set(key, run)
    return run
  }

  /** A preview knows neither its number nor its interval; the drawings tell results apart and their age by them. */
  private stamped(query: Query, result: DataResult): DataResult {
    const refresh = Math.max(query.refresh_seconds, OLDEST_MS / 1000)
    return { ...result, key: query.id, seq: ++this.count, refresh_seconds: refresh }
  }

  private keyOf(query: Query): string {
    return `${query.source}\n${query.sql.trim()}\n${JSON.stringify([this.bound(query), query.steps ?? []])}`
  }

  private next(): void {
    while (this.busy < AT_ONCE) {
      const job = this.queue.shift()
      if (!job) return
      this.busy++
      void job().finally(() => { this.busy--; this.next() })
    }
  }
}

function blank(query: Query): DataResult {
  return {
    key: query.id, seq: 0, state: 'waiting', computed_at: null, refresh_seconds: query.refresh_seconds, duration_ms: 0,
    columns: [], rows: [], truncated: false, error: null,
  }
}
