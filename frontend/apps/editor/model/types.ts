/** The wire's words as the editor uses them, and the Editor API's own. */

import type { Column, Document, WidgetKind } from '../../../packages/wire'

export type {
  BarOptions, Cell, Column, ColumnType, DataResult, FormatOptions, LineOptions, NumberOptions, Query, TableColumn, TableOptions,
  TextOptions, ValueFormat, Widget,
} from '../../../packages/wire'

export type DashboardDocument = Document
export type Kind = WidgetKind

export interface Source { id: string; name: string; table: string; columns: Column[]; rows: number }

export interface Draft {
  revision: number
  document: DashboardDocument
  published: { number: number; version: string } | null
  sources: Source[]
  can: { edit: boolean; publish: boolean }
}

export interface FieldProblem { path: string; message: string }
