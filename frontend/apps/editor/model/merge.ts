/** Two people's changes to one document: taken together where they touch different things, named where they do not. */

import { clamp, nearestFree, overlaps, sameRect } from './grid'
import { freshId } from './document'
import { same } from './same'
import type { DashboardDocument, Query, Variable, Widget } from './types'

/** `clashes` names what both changed differently: there, `mine` stands in the document. */
export interface Merged { document: DashboardDocument; clashes: string[] }

type Part = { id: string }

export function merge(base: DashboardDocument, given: DashboardDocument, theirs: DashboardDocument): Merged {
  const clashes: string[] = []
  const mine = apart(base, given, theirs)
  const title = either(base.title, mine.title, theirs.title, () => clashes.push('the title'))
  const grid = either(base.grid, mine.grid, theirs.grid, () => clashes.push('the grid'))
  const queries = mergeParts(base.queries, mine.queries, theirs.queries, mergeWhole, (one) => clashes.push(`the query “${one.name}”`))
  const widgets = mergeParts<Widget>(base.widgets, mine.widgets, theirs.widgets, mergeWidget, (one) => clashes.push(`“${one.title || one.id}”`))
  const variables = either(base.variables ?? [], mine.variables ?? [], theirs.variables ?? [], () => clashes.push('the variables'))
  const asked = withAsked(queries, widgets, variables, [mine, theirs])
  const document = { ...theirs, ...(variables.length > 0 || theirs.variables ? { variables } : {}), title, grid, queries: asked, widgets }
  clashes.push(...undeclared(document).map((name) => `the variable “${name}”`))
  return { document: laidOut(document, theirs, clashes), clashes }
}

/** What both made new under one id are two things: mine gets another. */
function apart(base: DashboardDocument, mine: DashboardDocument, theirs: DashboardDocument): DashboardDocument {
  const queries = renamed(base.queries, mine.queries, theirs.queries, 'q')
  const widgets = renamed(base.widgets, mine.widgets, theirs.widgets, 'w')
  if (queries.size === 0 && widgets.size === 0) return mine
  return {
    ...mine,
    ...(mine.variables ? { variables: mine.variables.map((one) => following(one, queries)) } : {}),
    queries: mine.queries.map((one) => ({ ...one, id: queries.get(one.id) ?? one.id })),
    widgets: mine.widgets.map((one) => ({ ...one, id: widgets.get(one.id) ?? one.id, query: queries.get(one.query ?? '') ?? one.query })),
  }
}

/** The same variable, offering its choices from a query that has another id now. */
function following(variable: Variable, queries: ReadonlyMap<string, string>): Variable {
  if (!('choices_from' in variable) || !variable.choices_from) return variable
  const { query, ...rest } = variable.choices_from
  return { ...variable, choices_from: { ...rest, query: queries.get(query) ?? query } }
}

/** What one removed or renamed and a query of the other takes. */
function undeclared({ variables = [], queries }: DashboardDocument): string[] {
  const taken = queries.flatMap((query) => (query.parameters ?? []).flatMap((one) => one.type === 'variable' ? [one.variable] : []))
  return [...new Set(taken)].filter((name) => !variables.some((one) => one.name === name))
}

function renamed(base: readonly Part[], mine: readonly Part[], theirs: readonly Part[], letter: string): Map<string, string> {
  const taken = [...mine, ...theirs]
  const names = new Map<string, string>()
  for (const one of mine) {
    const other = partOf(theirs, one.id)
    if (!other || partOf(base, one.id) || same(one, other)) continue
    const id = freshId(taken, letter)
    taken.push({ id })
    names.set(one.id, id)
  }
  return names
}

function mergeParts<P extends Part>(
  base: readonly P[], mine: readonly P[], theirs: readonly P[], both: (base: P, mine: P, theirs: P) => P | null, clash: (part: P) => void,
): P[] {
  const ids = [...theirs, ...mine.filter((one) => !partOf(theirs, one.id))].map((one) => one.id)
  return ids.flatMap((id) => {
    const [before, m, t] = [partOf(base, id), partOf(mine, id), partOf(theirs, id)]
    if (m && t) {
      if (!before || same(m, t) || same(before, t)) return [m]
      if (same(before, m)) return [t]
      const together = both(before, m, t)
      if (together === null) clash(m)
      return [together ?? m]
    }
    const left = (m ?? t)!
    if (!before) return [left]
    // One deleted it: gone, unless the other went on with it.
    if (same(before, left)) return []
    clash(left)
    return m ? [m] : []
  })
}

const mergeWhole = (): null => null

/** Place, title and the rest of a widget are three things. */
function mergeWidget(base: Widget, mine: Widget, theirs: Widget): Widget | null {
  const place = ({ x, y, w, h }: Widget) => ({ x, y, w, h })
  const rest = ({ kind, query, options }: Widget) => ({ kind, query, options })
  let isClash = false
  const clash = () => { isClash = true }
  const found = {
    id: mine.id, title: either(base.title, mine.title, theirs.title, clash),
    ...either(place(base), place(mine), place(theirs), clash), ...either(rest(base), rest(mine), rest(theirs), clash),
  } as Widget
  return isClash ? null : found
}

function either<V>(base: V, mine: V, theirs: V, clash: () => void): V {
  if (same(mine, theirs) || same(base, theirs)) return mine
  if (!same(base, mine)) { clash(); return mine }
  return theirs
}

/** A query that one deleted stays where the other's new widget shows it, or a new variable offers what it finds. */
function withAsked(queries: Query[], widgets: readonly Widget[], variables: readonly Variable[], from: readonly DashboardDocument[]): Query[] {
  const offering = variables.map((one) => 'choices_from' in one ? one.choices_from?.query ?? null : null)
  const wanted = [...widgets.map(({ query }) => query), ...offering]
  const missing = wanted.flatMap((query) => query !== null && !partOf(queries, query) ? [query] : [])
  const found = [...new Set(missing)].flatMap((id) => from.flatMap((doc) => partOf(doc.queries, id) ?? []).slice(0, 1))
  return [...queries, ...found]
}

/** What they placed stays; what I placed on it goes to the nearest free place. */
function laidOut(doc: DashboardDocument, theirs: DashboardDocument, clashes: string[]): DashboardDocument {
  const isTheirs = (one: Widget) => isSameSpot(one, partOf(theirs.widgets, one.id))
  const sorted = [...doc.widgets].sort((a, b) => Number(isTheirs(b)) - Number(isTheirs(a)))
  const placed: Widget[] = []
  for (const one of sorted) {
    const inside = { ...one, ...clamp(one, doc.grid) }
    const free = placed.some((other) => overlaps(other, inside)) ? nearestFree(placed, inside, doc.grid) : inside
    if (!free) clashes.push(`the place of “${one.title || one.id}”`)
    placed.push({ ...one, ...(free ? { x: free.x, y: free.y, w: free.w, h: free.h } : {}) })
  }
  return { ...doc, widgets: doc.widgets.map((one) => partOf(placed, one.id)!) }
}

const isSameSpot = (one: Widget, other: Widget | undefined): boolean => other !== undefined && sameRect(one, other)
const partOf = <P extends Part>(parts: readonly P[], id: string): P | undefined => parts.find((one) => one.id === id)
