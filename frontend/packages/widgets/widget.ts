import type { Annotation, DataResult, Widget } from '../wire'
import { Frame } from './frame'
import { inherited, type Formats } from './inherited'
import { kindOf, type Drawing, type Reader, type Size } from './kinds'
import { HiddenTable } from './readers'
import { viewOf, type View } from './state'
import type { Theme } from './theme'

export interface WidgetHandle {
  update(result: DataResult | null, now: number): void
  resize(): void
  destroy(): void
}

export interface WidgetExtras {
  /** Zone of instants; "UTC" unless told. */
  timeZone?: string
  /** Size of ordinary text in pixels, one for a whole dashboard; taken from the box unless told. */
  base?: () => number
  /** Whether charts carry a table for people who do not see them; on unless told (screens have no readers). */
  readers?: boolean
  /** What happened, for charts over time. */
  annotations?: Annotation[]
  /** Where pages from elsewhere are framed, by their address. */
  frames?: { [address: string]: string }
  /** What the query says of its columns, for a widget that does not say otherwise. */
  formats?: Formats
}

/** Draws one widget into an element and keeps it up to date until destroyed. */
export function mountWidget(
  el: HTMLElement, widget: Widget, theme: Theme, locale: string, extras: WidgetExtras = {},
): WidgetHandle {
  const { timeZone, annotations, frames } = extras
  const formats = extras.formats || {}
  const reader: Reader = { theme, locale, timeZone: timeZone || 'UTC', annotations: annotations || [], frames: frames || {}, formats }
  return new Mounted(el, inherited(widget, formats), reader, extras)
}

class Mounted implements WidgetHandle {
  private frame: Frame
  private drawing: Drawing | null = null
  private table: HiddenTable | null = null
  private result: DataResult | null = null
  private now = 0
  private painted = ''

  constructor(
    private el: HTMLElement, private widget: Widget, private reader: Reader, private extras: WidgetExtras,
  ) {
    el.classList.add('ow-widget')
    this.frame = new Frame(el, widget, reader.theme)
  }

  update(result: DataResult | null, now: number): void {
    this.result = result
    this.now = now
    const base = this.base()
    const view = viewOf(this.widget, result, now, this.reader)
    this.frame.show(view, base)
    if (view.face === 'ok') this.paint(this.frame.bodySize(base))
    else this.painted = ''
    this.pass(view.face === 'ok')
    this.tell(view)
  }

  resize(): void {
    this.update(this.result, this.now)
  }

  destroy(): void {
    this.pass(false)
    this.drawing = null
    this.result = null
    this.frame.destroy()
  }

  /** Ordinary text shrinks where a box is too small for it, and never grows with the box. */
  private base(): number {
    const { clientWidth: width, clientHeight: height } = this.el
    const wanted = this.extras.base ? this.extras.base() : Math.sqrt(width * height) / 16
    return Math.max(6, Math.min(wanted, height / 3.6 || wanted, width / 7 || wanted))
  }

  private paint(size: Size): void {
    const stamp = [size.width, size.height, size.base, this.stamp()].join()
    const kind = kindOf(this.widget)
    if (!kind || stamp === this.painted) return
    if (!this.drawing) this.drawing = kind.draw(this.frame.body, this.widget, this.reader)
    this.drawing.paint(this.result, size)
    this.painted = stamp
  }

  private pass(visible: boolean): void {
    const { drawing } = this
    if (visible && drawing && drawing.tick) drawing.tick(this.now)
    if (!visible && drawing && drawing.stop) drawing.stop()
  }

  private stamp(): string {
    const result = this.result
    return result ? [result.key, result.seq, result.computed_at, result.rows.length].join() : ''
  }

  private tell(view: View): void {
    const drawn = view.face === 'ok' && kindOf(this.widget)
    // A kind that asks no query has no result, and looks at none.
    const sentence = drawn ? drawn.describe(this.widget, this.result as DataResult, this.reader, this.now) : view.sentence
    this.frame.describe([sentence || 'Loading', view.note ? view.note.text : ''].join(' ').trim())
    const kind = kindOf(this.widget)
    if (this.extras.readers === false || !kind || !kind.hasRows) return
    if (!this.table) this.table = new HiddenTable(this.el, this.widget.title, this.reader)
    this.table.fill(drawn ? this.result : null)
  }
}
