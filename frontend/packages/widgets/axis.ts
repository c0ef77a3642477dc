import type { FormatOptions } from '../wire'
import { timeTicks } from './calendar'
import { tickFormatter } from './format'
import type { Reader } from './kinds'
import { textWidth, widest } from './measure'
import type { Area, Label, Rule } from './plot'
import type { Positions } from './series'
import { extent, niceTicks, withZero, type Ticks } from './ticks'
import { unitOf } from './units'

/** An axis of values: its ticks, their texts, and the room these need. */
export interface ValueAxis extends Ticks {
  texts: string[]
  width: number
}

export function valueAxis(
  values: number[], options: FormatOptions, reader: Reader, room: number, font: number, fromZero: boolean,
): ValueAxis {
  const range = extent(values)
  const [low, high] = withZero(range[0], range[1], fromZero)
  const unit = unitOf(options, Math.max(Math.abs(low), Math.abs(high)))
  // Halves of what is counted are nothing.
  const least = !unit && options.format !== 'percent' && (options.format === 'integer' || values.every((value) => value % 1 === 0)) ? 1 : 0
  const wanted = Math.max(3, Math.min(5, Math.floor(room / (font * 2.6))))
  const ticks = thinned(ticksIn(unit ? unit.size : 1, low, high, wanted, least), room, font)
  const write = tickFormatter(options, reader.locale, ticks.step, Math.max(Math.abs(ticks.low), Math.abs(ticks.high)))
  const texts = ticks.values.map(write)
  return { ...ticks, texts, width: widest(texts, font) + font * 0.7 }
}

/** Round in the unit that they are written in: 2 h, 4 h and not 1.39 h, 2.78 h. */
function ticksIn(size: number, low: number, high: number, wanted: number, least: number): Ticks {
  const ticks = niceTicks(low / size, high / size, wanted, least)
  if (size === 1) return ticks
  return { low: ticks.low * size, high: ticks.high * size, step: ticks.step * size, values: ticks.values.map((value) => value * size) }
}

/** A low chart keeps the range of a high one, and leaves out every second label until they stand apart. */
function thinned(ticks: Ticks, room: number, font: number): Ticks {
  if (ticks.values.length < 3 || (ticks.values.length - 1) * font * 1.4 <= room) return ticks
  const zero = Math.max(0, ticks.values.indexOf(0))
  return thinned({ ...ticks, values: ticks.values.filter((_, i) => (i - zero) % 2 === 0) }, room, font)
}

export function valueRules(axis: ValueAxis, y: (value: number) => number, area: Area): Rule[] {
  return axis.values.map((value) => ({ x1: area.left, x2: area.right, y1: y(value), y2: y(value), strong: value === 0 && axis.low < 0 }))
}

export function valueLabels(axis: ValueAxis, y: (value: number) => number, area: Area, font: number): Label[] {
  return axis.values.map((value, i) => ({
    x: area.left - font * 0.6, y: y(value), text: axis.texts[i] as string, anchor: 'end' as const,
  }))
}

/** Labels under a chart whose points stand at positions; `categories` name them where they are only ordered. */
export function positionLabels(
  positions: Positions, categories: string[], x: (at: number) => number, area: Area, font: number, reader: Reader,
): Label[] {
  const labels = rawLabels(positions, categories, x, area, font, reader)
  const y = area.bottom + font * 1.05
  return spread(inside(labels, area, font), font).map((label) => ({ ...label, y, anchor: 'middle' as const }))
}

interface Spot {
  x: number
  text: string
}

function rawLabels(
  positions: Positions, categories: string[], x: (at: number) => number, area: Area, font: number, reader: Reader,
): Spot[] {
  if (positions.kind === 'order') return categories.map((text, i) => ({ x: x(i), text }))
  const [low, high] = extent(positions.at)
  const wanted = Math.max(1, Math.floor((area.right - area.left) / (font * 5.5)))
  if (positions.kind === 'time') {
    const ticks = timeTicks(low, high, wanted, reader.locale, positions.zoned ? reader.timeZone : 'UTC')
    return (ticks.values.length > 1 ? ticks.values : [low, high]).map((value) => ({ x: x(value), text: ticks.label(value) }))
  }
  const ticks = niceTicks(low, high, wanted)
  const write = positions.years ? String : tickFormatter({}, reader.locale, ticks.step, Math.max(Math.abs(low), Math.abs(high)))
  return ticks.values.filter((v) => v >= low && v <= high && (!positions.years || v % 1 === 0)).map((value) => ({ x: x(value), text: write(value) }))
}

/** Leaves out every n-th label until none touches its neighbor. */
function spread(spots: Spot[], font: number): Spot[] {
  for (let every = 1; every < spots.length; every++) {
    const kept = spots.filter((_, i) => i % every === 0)
    if (kept.every((spot, i) => i === 0 || apart(kept[i - 1] as Spot, spot, font))) return kept
  }
  return spots.slice(0, 1)
}

function apart(a: Spot, b: Spot, font: number): boolean {
  return Math.abs(b.x - a.x) >= (textWidth(a.text, font) + textWidth(b.text, font)) / 2 + font * 0.8
}

/** Moves the outermost labels in, so that none is cut at the edge of the card. */
function inside(spots: Spot[], area: Area, font: number): Spot[] {
  return spots.map((spot) => {
    const half = textWidth(spot.text, font) / 2
    return { text: spot.text, x: Math.max(half, Math.min(area.right + font * 0.5 - half, spot.x)) }
  })
}
