/** The open dashboard: its document with history, what is selected, and every verb of the editor. */

import type { Client, UploadOutcome } from '../api/client'
import type { SavedQueries } from '../api/saved'
import * as edit from '../model/document'
import { aligned, type Alignment } from '../model/align'
import { type Clipped, type Clipping, clippingOf, paste } from '../model/clipping'
import { arrange, type Layout, type Rect, sameRect } from '../model/grid'
import { arrangeGroup, frameOf, picked, put, stepGroup } from '../model/group'
import { begin, commit, type History, rebase, redo, undo } from '../model/history'
import { asksQuery, bestKind, FACTS, whyNot } from '../model/kinds'
import { merge } from '../model/merge'
import { problems } from '../model/problems'
import type { DashboardDocument, Draft, Kind, Query, Source, Variable, Widget } from '../model/types'
import * as variables from '../model/variables'
import { chosenWords, edgeWords, groupName, movedWords, noRoomWords } from '../model/words'
import type { Notices } from './notices.svelte'
import { Results } from './results.svelte'
import { Selection } from './selection.svelte'

const WALL_FULL = 'The wall is full. Make a widget smaller or delete one, then add again.'

export class Editor {
  history = $state.raw<History<DashboardDocument>>(begin(edit.emptyDocument('')))
  readonly selection = new Selection()
  openQuery = $state<string | null>(null)
  readonly sources: readonly Source[]
  readonly annotations: Draft['annotations']
  readonly can: Draft['can']
  readonly results: Results
  readonly notices: Notices
  readonly savedQueries: SavedQueries
  /** Keep a picture on the server; its widget then names it. */
  readonly uploadPicture: (file: File) => Promise<UploadOutcome>
  private readonly onChange: (doc: DashboardDocument) => void

  document = $derived(this.history.present)
  /** The widget whose settings are open: when several are chosen, none. */
  widget = $derived(this.selection.isSeveral ? null : edit.widgetOf(this.document, this.selection.last))
  query = $derived(edit.queryOf(this.document, this.openQuery))
  problems = $derived.by(() => problems(this.document, this.results.known(this.document)))

  constructor(draft: Draft, client: Client, notices: Notices, onChange: (doc: DashboardDocument) => void) {
    this.history = begin(draft.document)
    this.sources = draft.sources
    this.annotations = draft.annotations
    this.can = draft.can
    this.results = new Results(client, (query) => variables.bound(this.document, query))
    this.notices = notices
    this.savedQueries = client.saved
    this.uploadPicture = (file) => client.uploadPicture(file)
    this.onChange = onChange
  }

  /** Take a new document as one step of the history; edits with one key in one stroke are one step. */
  change(next: DashboardDocument, key: string | null = null): void {
    if (!this.can.edit || next === this.document) return
    this.history = commit(this.history, next, key, Date.now())
    this.onChange(next)
  }

  undo(): void { this.travel(undo(this.history), 'Undone.') }
  redo(): void { this.travel(redo(this.history), 'Done again.') }

  /** Show a document that the server already has, so that undo brings back the one shown before. */
  adopt(document: DashboardDocument): void {
    this.history = commit(this.history, document, null, Date.now())
    this.forget()
    this.results.runMissing(document)
  }

  /** Take in what somebody else saved, in every step of the history; null, and nothing done, when both changed the same. */
  takeIn(base: DashboardDocument, theirs: DashboardDocument): DashboardDocument | null {
    const { document, clashes } = merge(base, this.document, theirs)
    if (clashes.length > 0) return null
    const taken = (state: DashboardDocument) => {
      const merged = merge(base, state, theirs)
      return merged.clashes.length > 0 ? null : merged.document
    }
    this.history = rebase(this.history, document, taken)
    this.forget()
    this.results.runMissing(document)
    return document
  }

  /** What both changed differently since `base`, in words. */
  clashes(base: DashboardDocument, theirs: DashboardDocument): string[] { return merge(base, this.document, theirs).clashes }

  /** Put another document one step behind the present one, so that undo reaches it. */
  remember(document: DashboardDocument): void {
    const mine = this.document
    this.history = commit(commit(this.history, document, null, Date.now()), mine, null, Date.now())
  }

  get selected(): string | null { return this.selection.last }

  select(id: string | null): void { this.selection.only(id) }

  selectAll(): void {
    this.selection.all(this.document.widgets)
    this.notices.say(chosenWords(this.selection.ids.length))
  }

  add(kind: Kind, query: Query | null): string | null {
    const title = query?.name ?? ''
    const added = edit.addWidget(this.document, kind, { title, query: query?.id ?? null }, this.results.columnsOf(query) ?? [])
    if (!added) { this.notices.show(WALL_FULL); return null }
    const more = added.document.grid.rows - this.document.grid.rows
    this.change(added.document)
    this.select(added.id)
    if (more) this.notices.show(`${FACTS[kind].name} added. The wall was full: it has ${more} more rows now, so each widget is a little lower.`)
    else this.notices.say(`${FACTS[kind].name} added.`)
    return added.id
  }

  /** Copies of widgets beside them; the first of the copies is answered. */
  duplicate(ids: readonly string[]): string | null {
    const name = groupName(this.document, ids)
    return this.paste({ variables: [], queries: this.document.queries, widgets: picked(this.document.widgets, ids) }, `${name} duplicated.`)
  }

  clippingOf(ids: readonly string[]): Clipping { return clippingOf(this.document, ids, this.sources) }

  paste(clipping: Clipped, words = ''): string | null {
    if (!this.can.edit || clipping.widgets.length === 0) return null
    const pasted = paste(this.document, clipping)
    if ('refusal' in pasted) { this.notices.show(pasted.refusal); return null }
    this.change(pasted.document)
    this.selection.set(pasted.ids)
    this.results.runMissing(this.document)
    this.notices.say(words || `${groupName(this.document, pasted.ids)} pasted.`)
    return pasted.ids[0] ?? null
  }

  remove(ids: readonly string[]): void {
    const widgets = picked(this.document.widgets, ids)
    if (widgets.length === 0 || !this.can.edit) return
    const words = `${groupName(this.document, ids)} deleted.`
    this.change(widgets.reduce((doc, one) => edit.removeWidget(doc, one.id), this.document))
    this.selection.keep(this.document.widgets)
    const removed = this.document
    this.notices.show(words, { label: 'Undo', run: () => this.bringBack(removed, widgets) })
  }

  /** One cell by keyboard or button; a key that is held down is one step back. */
  nudge(ids: readonly string[], dx: number, dy: number, held = false): void {
    const { widgets, grid } = this.document
    this.place(ids, stepGroup(widgets, ids, dx, dy, grid), edgeWords, held)
  }

  grow(ids: readonly string[], dw: number, dh: number, held = false): void {
    const group = picked(this.document.widgets, ids)
    if (group.length === 0) return
    const frame = frameOf(group)
    this.moveTo(ids, { ...frame, w: frame.w + dw, h: frame.h + dh }, held)
  }

  /** A place or size in cells, of one widget or of the frame of several, as far as the wall has room. */
  moveTo(ids: readonly string[], rect: Rect, held = false): void {
    const { widgets, grid } = this.document
    const group = picked(widgets, ids)
    if (group.length === 0 || sameRect(frameOf(group), rect)) return
    this.place(ids, arrangeGroup(widgets, ids, rect, grid), noRoomWords, held)
  }

  align(ids: readonly string[], how: Alignment): void {
    const { widgets, grid } = this.document
    const group = ids.map((id) => edit.widgetOf(this.document, id)).filter((one) => one !== null)
    const places = aligned(group, how)
    if (places.every(([id, rect]) => sameRect(rect, edit.widgetOf(this.document, id)!))) return this.notices.show('They are in line already.')
    const layout = put(widgets, places, grid)
    if (layout) this.place(ids, layout)
    else this.notices.show('There is no room: they would lie on each other, or reach over the edge.')
  }

  /** Take a layout, or say why there is none. */
  place(ids: readonly string[], layout: Layout | null, refusal: (name: string) => string = noRoomWords, held = false): void {
    const name = groupName(this.document, ids)
    if (name === '' || !this.can.edit) return
    const next = layout ? edit.applyLayout(this.document, layout) : this.document
    if (!layout || next === this.document) return this.notices.say(refusal(name))
    const words = movedWords(this.document, ids, layout)
    this.change(next, held ? `place:${ids.join()}` : null)
    this.notices.say(words)
  }

  setTitle(id: string, title: string): void { this.change(edit.changeWidget(this.document, id, { title }), `title:${id}`) }
  setOptions(id: string, change: object): void {
    this.change(edit.changeOptions(this.document, id, change), `${Object.keys(change).join()}:${id}`)
  }
  setKind(id: string, kind: Kind): void {
    const query = this.queryFor(edit.widgetOf(this.document, id), kind)
    const next = edit.changeKind(this.document, id, kind, this.results.columnsOf(query) ?? [])
    this.change(!asksQuery(kind) ? next : edit.changeWidget(next, id, { query: query?.id ?? null }))
  }
  /** Null when this widget can be shown as that kind, otherwise the reason it cannot. */
  whyNotAs(widget: Widget, kind: Kind): string | null {
    return whyNot(kind, this.results.columnsOf(this.queryFor(widget, kind)))
  }

  setWidgetQuery(id: string, query: string): void {
    const columns = this.results.columnsOf(edit.queryOf(this.document, query)) ?? []
    this.change(edit.changeQueryOf(this.document, id, query, columns))
  }

  /** A new query on a source; it opens with a first text that runs. */
  addQuery(source: Source | undefined, sql: string): string {
    const name = `Query ${this.document.queries.length + 1}`
    const added = edit.addQuery(this.document, { name, source: source?.id ?? '', sql, refresh_seconds: 300 })
    this.change(added.document)
    this.openQuery = added.id
    return added.id
  }

  changeQuery(id: string, change: Partial<Query>): void {
    this.change(edit.changeQuery(this.document, id, change), `${Object.keys(change).join()}:${id}`)
  }

  /** Use a saved query here; empty when that was done, otherwise why not. */
  async addSaved(saved: string): Promise<string> {
    const outcome = await this.savedQueries.one(saved)
    if (outcome.kind === 'refused') return outcome.message
    if (this.document.queries.length >= edit.MOST_QUERIES) return `A dashboard has at most ${edit.MOST_QUERIES} queries. Delete one that no widget shows.`
    const added = edit.addQuery(this.document, outcome.info.query)
    this.change(added.document)
    this.openQuery = added.id
    this.results.runMissing(this.document)
    return ''
  }

  /** Make a query a saved one, which this dashboard then uses; empty when that was done, otherwise why not. */
  async saveQuery(id: string, name: string, description: string): Promise<string> {
    const query = edit.queryOf(this.document, id)
    if (!query) return 'The query is gone.'
    const outcome = await this.savedQueries.make({ ...query, name }, variables.variablesOf(this.document), description)
    if (outcome.kind === 'refused') return outcome.message
    this.change(edit.changeQuery(this.document, id, outcome.query))
    this.notices.show(`“${outcome.query.name}” is saved. Every dashboard can use it.`)
    return ''
  }

  /** From now on what this dashboard asks is its own. */
  detachQuery(id: string): void {
    this.change(edit.changeQuery(this.document, id, { saved: '' }))
    this.notices.show('It is a query of this dashboard now. Changes of the saved one do not reach it any more.')
  }

  removeQuery(id: string): void {
    const query = edit.queryOf(this.document, id)
    const before = this.document
    const next = edit.removeQuery(before, id)
    if (!query || next === before) return
    this.openQuery = null
    this.change(next)
    this.notices.show(`Query “${query.name}” deleted.`, { label: 'Undo', run: () => { if (this.document === next) this.undo() } })
  }

  /** A new variable, under this name where it is free. */
  addVariable(name = ''): string {
    const added = variables.begunVariable(variables.variablesOf(this.document), name)
    this.change(variables.addVariable(this.document, added))
    return added.name
  }

  changeVariable(name: string, next: Variable): void {
    this.change(variables.changeVariable(this.document, name, next), `variable:${name}`)
    this.results.runMissing(this.document)
  }

  removeVariable(variable: Variable): void {
    const next = variables.removeVariable(this.document, variable.name)
    this.change(next)
    const words = `Variable “${variables.titleOf(variable)}” deleted. Queries keep its default.`
    this.notices.show(words, { label: 'Undo', run: () => { if (this.document === next) this.undo() } })
  }

  suggested(query: Query | null): Kind {
    const data = this.results.dataFor(query)
    return data ? bestKind(data.columns, data.rows.length) : 'table'
  }

  /** A text has no query yet: it takes the first that can be shown as the wanted kind. */
  private queryFor(widget: Widget | null, kind: Kind): Query | null {
    const { queries } = this.document
    const fitting = () => queries.find((query) => whyNot(kind, this.results.columnsOf(query)) === null)
    return edit.queryOf(this.document, widget?.query ?? null) ?? fitting() ?? queries[0] ?? null
  }

  private bringBack(removed: DashboardDocument, widgets: readonly Widget[]): void {
    if (this.document === removed) this.undo()
    else this.change(widgets.reduce((doc, one) => this.withBack(doc, one), this.document))
    this.selection.set(widgets.map((one) => one.id))
    this.selection.keep(this.document.widgets)
  }

  /** Later edits stay: only the deleted widget returns, at its old place or the nearest free one. */
  private withBack(doc: DashboardDocument, widget: Widget): DashboardDocument {
    if (edit.widgetOf(doc, widget.id)) return doc
    const withIt = { ...doc, widgets: [...doc.widgets, widget] }
    const layout = arrange(withIt.widgets, widget.id, widget, withIt.grid)
    if (layout) return edit.applyLayout(withIt, layout)
    this.notices.show(WALL_FULL)
    return doc
  }

  private travel(history: History<DashboardDocument>, words: string): void {
    if (history === this.history || !this.can.edit) return
    this.history = history
    this.forget()
    this.notices.say(words)
    this.results.runMissing(this.document)
    this.onChange(this.document)
  }

  private forget(): void {
    this.selection.keep(this.document.widgets)
    if (!edit.queryOf(this.document, this.openQuery)) this.openQuery = null
  }
}
