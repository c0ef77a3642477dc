import type { BarOptions, BarWidget, DataResult } from '../wire'
import { paintColumns } from './columnsplot'
import { paintRows } from './rowsplot'
import { html, set, style } from './dom'
import { formatter, type Formatter } from './format'
import type { Drawing, Kind, Reader, Size } from './kinds'
import { Legend } from './legend'
import { Plot } from './plot'
import { happenedWords } from './happened'
import { allValues, categoriesOf, describeSeries, positionsOf, seriesOf, type Series } from './series'
import { extent } from './ticks'
import { limitsOf, limitWords, type Limit } from './limits'
import { paintMore, rowWords } from './rows'
import { roleColor, verdictOf, type Verdict } from './rules'
import { barsOf, type Bar } from './stack'

export const bar: Kind<BarWidget> = {
  columns: (options) => [options.x].concat(options.y || []),
  figures: (options) => options.y,
  hasRows: true,
  draw: (body, widget, reader) => new BarDrawing(body, widget.options, reader),
  describe: (widget, result, reader) => {
    const { options } = widget
    const positions = positionsOf(result, options.x)
    const limits = limitsOf(options, endsOf(seriesOf(result, options.y, reader), options), reader)
    const said = rowWords(result.rows.length, reader.locale) + '. ' + describeSeries(result, options.y, options, reader)
    return said + limitWords(limits) + happenedWords(positions, extent(positions.at), reader)
  },
}

/** Where bars end, and zero, where they all begin. */
function endsOf(series: Series[], options: BarOptions): number[] {
  const rows = series.reduce((most, one) => Math.max(most, one.values.length), 0)
  return barsOf(series, 0, rows, !!options.stacked).map((one) => one.to).concat(0)
}

/** What both directions of a bar chart draw from. */
export interface Bars {
  options: BarOptions
  reader: Reader
  series: Series[]
  categories: string[]
  result: DataResult
  write: Formatter
  plot: Plot
  size: Size
  font: number
  limits: Limit[]
}

class BarDrawing implements Drawing {
  private legend: Legend
  private plot: Plot
  private more: HTMLElement

  constructor(body: HTMLElement, private options: BarOptions, private reader: Reader) {
    this.legend = new Legend(body, reader.theme)
    this.plot = new Plot(body, reader.theme)
    this.more = html('div', 'ow-more', body)
    style(this.more, { color: reader.theme.muted })
  }

  paint(result: DataResult | null, whole: Size): void {
    if (!result) return
    const font = whole.base * 0.85
    const series = seriesOf(result, this.options.y, this.reader)
    const taken = this.legend.paint(series.length > 1 ? series : [], font)
    const size = { ...whole, height: whole.height - taken }
    const bars: Bars = {
      options: this.options, reader: this.reader, series, result, plot: this.plot, size, font,
      limits: limitsOf(this.options, endsOf(series, this.options), this.reader),
      categories: categoriesOf(result, this.options.x, this.reader),
      write: formatter(this.options, this.reader.locale, allValues(series)),
    }
    this.plot.size(size)
    const left = this.options.horizontal ? paintRows(bars) : paintColumns(bars)
    paintMore(this.more, left, result, font)
  }
}

/** A bar's rectangle: `along` runs with its category, `across` with its value. */
export interface Box {
  along: number
  thick: number
  from: number
  to: number
}

/** What rules say of a bar; of several figures side by side each has a color of its own. */
export function barVerdict(bars: Bars, bar: Bar): Verdict | null {
  return bars.series.length > 1 ? null : verdictOf(bar.to, bars.options.rules)
}

export function paintBoxes(bars: Bars, all: Bar[], boxOf: (bar: Bar) => Box): void {
  bars.plot.each('bars', 'rect', all.length, (rect, i) => {
    const bar = all[i] as Bar
    const { along, thick, from, to } = boxOf(bar)
    const start = Math.min(from, to)
    const length = Math.max(1, Math.abs(to - from))
    const radius = bars.options.stacked ? 0 : Math.min(3, thick / 4)
    const place = bars.options.horizontal
      ? { x: start, y: along, width: length, height: thick }
      : { x: along, y: start, width: thick, height: length }
    const verdict = barVerdict(bars, bar)
    const fill = verdict ? roleColor(verdict.role, bars.reader.theme) : (bars.series[bar.series] as Series).color
    set(rect, { ...place, rx: radius, fill })
  })
}

/** Divides a category's room among its lanes; a third of it stays air. */
export function lanes(bars: Bars, room: number): { thick: number; offset: (lane: number) => number } {
  const count = bars.options.stacked ? 1 : bars.series.length
  const used = Math.min(room * (room > 6 ? 0.68 : 0.85), count * bars.size.base * 3.2)
  const thick = used / count
  const air = count > 1 && thick > 4 ? thick * 0.08 : 0
  return { thick: Math.max(0.5, thick - air), offset: (lane) => (room - used) / 2 + lane * thick + air / 2 }
}
