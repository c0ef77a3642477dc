import type { Annotation, DataResult, Document, Widget } from '../wire'
import { html, px, remove, style } from './dom'
import { formatsOf, type Formats } from './inherited'
import { placesOf, type Place } from './places'
import type { Theme } from './theme'
import { mountWidget, type WidgetHandle } from './widget'

export interface DashboardOptions {
  theme: Theme
  locale: string
  timeZone?: string
  /** Query id to data key; without it, results are looked up by query id. */
  keys?: { [query: string]: string }
  /** Off where nobody reads with a screen reader. */
  readers?: boolean
  /** Smallest size of ordinary text in pixels; 11 unless told. Thumbnails want less. */
  smallest?: number
  /** How large ordinary text is, in percent of its usual size; 100 unless told. */
  zoom?: number
  /** What happened, for charts over time. */
  annotations?: Annotation[]
  /** Where pages from elsewhere are framed, by their address; without it the card only names them. */
  frames?: { [address: string]: string }
  onError?: (error: PaintError) => void
}

export interface PaintError {
  widget: string
  message: string
}

export interface DashboardHandle {
  /** Gives results to the widgets that want them, by data key; the others keep theirs and grow older. */
  setData(results: { [key: string]: DataResult }, now: number): void
  /** Lets time pass: ages are written, nothing else is drawn. */
  tick(now: number): void
  resize(): void
  destroy(): void
  paintedWidgets(): number
  errors: PaintError[]
}

/** Draws a whole dashboard into an element that has a size; it fills that size and never scrolls. */
export function paintDashboard(root: HTMLElement, document: Document, options: DashboardOptions): DashboardHandle {
  return new Painted(root, document, options)
}

interface Slot {
  widget: Widget
  box: HTMLElement
  handle: WidgetHandle
  result: DataResult | null
}

class Painted implements DashboardHandle {
  errors: PaintError[] = []
  private surface: HTMLElement
  private layer: HTMLElement
  private slots: Slot[] = []
  private painted: { [widget: string]: boolean } = {}
  private now = 0

  constructor(private root: HTMLElement, private document: Document, private options: DashboardOptions) {
    this.surface = html('div', 'ow-dashboard ow-theme-' + options.theme.name, root)
    this.layer = html('div', 'ow-layer', this.surface)
    style(this.surface, { 'background-color': options.theme.page })
    document.widgets.forEach((widget) => this.guard(widget, () => this.mount(widget)))
    this.place()
  }

  setData(results: { [key: string]: DataResult }, now: number): void {
    this.now = now
    this.slots.forEach((slot) => {
      const result = results[this.keyOf(slot.widget)]
      if (result) slot.result = result
      this.update(slot)
    })
  }

  tick(now: number): void {
    this.now = now
    this.slots.forEach((slot) => this.update(slot))
  }

  resize(): void {
    this.place()
    this.slots.forEach((slot) => this.guard(slot.widget, () => slot.handle.resize()))
  }

  destroy(): void {
    this.slots.forEach((slot) => slot.handle.destroy())
    this.slots = []
    remove(this.surface)
  }

  paintedWidgets(): number {
    // Where nothing is laid out, nobody can tell what takes up room.
    const isLaidOut = this.surface.offsetWidth > 0
    return this.slots.filter(({ widget, box }) => this.painted[widget.id] && (!isLaidOut || (box.offsetWidth > 0 && box.offsetHeight > 0))).length
  }

  private mount(widget: Widget): void {
    const box = html('div', 'ow-box', this.layer)
    box.setAttribute('data-widget', widget.id)
    const { theme, locale, timeZone, readers, annotations, frames } = this.options
    const extras = { base: () => this.base(), annotations: annotations || [], frames: frames || {}, formats: this.formatsOf(widget), ...(timeZone ? { timeZone } : {}), ...(readers === undefined ? {} : { readers }) }
    const card = html('div', 'ow-widget', box)
    this.slots.push({ widget, box, handle: mountWidget(card, widget, theme, locale, extras), result: null })
  }

  private formatsOf(widget: Widget): Formats {
    const query = this.document.queries.filter((each) => each.id === widget.query)[0]
    return formatsOf(query && query.columns)
  }

  private update(slot: Slot): void {
    this.guard(slot.widget, () => {
      slot.handle.update(slot.result, this.now)
      this.painted[slot.widget.id] = true
    })
  }

  /** One broken widget must not take the others from the wall. */
  private guard(widget: Widget, act: () => void): void {
    try {
      act()
    } catch (error) {
      this.note({ widget: widget.id, message: error instanceof Error ? error.message : String(error) })
    }
  }

  private note(error: PaintError): void {
    const known = this.errors.some((one) => one.widget === error.widget && one.message === error.message)
    if (!known && this.errors.length < 20) this.errors.push(error)
    if (this.options.onError) this.options.onError(error)
  }

  private keyOf(widget: Widget): string {
    const { keys } = this.options
    const query = widget.query || ''
    return keys ? keys[query] || '' : query
  }

  /** A text of 24 pixels on a wall of 1080 is read from five meters. */
  private base(): number {
    const { clientWidth, clientHeight } = this.root
    const smallest = this.options.smallest === undefined ? 11 : this.options.smallest
    return Math.max(smallest, Math.min(clientWidth, clientHeight) * 0.0222 * ((this.options.zoom || 100) / 100))
  }

  private place(): void {
    const { clientWidth, clientHeight } = this.root
    const places = placesOf(this.document, clientWidth, clientHeight)
    const half = px(this.base() * 0.34)
    style(this.surface, { padding: half })
    this.slots.forEach((slot) => {
      const place = places[slot.widget.id]
      if (place) style(slot.box, boxStyle(place, half))
    })
  }
}

function boxStyle(place: Place, half: string): { [name: string]: string } {
  const percent = (share: number): string => Math.round(share * 1e5) / 1e3 + '%'
  return {
    left: percent(place.left), top: percent(place.top), width: percent(place.width), height: percent(place.height), padding: half,
  }
}
