import type { Annotation, DataResult, Widget } from '../wire'
import { bar } from './bar'
import { clock } from './clock'
import { countdown } from './countdown'
import { donut } from './donut'
import { gauge } from './gauge'
import { image } from './image'
import { leaderboard } from './leaderboard'
import { line } from './line'
import { number } from './number'
import { progress } from './progress'
import { qr } from './qr'
import { status } from './status'
import { table } from './table'
import { text } from './text'
import type { Formats } from './inherited'
import type { Theme } from './theme'
import { web } from './web'

/** What every widget may know about its reader. */
export interface Reader {
  theme: Theme
  locale: string
  timeZone: string
  /** What happened, for charts over time. */
  annotations?: Annotation[]
  /** Where pages from elsewhere are framed, by their address. */
  frames?: { [address: string]: string }
  /** What the query says of its columns. */
  formats?: Formats
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
  /** Time has passed, by the server's clock; after every paint, and about four times a minute. */
  tick?(now: number): void
  /** It is taken away: its timers must end. */
  stop?(): void
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
  /** Of a kind that asks no query, and gets no result: what has to be chosen before it can be drawn, or nothing. */
  missing?(options: W['options']): string
  /** One sentence for people who do not see the drawing. */
  describe(widget: W, result: DataResult, reader: Reader, now: number): string
}

const kinds = {
  number, gauge, progress,
  line, bar, donut,
  leaderboard, status, table,
  text, image, clock, countdown, qr, web,
}

/** Returns the kind of a widget, or null for one that a newer server knows and this renderer does not. */
export function kindOf(widget: Widget): Kind<Widget> | null {
  const kind: unknown = Object.prototype.hasOwnProperty.call(kinds, widget.kind) ? kinds[widget.kind] : null
  return kind as Kind<Widget> | null
}
