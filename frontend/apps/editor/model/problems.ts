/** What keeps a widget from showing what it should; said before publishing, never forbidding it. */

import { queryOf } from './document'
import { lacking } from './free'
import { asksQuery } from './kinds'
import type { Column, DashboardDocument, FieldProblem, Widget } from './types'

/** What is known about a query's last run: its columns, or a sentence about its failure. */
export type Known = { columns: readonly Column[] } | { error: string } | null

/** The first thing wrong with a widget in words, or null. */
export function problemOf(doc: DashboardDocument, widget: Widget, known: (query: string) => Known): string | null {
  if (!asksQuery(widget.kind)) return lacking(widget)
  const query = queryOf(doc, widget.query)
  if (!query) return 'It has no query yet.'
  const result = known(query.id)
  if (result === null) return null
  if ('error' in result) return `Its query “${query.name}” fails: ${result.error}`
  const names = new Set(result.columns.map((column) => column.name))
  const wanted = columnsOf(widget)
  if (wanted.length === 0 || wanted.includes('')) return 'No column is chosen yet.'
  if (widget.kind === 'progress' && typeof widget.options.target !== 'number' && !widget.options.target_column) return 'No target is set yet.'
  const missing = wanted.filter((name) => !names.has(name))
  return missing.length > 0 ? `The query no longer has the column “${missing.join('”, “')}”.` : null
}

export function problems(doc: DashboardDocument, known: (query: string) => Known): Map<string, string> {
  const found = new Map<string, string>()
  for (const widget of doc.widgets) {
    const sentence = problemOf(doc, widget, known)
    if (sentence) found.set(widget.id, sentence)
  }
  return found
}

/** The columns a widget reads. */
export function columnsOf(widget: Widget): string[] {
  switch (widget.kind) {
    case 'number': return named(widget.options.value, widget.options.compare, widget.options.along)
    case 'gauge': return [widget.options.value]
    case 'progress': return named(widget.options.value, widget.options.target_column)
    case 'donut':
    case 'status': return [widget.options.names, widget.options.value]
    case 'leaderboard': return [widget.options.names, ...named(widget.options.value, widget.options.compare)]
    case 'line':
    case 'bar': return widget.options.y.length === 0 ? [] : [widget.options.x, ...widget.options.y]
    case 'table': return widget.options.columns.map((column) => column.column)
    case 'text': return []
    case 'image':
    case 'clock':
    case 'countdown':
    case 'qr':
    case 'web': return []
  }
}

const named = (first: string, ...others: (string | null | undefined)[]): string[] => [first, ...others.filter((one) => !!one) as string[]]

/** Which widget or query a server's field path points at: "widgets.2.options.value". */
export function placeOf(doc: DashboardDocument, problem: FieldProblem): { widget?: string; query?: string; name: string } {
  const [part, index] = problem.path.split(/[.[\]]+/)
  const widget = part === 'widgets' ? doc.widgets[Number(index)] : undefined
  const query = part === 'queries' ? doc.queries[Number(index)] : undefined
  if (widget) return { widget: widget.id, name: widget.title || 'A widget' }
  if (query) return { query: query.id, name: query.name || 'A query' }
  return { name: 'The dashboard' }
}
