import type { BarOptions, BarWidget, DataResult } from '../wire'
import { paintColumns } from './columnsplot'
import { paintRows } from './rowsplot'
import { html, px, set, show, style, write } from './dom'
import { formatter, largestOf, type Formatter } from './format'
import type { Drawing, Kind, Reader, Size } from './kinds'
import { Legend } from './legend'
import { Plot } from './plot'
import { allValues, categoriesOf, describeSeries, seriesOf, type Series } from './series'
import type { Bar } from './stack'

export const bar: Kind<BarWidget> = {
  columns: (options) => [options.x].concat(options.y || []),
  figures: (options) => options.y,
  draw: (body, widget, reader) => new BarDrawing(body, widget.options, reader),
  describe: (widget, result, reader) => describeSeries(result, widget.options.y, widget.options, reader),
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
      categories: categoriesOf(result, this.options.x, this.reader),
      write: formatter(this.options, this.reader.locale, largestOf(allValues(series))),
    }
    this.plot.size(size)
    const left = this.options.horizontal ? paintRows(bars) : paintColumns(bars)
    show(this.more, left > 0)
    style(this.more, { 'font-size': px(font) })
    write(this.more, '+' + left + ' more')
  }
}

/** A bar's rectangle: `along` runs with its category, `across` with its value. */
export interface Box {
  along: number
  thick: number
  from: number
  to: number
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
    set(rect, { ...place, rx: radius, fill: (bars.series[bar.series] as Series).color })
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
