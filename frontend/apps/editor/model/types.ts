/** The wire's words as the editor uses them, and the Editor API's own. */

import type { Column, Document, WidgetKind } from '../../../packages/wire'

export type {
  BarOptions, Cell, Column, ColumnType, DataResult, FormatOptions, LineOptions, NumberOptions, Query, TableColumn, TableOptions,
  TextOptions, ValueFormat, Widget,
} from '../../../packages/wire'

export type DashboardDocument = Document
export type Kind = WidgetKind

/** A table that queries may name, spelled as SQL wants it; a database may not know how many rows it has. */
export interface Table { name: string; rows: number | null; columns: Column[] }

export interface Source { id: string; name: string; kind: string; tables: Table[] }

export interface Draft {
  revision: number
  document: DashboardDocument
  published: { number: number; version: string } | null
  sources: Source[]
  can: { edit: boolean; publish: boolean }
}

export interface FieldProblem { path: string; message: string }
