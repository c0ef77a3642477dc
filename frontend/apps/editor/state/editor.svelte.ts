/** The open dashboard: its document with history, what is selected, and every verb of the editor. */

import * as edit from '../model/document'
import { arrange, type Layout, type Rect, sameRect, step } from '../model/grid'
import { begin, commit, type History, redo, undo } from '../model/history'
import { bestKind, FACTS, whyNot } from '../model/kinds'
import { problems } from '../model/problems'
import type { DashboardDocument, Draft, Kind, Query, Source, Widget } from '../model/types'
import { edgeWords, movedWords, nameOf, noRoomWords } from '../model/words'
import type { Notices } from './notices.svelte'
import type { Results } from './results.svelte'

const WALL_FULL = 'The wall is full. Make a widget smaller or delete one, then add again.'

export class Editor {
  history = $state.raw<History<DashboardDocument>>(begin(edit.emptyDocument('')))
  selected = $state<string | null>(null)
  openQuery = $state<string | null>(null)
  readonly sources: readonly Source[]
  readonly can: Draft['can']
  readonly results: Results
  readonly notices: Notices
  private readonly onChange: (doc: DashboardDocument) => void

  document = $derived(this.history.present)
  widget = $derived(edit.widgetOf(this.document, this.selected))
  query = $derived(edit.queryOf(this.document, this.openQuery))
  problems = $derived.by(() => problems(this.document, this.results.known(this.document)))

  constructor(draft: Draft, results: Results, notices: Notices, onChange: (doc: DashboardDocument) => void) {
    this.history = begin(draft.document)
    this.sources = draft.sources
    this.can = draft.can
    this.results = results
    this.notices = notices
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

  /** Put another document one step behind the present one, so that undo reaches it. */
  remember(document: DashboardDocument): void {
    const mine = this.document
    this.history = commit(commit(this.history, document, null, Date.now()), mine, null, Date.now())
  }

  select(id: string | null): void { this.selected = id }

  add(kind: Kind, query: Query | null): string | null {
    const title = kind === 'text' ? '' : query?.name ?? ''
    const added = edit.addWidget(this.document, kind, { title, query: query?.id ?? null }, this.results.columnsOf(query) ?? [])
    return this.take(added, (widget) => `${FACTS[widget.kind].name} added.`)
  }

  duplicate(id: string): string | null {
    return this.take(edit.duplicateWidget(this.document, id), (widget) => `${nameOf(widget)} duplicated.`)
  }

  remove(id: string): void {
    const widget = edit.widgetOf(this.document, id)
    if (!widget || !this.can.edit) return
    this.change(edit.removeWidget(this.document, id))
    if (this.selected === id) this.selected = null
    const removed = this.document
    this.notices.show(`${nameOf(widget)} deleted.`, { label: 'Undo', run: () => this.bringBack(removed, widget) })
  }

  /** One cell by keyboard or button; a key that is held down is one step back. */
  nudge(id: string, dx: number, dy: number, held = false): void {
    this.place(id, step(this.document.widgets, id, dx, dy, this.document.grid), edgeWords, held)
  }

  grow(id: string, dw: number, dh: number, held = false): void {
    const widget = edit.widgetOf(this.document, id)
    if (widget) this.moveTo(id, { ...widget, w: widget.w + dw, h: widget.h + dh }, held)
  }

  /** A place or size in cells, as far as the wall has room. */
  moveTo(id: string, rect: Rect, held = false): void {
    const widget = edit.widgetOf(this.document, id)
    if (!widget || sameRect(widget, rect)) return
    this.place(id, arrange(this.document.widgets, id, rect, this.document.grid), noRoomWords, held)
  }

  /** Take a layout, or say why there is none. */
  place(id: string, layout: Layout | null, refusal: (widget: Widget) => string = noRoomWords, held = false): void {
    const widget = edit.widgetOf(this.document, id)
    if (!widget || !this.can.edit) return
    if (!layout) return this.notices.say(refusal(widget))
    const words = movedWords(this.document, id, layout)
    const next = edit.applyLayout(this.document, layout)
    if (next === this.document) return this.notices.say(refusal(widget))
    this.change(next, held ? `place:${id}` : null)
    this.notices.say(words)
  }

  setTitle(id: string, title: string): void { this.change(edit.changeWidget(this.document, id, { title }), `title:${id}`) }
  setOptions(id: string, change: object): void {
    this.change(edit.changeOptions(this.document, id, change), `${Object.keys(change).join()}:${id}`)
  }
  setKind(id: string, kind: Kind): void {
    const query = this.queryFor(edit.widgetOf(this.document, id), kind)
    const next = edit.changeKind(this.document, id, kind, this.results.columnsOf(query) ?? [])
    this.change(kind === 'text' ? next : edit.changeWidget(next, id, { query: query?.id ?? null }))
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

  removeQuery(id: string): void {
    const query = edit.queryOf(this.document, id)
    const before = this.document
    const next = edit.removeQuery(before, id)
    if (!query || next === before) return
    this.openQuery = null
    this.change(next)
    this.notices.show(`Query “${query.name}” deleted.`, { label: 'Undo', run: () => { if (this.document === next) this.undo() } })
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

  private take(added: edit.Added | null, words: (widget: Widget) => string): string | null {
    if (!added) { this.notices.show(WALL_FULL); return null }
    this.change(added.document)
    this.selected = added.id
    this.notices.say(words(edit.widgetOf(added.document, added.id)!))
    return added.id
  }

  private bringBack(removed: DashboardDocument, widget: Widget): void {
    if (this.document === removed) this.undo()
    else this.takeBack(widget)
    this.selected = widget.id
  }

  /** Later edits stay: only the deleted widget returns, at its old place or the nearest free one. */
  private takeBack(widget: Widget): void {
    if (edit.widgetOf(this.document, widget.id)) return
    const withIt = { ...this.document, widgets: [...this.document.widgets, widget] }
    const layout = arrange(withIt.widgets, widget.id, widget, withIt.grid)
    if (layout) this.change(edit.applyLayout(withIt, layout))
    else this.notices.show(WALL_FULL)
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
    if (!edit.widgetOf(this.document, this.selected)) this.selected = null
    if (!edit.queryOf(this.document, this.openQuery)) this.openQuery = null
  }
}
