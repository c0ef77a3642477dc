/** The dashboard document, format 1: what the editor saves, a version freezes and a screen draws. */
export interface Document {
  format: 1
  title: string
  grid: Grid
  queries: Query[]
  widgets: Widget[]
}

export interface Grid {
  columns: number
  rows: number
}

export interface Query {
  id: string
  name: string
  /** Public id of the source; empty only where no widget asks for data. */
  source: string
  sql: string
  refresh_seconds: number
}

export type WidgetKind = 'number' | 'line' | 'bar' | 'table' | 'text'

interface Placed {
  id: string
  title: string
  x: number
  y: number
  w: number
  h: number
  query: string | null
}

export interface NumberWidget extends Placed {
  kind: 'number'
  options: NumberOptions
}
export interface LineWidget extends Placed {
  kind: 'line'
  options: LineOptions
}
export interface BarWidget extends Placed {
  kind: 'bar'
  options: BarOptions
}
export interface TableWidget extends Placed {
  kind: 'table'
  options: TableOptions
}
export interface TextWidget extends Placed {
  kind: 'text'
  options: TextOptions
}

export type Widget = NumberWidget | LineWidget | BarWidget | TableWidget | TextWidget

export type ValueFormat = 'number' | 'integer' | 'percent' | 'currency'

/** How a figure is written. A percentage is a fraction: 0.25 reads "25%". */
export interface FormatOptions {
  format?: ValueFormat
  currency?: string
  decimals?: number | null
  unit?: string
}

export interface NumberOptions extends FormatOptions {
  value: string
  compare?: string | null
  /** Which direction is good news; "none" keeps the change uncolored. */
  goal?: 'up' | 'down' | 'none'
}

export interface LineOptions extends FormatOptions {
  x: string
  y: string[]
  area?: boolean
}

export interface BarOptions extends FormatOptions {
  x: string
  y: string[]
  horizontal?: boolean
  stacked?: boolean
}

export interface TableColumn extends FormatOptions {
  column: string
  label?: string
  align?: 'left' | 'center' | 'right'
}

export interface TableOptions {
  columns: TableColumn[]
  rows?: number
}

export interface TextOptions {
  text: string
  size?: 's' | 'm' | 'l' | 'xl'
  align?: 'left' | 'center'
}
