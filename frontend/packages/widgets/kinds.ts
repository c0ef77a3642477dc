import type { Annotation, DataResult, Widget } from '../wire'
import { bar } from './bar'
import { donut } from './donut'
import { gauge } from './gauge'
import { leaderboard } from './leaderboard'
import { line } from './line'
import { number } from './number'
import { progress } from './progress'
import { status } from './status'
import { table } from './table'
import { text } from './text'
import type { Theme } from './theme'

/** What every widget may know about its reader. */
export interface Reader {
  theme: Theme
  locale: string
  timeZone: string
  /** What happened, for charts over time. */
  annotations?: Annotation[]
}

/** The space a widget has, and the size of ordinary text in it. */
export interface Size {
  width: number
  height: number
  base: number
}

/** One widget's drawing inside its card; it keeps its elements and patches them. */
export interface Drawing {
  paint(result: DataResult | null, size: Size): void
}

/** A widget kind. To add one: write this object, list it in `kinds`, give it a fixture. */
export interface Kind<W extends Widget> {
  /** Columns the options name; the first sentence of a misconfigured widget comes from here. */
  columns(options: W['options']): string[]
  /** Those of them that must hold figures. */
  figures(options: W['options']): string[]
  /** What else keeps these options from showing such a result, as a sentence. */
  unfit?(options: W['options'], result: DataResult): string | null
  /** Whether people who do not see it get its rows as a table; one sentence says less. */
  hasRows?: boolean
  draw(body: HTMLElement, widget: W, reader: Reader): Drawing
  /** One sentence for people who do not see the drawing. */
  describe(widget: W, result: DataResult, reader: Reader): string
}

const kinds = {
  number, gauge, progress,
  line, bar, donut,
  leaderboard, status, table,
  text,
}

/** Returns the kind of a widget, or null for one that a newer server knows and this renderer does not. */
export function kindOf(widget: Widget): Kind<Widget> | null {
  const kind: unknown = Object.prototype.hasOwnProperty.call(kinds, widget.kind) ? kinds[widget.kind] : null
  return kind as Kind<Widget> | null
}
