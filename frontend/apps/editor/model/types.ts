/** The dashboard document and the editor's own messages, as the server speaks them. */

export type Kind = 'number' | 'line' | 'bar' | 'table' | 'text'
export type ColumnType = 'text' | 'integer' | 'decimal' | 'float' | 'boolean' | 'date' | 'datetime' | 'time' | 'json'
export type Format = 'number' | 'integer' | 'percent' | 'currency'

export interface Column { name: string; type: ColumnType }

export interface FigureFormat { format: Format; currency?: string; decimals?: number; unit?: string }
export interface NumberOptions extends FigureFormat { value: string; compare?: string | null; goal?: 'up' | 'down' | 'none' }
export interface LineOptions extends FigureFormat { x: string; y: string[]; area: boolean }
export interface BarOptions extends FigureFormat { x: string; y: string[]; horizontal: boolean; stacked: boolean }
export interface TableColumn { column: string; label?: string; format?: Format; align?: 'left' | 'center' | 'right' }
export interface TableOptions { columns: TableColumn[]; rows: number }
export interface TextOptions { text: string; size: 's' | 'm' | 'l' | 'xl'; align: 'left' | 'center' }

interface Base { id: string; title: string; x: number; y: number; w: number; h: number; query: string | null }
export type Widget =
  | (Base & { kind: 'number'; options: NumberOptions })
  | (Base & { kind: 'line'; options: LineOptions })
  | (Base & { kind: 'bar'; options: BarOptions })
  | (Base & { kind: 'table'; options: TableOptions })
  | (Base & { kind: 'text'; options: TextOptions })

export interface Query { id: string; name: string; source: string; sql: string; refresh_seconds: number }

export interface DashboardDocument {
  format: 1
  title: string
  grid: { columns: number; rows: number }
  queries: Query[]
  widgets: Widget[]
}

export interface DataResult {
  key: string
  seq: number
  state: 'ok' | 'failed' | 'waiting'
  computed_at: string | null
  refresh_seconds: number
  duration_ms: number
  columns: Column[]
  rows: unknown[][]
  truncated: boolean
  error: string | null
}

export interface Source { id: string; name: string; table: string; columns: Column[]; rows: number }

export interface Draft {
  revision: number
  document: DashboardDocument
  published: { number: number; version: string } | null
  sources: Source[]
  can: { edit: boolean; publish: boolean }
}

export interface FieldProblem { path: string; message: string }
