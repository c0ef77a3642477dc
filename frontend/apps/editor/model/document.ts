/** Editing a dashboard document: every function returns a new one and leaves the old untouched. */

import { asksQuery, FACTS } from './kinds'
import { firstFree, type Layout, type Rect, sameRect } from './grid'
import { optionsFor } from './options'
import type { Column, DashboardDocument, Kind, Query, Widget } from './types'

/** What the server takes in one document. */
export const MOST_WIDGETS = 60
export const MOST_QUERIES = 30
export const MOST_SQL = 20_000

export function emptyDocument(title: string): DashboardDocument {
  return { format: 1, title, grid: { columns: 24, rows: 14 }, queries: [], widgets: [] }
}

export const isEmpty = (doc: DashboardDocument): boolean => doc.widgets.length === 0 && doc.queries.length === 0

export const widgetOf = (doc: DashboardDocument, id: string | null): Widget | null =>
  doc.widgets.find((widget) => widget.id === id) ?? null

export const queryOf = (doc: DashboardDocument, id: string | null): Query | null =>
  doc.queries.find((query) => query.id === id) ?? null

export const setTitle = (doc: DashboardDocument, title: string): DashboardDocument => ({ ...doc, title })

/** The next unused id with this letter: w1, w2, … */
export function freshId(taken: readonly { id: string }[], letter: string): string {
  const known = new Set(taken.map((one) => one.id))
  let number = taken.length + 1
  while (known.has(`${letter}${number}`)) number++
  return `${letter}${number}`
}

export function makeWidget(kind: Kind, fields: { id: string; title: string; query: string | null } & Rect, columns: readonly Column[]): Widget {
  const { id, title, query, x, y, w, h } = fields
  return { id, kind, title, query: asksQuery(kind) ? query : null, x, y, w, h, options: optionsFor(kind, columns) } as Widget
}

export interface Added { document: DashboardDocument; id: string }

/** Put a new widget at the first free place, smaller when it must be, on more rows when there is none; null when there are enough. */
export function addWidget(
  doc: DashboardDocument, kind: Kind, fields: { title: string; query: string | null }, columns: readonly Column[],
): Added | null {
  const { size, least } = FACTS[kind]
  if (doc.widgets.length >= MOST_WIDGETS) return null
  const taller = { ...doc.grid, rows: Math.max(doc.grid.rows, Math.min(mostRows(doc.grid), doc.grid.rows + size.h)) }
  const free = firstFree(doc.widgets, size, doc.grid, least)
  const grid = free ? doc.grid : taller
  const place = free ?? firstFree(doc.widgets, size, grid, least)
  if (!place) return null
  const id = freshId(doc.widgets, 'w')
  const widget = makeWidget(kind, { id, ...fields, ...place }, columns)
  return { document: { ...doc, grid, widgets: [...doc.widgets, widget] }, id }
}

/** A wall that lies stays one: with more rows it would be packed anew on the screens that it was made for. */
const mostRows = ({ columns, rows }: DashboardDocument['grid']): number => rows <= columns * 0.75 ? Math.floor(columns * 0.75) : rows

export function removeWidget(doc: DashboardDocument, id: string): DashboardDocument {
  return { ...doc, widgets: doc.widgets.filter((widget) => widget.id !== id) }
}

export function changeWidget(doc: DashboardDocument, id: string, change: Partial<Widget>): DashboardDocument {
  return { ...doc, widgets: doc.widgets.map((widget) => widget.id === id ? { ...widget, ...change } as Widget : widget) }
}

export function changeOptions(doc: DashboardDocument, id: string, change: object): DashboardDocument {
  const widget = widgetOf(doc, id)
  if (!widget) return doc
  return changeWidget(doc, id, { options: { ...widget.options, ...change } } as Partial<Widget>)
}

/** Another kind for the same widget, keeping its place, query and everything that still means something. */
export function changeKind(doc: DashboardDocument, id: string, kind: Kind, columns: readonly Column[]): DashboardDocument {
  const widget = widgetOf(doc, id)
  if (!widget || widget.kind === kind) return doc
  const query = asksQuery(kind) ? widget.query : null
  return changeWidget(doc, id, { kind, query, options: optionsFor(kind, columns, widget) } as Partial<Widget>)
}

/** Another query for the same widget; columns that exist there too stay chosen. */
export function changeQueryOf(doc: DashboardDocument, id: string, query: string, columns: readonly Column[]): DashboardDocument {
  const widget = widgetOf(doc, id)
  if (!widget) return doc
  const known = new Set(columns.map((column) => column.name))
  const before = widget.kind === 'table' && !widget.options.columns.every((one) => known.has(one.column)) ? undefined : widget
  return changeWidget(doc, id, { query, options: optionsFor(widget.kind, columns, before) } as Partial<Widget>)
}

export function applyLayout(doc: DashboardDocument, layout: Layout): DashboardDocument {
  const moved = doc.widgets.some((widget) => { const rect = layout.get(widget.id); return rect && !sameRect(rect, widget) })
  if (!moved) return doc
  return { ...doc, widgets: doc.widgets.map((widget) => ({ ...widget, ...layout.get(widget.id) })) }
}

export function addQuery(doc: DashboardDocument, fields: Omit<Query, 'id'>): Added {
  const id = freshId(doc.queries, 'q')
  return { document: { ...doc, queries: [...doc.queries, { id, ...fields }] }, id }
}

export function changeQuery(doc: DashboardDocument, id: string, change: Partial<Query>): DashboardDocument {
  return { ...doc, queries: doc.queries.map((query) => query.id === id ? { ...query, ...change } : query) }
}

export const widgetsUsing = (doc: DashboardDocument, query: string): Widget[] =>
  doc.widgets.filter((widget) => widget.query === query)

/** Remove a query that no widget shows; with widgets on it the document stays as it is. */
export function removeQuery(doc: DashboardDocument, id: string): DashboardDocument {
  if (widgetsUsing(doc, id).length > 0) return doc
  return { ...doc, queries: doc.queries.filter((query) => query.id !== id) }
}
