export type ColumnType = 'text' | 'integer' | 'decimal' | 'float' | 'boolean' | 'date' | 'datetime' | 'time' | 'json'

export interface Column {
  name: string
  type: ColumnType
}

/** Decimals and integers beyond 2^53 travel as strings; dates and times as ISO 8601. */
export type Cell = string | number | boolean | null | object

/** "forbidden" carries no rows: the screen may no longer see this source. */
export type DataState = 'ok' | 'failed' | 'waiting' | 'forbidden'

/** One query's newest result. After a failure the last good rows stay, with the state "failed" and a sentence. */
export interface DataResult {
  key: string
  seq: number
  state: DataState
  computed_at: string | null
  refresh_seconds: number
  duration_ms?: number
  columns: Column[]
  rows: Cell[][]
  truncated: boolean
  error: string | null
}
