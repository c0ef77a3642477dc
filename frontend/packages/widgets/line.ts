import type { DataResult, LineOptions, LineWidget } from '../wire'
import { positionLabels, valueLabels, valueRules, type ValueAxis } from './axis'
import { filled } from './buckets'
import { courseOf, standing, zeroOf, type Course } from './course'
import { set } from './dom'
import { formatter } from './format'
import type { Drawing, Kind, Reader, Size } from './kinds'
import { endLabels, type EndLabel } from './endlabels'
import { happenedIn, happenedLabels, happenedRules, happenedWords } from './happened'
import { Legend } from './legend'
import { levelLabels, limitsOf, limitWords } from './limits'
import { areaPath, bandPath, linePath, pointsOf, type Point } from './path'
import { Plot, type Area, type Label } from './plot'
import { rowWords } from './rows'
import { allValues, categoriesOf, describeSeries, inOrder, positionsOf, seriesOf, type Positions, type Series } from './series'
import { extent } from './ticks'

export const line: Kind<LineWidget> = {
  columns: (options) => [options.x].concat(options.y || []),
  figures: (options) => options.y,
  hasRows: true,
  draw: (body, widget, reader) => new LineDrawing(body, widget.options, reader),
  describe: (widget, result, reader) => {
    const positions = positionsOf(result, widget.options.x)
    const whole = filled(inOrder(result, widget.options.x), widget.options, reader)
    const said = rowWords(result.rows.length, reader.locale) + '. ' + describeSeries(whole, widget.options.y, widget.options, reader)
    const limits = limitsOf(widget.options, standing(widget.options, seriesOf(result, widget.options.y, reader)), reader)
    return said + limitWords(limits) + happenedWords(positions, extent(positions.at), reader)
  },
}

/** Dots that an old screen draws without a halt, for each line. */
const MOST_DOTS = 100

class LineDrawing implements Drawing {
  private legend: Legend
  private plot: Plot

  constructor(body: HTMLElement, private options: LineOptions, private reader: Reader) {
    this.legend = new Legend(body, reader.theme)
    this.plot = new Plot(body, reader.theme)
  }

  paint(raw: DataResult | null, whole: Size): void {
    if (!raw) return
    const result = filled(inOrder(raw, this.options.x), this.options, this.reader)
    const font = whole.base * 0.85
    const series = seriesOf(result, this.options.y, this.reader)
    const direct = endLabels(series, this.lastTexts(series), font, whole)
    const taken = this.legend.paint(direct || series.length < 2 ? [] : series, font)
    const size = { ...whole, height: whole.height - taken }
    this.plot.size(size)
    this.draw(result, courseOf(result, this.options, series, direct, this.reader, size, font), direct, size, font)
  }

  private draw(result: DataResult, course: Course, direct: EndLabel[] | null, size: Size, font: number): void {
    const { axis, limits, positions, range, area, x, y } = course
    const lines = course.drawn.map((one) => pointsOf(positions.at, one.values, x, y))
    const happened = happenedIn(positions, range, this.reader)
    this.plot.rules(valueRules(axis, y, area))
    this.plot.happened(happenedRules(happened, x, area))
    this.plot.limits(limits.map(({ value, color, isTarget }) => ({ x1: area.left, x2: area.right, y1: y(value), y2: y(value), color, isTarget })))
    this.paintMarks(course, lines, size.base)
    const ends = this.paintEnds(course, lines, direct || [], font, size)
    const noted = happenedLabels(happened, x, area, font, this.reader.theme.text)
    const texts = this.texts(result, positions, axis, x, y, area, font)
    this.plot.labels(texts.concat(ends, noted, levelLabels(limits, y, area, font, noted)), font)
  }

  private texts(
    result: DataResult, positions: Positions, axis: ValueAxis, x: (n: number) => number, y: (n: number) => number,
    area: Area, font: number,
  ): Label[] {
    const categories = positions.kind === 'order' ? categoriesOf(result, this.options.x, this.reader) : []
    return valueLabels(axis, y, area, font).concat(positionLabels(positions, categories, x, area, font, this.reader))
  }

  private paintMarks(course: Course, lines: Point[][][], base: number): void {
    const { series } = course
    const opacity = course.isStacked ? 0.55 : series.length > 1 ? 0.14 : 0.18
    this.plot.each('areas', 'path', course.isFilled ? series.length : 0, (path, i) => {
      const below = course.isStacked && i > 0 ? lines[i - 1] : undefined
      const d = below ? bandPath(lines[i] as Point[][], below) : areaPath(lines[i] as Point[][], zeroOf(course))
      set(path, { d, fill: (series[i] as Series).color, 'fill-opacity': opacity })
    })
    this.plot.each('lines', 'path', series.length, (path, i) => {
      set(path, { d: linePath(lines[i] as Point[][]), fill: 'none', stroke: (series[i] as Series).color })
      set(path, { 'stroke-width': Math.max(1.5, base * 0.13), 'stroke-linejoin': 'round', 'stroke-linecap': 'round' })
    })
  }

  /** A dot where each line stands now, and its name or value beside it; a stacked area is named at its middle. */
  private paintEnds(course: Course, lines: Point[][][], direct: EndLabel[], font: number, size: Size): Label[] {
    const { series, area } = course
    const ends = lines.map((runs) => { const run = runs[runs.length - 1]; return run && run[run.length - 1] })
    this.paintDots(course.isStacked ? [] : ends, lines, series, size.base * 0.2)
    const placed = placeEnds(direct, course.isStacked ? middles(ends, zeroOf(course)) : ends, area, font)
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

  /** Where lines end, and what stands between two gaps, of which there is no line. */
  private paintDots(ends: (Point | undefined)[], lines: Point[][][], series: Series[], r: number): void {
    const dots = ends.map((end, i) => ({ ...(end || { x: 0, y: 0 }), r: end ? r : 0, color: (series[i] as Series).color }))
    lines.forEach((runs, i) => this.lone(runs).forEach((point) => {
      if (point !== ends[i]) dots.push({ ...point, r: r * 0.8, color: (series[i] as Series).color })
    }))
    this.plot.each('dots', 'circle', dots.length, (dot, i) => {
      const { x, y, r: radius, color } = dots[i] as { x: number; y: number; r: number; color: string }
      set(dot, { cx: x, cy: y, r: radius, fill: color })
    })
  }

  /** What stands alone, where people chose what gaps say. Among many a dot is no larger than the end of a line, which is there anyway. */
  private lone(runs: Point[][]): Point[] {
    const { missing } = this.options
    const found = missing && missing !== 'connected' ? runs.filter((run) => run.length === 1) : []
    return found.length > MOST_DOTS ? [] : found.map((run) => run[0] as Point)
  }

  private lastTexts(series: Series[]): string[] {
    const write = formatter(this.options, this.reader.locale, allValues(series))
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

/** The middle of each area of a stack, at its right end. */
function middles(ends: (Point | undefined)[], zero: number): (Point | undefined)[] {
  return ends.map((end, i) => {
    const below = ends[i - 1]
    return end && { x: end.x, y: (end.y + (below ? below.y : zero)) / 2 }
  })
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
