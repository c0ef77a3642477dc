/** Widgets on their way through the clipboard: a text that says what it is, with the queries they show and the names of sources. */

import { freePlaces, picked } from './group'
import { addQuery, freshId, MOST_QUERIES, MOST_WIDGETS } from './document'
import { FACTS } from './kinds'
import { same } from './same'
import type { DashboardDocument, Query, QueryParameter, Source, Variable, Widget } from './types'
import { bound, variablesOf } from './variables'

export interface Clipping {
  operant: 'widgets'
  format: 1
  sources: { id: string; name: string }[]
  variables: Variable[]
  queries: Query[]
  widgets: Widget[]
}

/** What of a clipping is pasted, once the server has looked at it. */
export type Clipped = Pick<Clipping, 'variables' | 'queries' | 'widgets'>

export interface Pasted { document: DashboardDocument; ids: string[] }
export type Pasting = Pasted | { refusal: string }

export function clippingOf(doc: DashboardDocument, ids: readonly string[], sources: readonly Source[]): Clipping {
  const widgets = picked(doc.widgets, ids)
  const queries = doc.queries.filter((query) => widgets.some((widget) => widget.query === query.id))
  const named = sources.filter((source) => queries.some((query) => query.source === source.id)).map(({ id, name }) => ({ id, name }))
  return { operant: 'widgets', format: 1, sources: named, variables: taken(doc, queries), queries, widgets }
}

/** The variables that queries take, without the query that offers their choices: it stays where it is. */
function taken(doc: DashboardDocument, queries: readonly Query[]): Variable[] {
  const takes = (name: string) => queries.some((query) => (query.parameters ?? []).some((one) => one.type === 'variable' && one.variable === name))
  return variablesOf(doc).filter(({ name }) => takes(name)).map((one) => {
    if (!('choices_from' in one)) return one
    const { choices_from: _from, ...rest } = one
    return rest as Variable
  })
}

/** A query as another dashboard can ask it: what no variable there sets keeps the default. */
function settled(doc: DashboardDocument, variables: Variable[], query: Query): Query {
  if (!query.parameters) return query
  const here = new Set(variablesOf(doc).map(({ name }) => name))
  const defaults = new Map(bound({ ...doc, variables }, query).map((one) => [one.name, one]))
  const own = (one: QueryParameter): QueryParameter => one.type === 'variable' && !here.has(one.variable) ? defaults.get(one.name) ?? one : one
  return { ...query, parameters: query.parameters.map(own) }
}

/** What a text from the clipboard holds, or null when it is something else. What is in it, the server has to judge. */
export function readClipping(text: string): Clipping | null {
  try {
    const found: unknown = JSON.parse(text)
    if (typeof found !== 'object' || found === null || (found as Clipping).operant !== 'widgets') return null
    return found as Clipping
  } catch {
    return null
  }
}

/** Copies of widgets on a wall that may be another one; a query that is there already is shown twice instead of copied. */
export function paste(doc: DashboardDocument, { variables, queries, widgets }: Clipped): Pasting {
  if (doc.widgets.length + widgets.length > MOST_WIDGETS) return { refusal: `A dashboard has at most ${MOST_WIDGETS} widgets.` }
  const places = freePlaces(doc.widgets, widgets.map((widget) => ({ rect: widget, least: FACTS[widget.kind].least })), doc.grid)
  if (!places) return { refusal: 'The wall has no room for them. Make widgets smaller or delete some, then try again.' }
  const known = new Map<string, string>()
  let next = doc
  for (const query of queries.map((one) => settled(doc, variables, one))) {
    const { id, ...fields } = query
    const there = doc.queries.find((one) => same({ ...one, id }, query))
    if (there) { known.set(id, there.id); continue }
    const added = addQuery(next, fields)
    next = added.document
    known.set(id, added.id)
  }
  if (next.queries.length > MOST_QUERIES) return { refusal: `A dashboard has at most ${MOST_QUERIES} queries. Delete some that no widget shows.` }
  const ids: string[] = []
  for (const [at, widget] of widgets.entries()) {
    const id = freshId(next.widgets, 'w')
    const query = widget.query === null ? null : known.get(widget.query) ?? null
    next = { ...next, widgets: [...next.widgets, { ...widget, ...places[at]!, id, query }] }
    ids.push(id)
  }
  return { document: next, ids }
}
