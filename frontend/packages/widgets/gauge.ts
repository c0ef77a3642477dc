import type { DataResult, FigureRule, GaugeOptions, GaugeWidget } from '../wire'
import { arcPath, pointAt, type Ring } from './arc'
import { cells } from './columns'
import { set, style } from './dom'
import { formatter, largestOf, tickFormatter, toNumber } from './format'
import { pathOf } from './icons'
import type { Drawing, Kind, Reader, Size } from './kinds'
import { fitText, textWidth } from './measure'
import { movedSince, MovedLine, movedWords, type Moved } from './moved'
import { Plot, type Label } from './plot'
import { figureRules, roleColor, roleIcon, verdictOf, type Verdict } from './rules'

/** A third of the circle stays open at the bottom, for the ends of the scale. */
const HALF = 120

interface Reading {
  figure: number | null
  text: string
  verdict: Verdict | null
  low: number
  high: number
  moved: Moved
}

export const gauge: Kind<GaugeWidget> = {
  columns: (options) => [options.value],
  figures: (options) => [options.value],
  draw: (body, widget, reader) => new GaugeDrawing(body, widget.options, reader),
  describe(widget, result, reader) {
    const { text, verdict, low, high, moved } = readingOf(widget.options, result, reader)
    const write = endWriter(widget.options, reader)
    const { target } = widget.options
    const aim = typeof target === 'number' ? ', target ' + write(target) : ''
    return text + (verdict ? ', ' + verdict.word : '') + ', on a scale from ' + write(low) + ' to ' + write(high) + aim + movedWords(moved)
  },
}

function readingOf(options: GaugeOptions, result: DataResult, reader: Reader): Reading {
  const value = cells(result, options.value)[0] as string | number | null
  const figure = toNumber(value)
  const { low, high } = endsOf(options)
  const say = formatter(options, reader.locale, [figure])
  return { figure, text: say(value), verdict: verdictOf(value, options.rules), low, high, moved: movedSince(options, figure, result, say, reader) }
}

function endsOf(options: GaugeOptions): { low: number; high: number } {
  const low = typeof options.low === 'number' ? options.low : 0
  return { low, high: typeof options.high === 'number' ? options.high : 100 }
}

/** The ends of the scale and its target, each with the digits it has. */
function endWriter(options: GaugeOptions, reader: Reader): (value: number) => string {
  const { low, high } = endsOf(options)
  const scale = options.format === 'percent' ? 100 : 1
  return (value) => {
    const digits = (String(Number((value * scale).toPrecision(12))).split('.')[1] || '').length
    return tickFormatter(options, reader.locale, Math.pow(10, -Math.min(4, digits)) / scale, largestOf([low, high]))(value)
  }
}

class GaugeDrawing implements Drawing {
  private plot: Plot
  private moved: MovedLine

  constructor(body: HTMLElement, private options: GaugeOptions, private reader: Reader) {
    this.plot = new Plot(body, reader.theme)
    this.moved = new MovedLine(body, reader)
    style(this.moved.element, { 'justify-content': 'center' })
  }

  paint(result: DataResult | null, box: Size): void {
    if (!result) return
    const reading = readingOf(this.options, result, this.reader)
    // How it moved stands under the scale, where both have room.
    const roomy = !!this.options.since && box.height >= box.base * 7
    const size = roomy ? { ...box, height: box.height - box.base * 1.5 } : box
    this.moved.paint(roomy ? reading.moved : { change: null, note: null }, box.width, box.base)
    const ring = ringIn(size)
    this.plot.size(size)
    if (ring.outer < size.base * 2.4) return this.plain(reading, size)
    const { low, high } = reading
    const angle = (value: number): number => -HALF + (Math.max(low, Math.min(high, value)) - low) / (high - low) * HALF * 2
    this.arcs(reading, ring, angle)
    this.target(ring, angle)
    this.plot.labels(this.texts(reading, ring, size), size.base * 0.8)
  }

  /** Where a scale has no room, the figure and the icon of what it means. */
  private plain({ text, verdict }: Reading, size: Size): void {
    ;['areas', 'lines'].forEach((layer) => this.plot.each(layer, 'path', 0, () => undefined))
    const aside = verdict ? 1.15 : 0
    const font = Math.max(size.base * 0.6, Math.min(size.height * 0.8, size.width / (textWidth(text, 1, 600) + aside), size.base * 2.4))
    const y = size.height / 2
    const color = verdict ? roleColor(verdict.role, this.reader.theme) : this.reader.theme.text
    this.plot.icons(verdict ? [{ x: 0, y, size: font * 0.9, path: pathOf(roleIcon(verdict.role)), color }] : [])
    this.plot.labels([{ x: font * aside, y, text: fitText(text, size.width - font * aside, font, 600), color, weight: 600 }], font)
  }

  private arcs(reading: Reading, ring: Ring, angle: (value: number) => number): void {
    const { theme } = this.reader
    const thin: Ring = { ...ring, outer: ring.outer, inner: ring.outer - (ring.outer - ring.inner) * 0.18 }
    const main: Ring = { ...ring, outer: figureRules(this.options.rules).length ? thin.inner - (ring.outer - ring.inner) * 0.1 : ring.outer }
    const fill = reading.verdict ? roleColor(reading.verdict.role, theme) : theme.primary
    const parts = [{ ring: main, from: -HALF, to: HALF, fill: theme.grid }]
    bands(this.options, reading).forEach((band) => {
      parts.push({ ring: thin, from: angle(band.from), to: angle(band.to), fill: roleColor(band.verdict.role, theme) })
    })
    if (reading.figure !== null && reading.figure > reading.low) parts.push({ ring: main, from: -HALF, to: angle(reading.figure), fill })
    this.plot.each('areas', 'path', parts.length, (path, i) => {
      const part = parts[i] as (typeof parts)[0]
      set(path, { d: arcPath(part.ring, part.from, part.to), fill: part.fill })
    })
  }

  private target(ring: Ring, angle: (value: number) => number): void {
    const { target } = this.options
    this.plot.each('lines', 'line', typeof target === 'number' ? 1 : 0, (line) => {
      const from = pointAt(ring, ring.inner - (ring.outer - ring.inner) * 0.15, angle(target as number))
      const to = pointAt(ring, ring.outer, angle(target as number))
      const width = Math.max(2, ring.outer * 0.025)
      set(line, { x1: from.x, y1: from.y, x2: to.x, y2: to.y, stroke: this.reader.theme.text, 'stroke-width': width })
    })
  }

  private texts(reading: Reading, ring: Ring, size: Size): Label[] {
    const { base } = size
    const figure = this.figure(reading, ring, base)
    const large = figure.font as number
    const under = ring.y + large * 0.5 + base * 0.65
    const labels = [figure].concat(this.verdict(reading.verdict, ring, under, base))
    const write = endWriter(this.options, this.reader)
    // Under both ends of the ring, the outer edge of which reaches lowest.
    const bottom = pointAt(ring, ring.outer, HALF).y + base * 0.75
    const side = ring.outer * 0.8
    labels.push({ x: ring.x - side, y: bottom, text: write(reading.low), anchor: 'middle' })
    labels.push({ x: ring.x + side, y: bottom, text: write(reading.high), anchor: 'middle' })
    const { target } = this.options
    const isFree = !reading.verdict || bottom - under > base * 1.05
    const text = typeof target === 'number' && isFree ? 'Target ' + write(target) : ''
    const ends = (textWidth(write(reading.low), base * 0.8) + textWidth(write(reading.high), base * 0.8)) / 2
    if (text && textWidth(text, base * 0.8) < side * 2 - ends - base) labels.push({ x: ring.x, y: bottom, text, anchor: 'middle' })
    return labels
  }

  /** A figure with more digits than the ring has room for is shortened as on an axis. */
  private figure(reading: Reading, ring: Ring, base: number): Label {
    const inside = ring.inner * 1.7
    const fontFor = (text: string): number => Math.min(inside / Math.max(0.1, textWidth(text, 1, 600)), ring.inner * 0.55)
    const long = fontFor(reading.text) < base * 0.9 && reading.figure !== null && Math.abs(reading.figure) >= 10000
    const size = Math.abs(reading.figure || 0)
    const text = long ? tickFormatter(this.options, this.reader.locale, size / 100, size)(reading.figure) : reading.text
    const font = Math.max(base * 0.6, fontFor(text))
    return { x: ring.x, y: ring.y - (reading.verdict ? font * 0.1 : 0), text: fitText(text, inside * 1.1, font, 600), anchor: 'middle', color: this.reader.theme.text, weight: 600, font }
  }

  private verdict(verdict: Verdict | null, ring: Ring, y: number, base: number): Label[] {
    const font = base * 0.9
    const word = verdict ? fitText(verdict.word, ring.inner * 1.3, font, 500) : ''
    const start = ring.x - (word ? textWidth(word, font, 500) + font * 1.25 : font) / 2
    const color = verdict ? roleColor(verdict.role, this.reader.theme) : ''
    this.plot.icons(verdict ? [{ x: start, y, size: font, path: pathOf(roleIcon(verdict.role)), color }] : [])
    return verdict ? [{ x: start + font * 1.25, y, text: word, color, weight: 500, font }] : []
  }
}

/** As large as the box allows, with a line for the ends of the scale under it. */
function ringIn(size: Size): Ring {
  const below = size.base * 1.4
  // From the top to the middle is a radius, from there to the open ends half of one.
  const outer = Math.max(size.base, Math.min(size.width / 2, (size.height - below) / 1.5))
  const y = outer + Math.max(0, (size.height - below - outer * 1.5) / 2)
  return { x: size.width / 2, y, outer, inner: outer * 0.76 }
}

/** The scale cut where a rule begins or ends, each part with what holds on it. */
function bands(options: GaugeOptions, { low, high }: Reading): { from: number; to: number; verdict: Verdict }[] {
  const rules: FigureRule[] = figureRules(options.rules)
  const cuts = rules.map((rule) => rule.value).filter((value) => value > low && value < high).sort((a, b) => a - b)
  const found: { from: number; to: number; verdict: Verdict }[] = []
  cuts.concat(high).forEach((to, i) => {
    const from = i ? (cuts[i - 1] as number) : low
    const verdict = verdictOf((from + to) / 2, rules)
    if (verdict && to > from) found.push({ from, to, verdict })
  })
  return found
}
