import type { DataResult, LineOptions, LineWidget } from '../wire'
import { positionLabels, valueAxis, valueLabels, valueRules, type ValueAxis } from './axis'
import { set } from './dom'
import { formatter, largestOf } from './format'
import type { Drawing, Kind, Reader, Size } from './kinds'
import { endLabels, type EndLabel } from './endlabels'
import { happenedIn, happenedLabels, happenedRules, happenedWords } from './happened'
import { Legend } from './legend'
import { areaPath, linePath, pointsOf, type Point } from './path'
import { Plot, scale, type Area, type Label } from './plot'
import { allValues, categoriesOf, describeSeries, inOrder, positionsOf, seriesOf, type Positions, type Series } from './series'
import { extent } from './ticks'

export const line: Kind<LineWidget> = {
  columns: (options) => [options.x].concat(options.y || []),
  figures: (options) => options.y,
  draw: (body, widget, reader) => new LineDrawing(body, widget.options, reader),
  describe: (widget, result, reader) => {
    const positions = positionsOf(result, widget.options.x)
    const said = describeSeries(inOrder(result, widget.options.x), widget.options.y, widget.options, reader)
    return said + happenedWords(positions, extent(positions.at), reader)
  },
}

class LineDrawing implements Drawing {
  private legend: Legend
  private plot: Plot

  constructor(body: HTMLElement, private options: LineOptions, private reader: Reader) {
    this.legend = new Legend(body, reader.theme)
    this.plot = new Plot(body, reader.theme)
  }

  paint(raw: DataResult | null, whole: Size): void {
    if (!raw) return
    const result = inOrder(raw, this.options.x)
    const font = whole.base * 0.85
    const series = seriesOf(result, this.options.y, this.reader)
    const direct = endLabels(series, this.lastTexts(series), font, whole)
    const taken = this.legend.paint(direct || series.length < 2 ? [] : series, font)
    const size = { ...whole, height: whole.height - taken }
    this.plot.size(size)
    this.draw(result, series, direct, size, font)
  }

  private draw(result: DataResult, series: Series[], direct: EndLabel[] | null, size: Size, font: number): void {
    const axis = valueAxis(allValues(series), this.options, this.reader, size.height - font * 2, font, !!this.options.area)
    const right = direct ? Math.max(0, ...direct.map((label) => label.width)) + font : font * 0.5
    const area = { left: axis.width, top: font * 0.7, right: size.width - right, bottom: size.height - font * 1.9 }
    const positions = positionsOf(result, this.options.x)
    const range = extent(positions.at)
    const x = scale(range[0], range[1], area.left, area.right)
    const y = scale(axis.low, axis.high, area.bottom, area.top)
    const lines = series.map((one) => pointsOf(positions.at, one.values, x, y))
    const happened = happenedIn(positions, range, this.reader)
    this.plot.rules(valueRules(axis, y, area).concat(happenedRules(happened, x, area)))
    this.paintMarks(series, lines, y(Math.max(axis.low, Math.min(axis.high, 0))), size.base)
    const ends = this.paintEnds(series, lines, direct || [], area, font, size)
    const noted = happenedLabels(happened, x, area, font, this.reader.theme.text)
    this.plot.labels(this.texts(result, positions, axis, x, y, area, font).concat(ends, noted), font)
  }

  private texts(
    result: DataResult, positions: Positions, axis: ValueAxis, x: (n: number) => number, y: (n: number) => number,
    area: Area, font: number,
  ): Label[] {
    const categories = positions.kind === 'order' ? categoriesOf(result, this.options.x, this.reader) : []
    return valueLabels(axis, y, area, font).concat(positionLabels(positions, categories, x, area, font, this.reader))
  }

  private paintMarks(series: Series[], lines: Point[][][], zero: number, base: number): void {
    const filled = this.options.area ? series.length : 0
    this.plot.each('areas', 'path', filled, (path, i) => {
      const opacity = series.length > 1 ? 0.14 : 0.18
      set(path, { d: areaPath(lines[i] as Point[][], zero), fill: (series[i] as Series).color, 'fill-opacity': opacity })
    })
    this.plot.each('lines', 'path', series.length, (path, i) => {
      set(path, { d: linePath(lines[i] as Point[][]), fill: 'none', stroke: (series[i] as Series).color })
      set(path, { 'stroke-width': Math.max(1.5, base * 0.13), 'stroke-linejoin': 'round', 'stroke-linecap': 'round' })
    })
  }

  /** A dot where each line stands now, and its name or value beside it. */
  private paintEnds(series: Series[], lines: Point[][][], direct: EndLabel[], area: Area, font: number, size: Size): Label[] {
    const ends = lines.map((runs) => { const run = runs[runs.length - 1]; return run && run[run.length - 1] })
    this.plot.each('dots', 'circle', series.length, (dot, i) => {
      const end = ends[i]
      set(dot, { cx: end ? end.x : 0, cy: end ? end.y : 0, r: end ? size.base * 0.2 : 0, fill: (series[i] as Series).color })
    })
    const placed = placeEnds(direct, ends, area, font)
    const many = series.length > 1
    this.plot.each('swatches', 'rect', many ? placed.length : 0, (rect, i) => {
      const { y, index } = placed[i] as PlacedEnd
      const side = font * 0.5
      set(rect, { x: area.right + font * 0.6, y: y - side / 2, width: side, height: side, rx: 2, fill: (series[index] as Series).color })
    })
    const color = this.reader.theme.text
    return placed.map((end) => ({
      x: area.right + font * (many ? 1.35 : 0.6), y: end.y, text: end.text, color, weight: many ? 400 : 600,
    }))
  }

  private lastTexts(series: Series[]): string[] {
    const write = formatter(this.options, this.reader.locale, largestOf(allValues(series)))
    return series.map((one) => {
      const known = one.values.filter((value) => value !== null)
      return known.length ? write(known[known.length - 1] as number) : ''
    })
  }
}

interface PlacedEnd {
  index: number
  text: string
  y: number
}

/** Labels sit at the height of their line and push each other apart. */
function placeEnds(direct: EndLabel[], ends: (Point | undefined)[], area: Area, font: number): PlacedEnd[] {
  const placed = direct
    .map((label, index) => ({ index, text: label.text, y: (ends[index] || { y: NaN }).y }))
    .filter((end) => !isNaN(end.y))
    .sort((a, b) => a.y - b.y)
  const gap = font * 1.25
  for (let i = 1; i < placed.length; i++) {
    const above = placed[i - 1] as PlacedEnd
    const end = placed[i] as PlacedEnd
    end.y = Math.max(end.y, above.y + gap)
  }
  for (let i = placed.length - 1, floor = area.bottom; i >= 0; i--, floor -= gap) {
    const end = placed[i] as PlacedEnd
    end.y = Math.min(end.y, floor)
    floor = end.y
  }
  return placed
}
