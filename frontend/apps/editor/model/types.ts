/** The wire's words as the editor uses them, and the Editor API's own. */

import type { Annotation, Column, Document, QueryParameter, VariableParameter, WidgetKind } from '../../../packages/wire'

export type {
  BarOptions, Cell, ClockOptions, Column, ColumnType, CountdownOptions, DataResult, DurationIn, FormatOptions, ImageOptions, LineOptions,
  DonutOptions, FigureRule, GaugeOptions, LeaderboardOptions, NumberOptions, Per, ProgressOptions, QrOptions, Role, Rule,
  Query, QueryColumn, QueryParameter, Reduction, StatusOptions, Step, TableColumn, TableOptions,
  TextOptions, ValueFormat, Variable, WebOptions, Widget,
} from '../../../packages/wire'

/** A parameter with a value of its own. */
export type Parameter = Exclude<QueryParameter, VariableParameter>

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
  annotations: Annotation[]
  can: { edit: boolean; publish: boolean }
}

export interface FieldProblem { path: string; message: string }
