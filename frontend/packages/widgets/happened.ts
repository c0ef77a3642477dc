import { offset } from './calendar'
import { formatMoment, parseMoment } from './dates'
import type { Reader } from './kinds'
import { fitText, textWidth } from './measure'
import type { Area, Label, Rule } from './plot'
import type { Bars } from './bar'
import { positionsOf, type Positions } from './series'
import { extent } from './ticks'

/** What happened within a chart: its text, when that was, and where it stands along the chart. */
export interface Happened {
  at: number
  when: number
  text: string
}

/**
 * The annotations that lie within a chart over time, from left to right.
 *
 * A chart of months ends with the first day of this one: what happened since stands at its end, for a step of the chart.
 */
export function happenedIn(positions: Positions, range: number[], reader: Reader): Happened[] {
  if (positions.kind !== 'time') return []
  const [low, high] = range as [number, number]
  const end = high + lastStep(positions.at, high)
  return (reader.annotations || [])
    .map((one) => ({ when: placeOf(one.at, positions.zoned, reader), text: one.tag ? one.text + ' #' + one.tag : one.text }))
    .filter((one) => one.when >= low && (one.when <= high || one.when < end))
    .sort((a, b) => a.when - b.when)
    .map((one) => ({ ...one, at: Math.min(one.when, high) }))
}

/**
 * What happened during the bars from `first` to `end`, each where it lies in the room of its bar: a bar is a whole period.
 *
 * Bars that are in no order of time have no place for it.
 */
export function happenedOn(bars: Bars, first: number, end: number, begin: number, step: number): Happened[] {
  const whole = positionsOf(bars.result, bars.options.x)
  const all = whole.at.slice(first, end)
  // Lists often begin with the newest: their time runs the other way.
  const isDown = all.length > 1 && (all[0] as number) > (all[all.length - 1] as number)
  const at = isDown ? all.slice().reverse() : all
  if (at.some((one, i) => i > 0 && one <= (at[i - 1] as number))) return []
  const [low, high] = extent(at)
  const found = happenedIn({ ...whole, at }, [low, high], bars.reader).map((one) => {
    const bar = at.filter((start) => start <= one.when).length - 1
    const start = at[bar] as number
    const length = bar + 1 < at.length ? (at[bar + 1] as number) - start : lastStep(at, high)
    const place = bar + (length ? (one.when - start) / length : 0.5)
    return { ...one, at: begin + (isDown ? at.length - place : place) * step }
  })
  return isDown ? found.reverse() : found
}

/** How far the last reading stands from the one before it. */
function lastStep(at: number[], high: number): number {
  const before = at.reduce((found, one) => one < high && one > found ? one : found, -Infinity)
  return isFinite(before) ? high - before : 0
}

export function happenedRules(all: Happened[], x: (at: number) => number, area: Area): Rule[] {
  return all.map((one) => ({ x1: x(one.at), x2: x(one.at), y1: area.top, y2: area.bottom }))
}

/** Each text stands at the top of its line, on the side with room, as far as the next line lets it. */
export function happenedLabels(all: Happened[], x: (at: number) => number, area: Area, font: number, color: string): Label[] {
  const size = font
  let taken = area.left
  return all.map((one, i) => {
    const from = x(one.at) + font * 0.35
    const next = all[i + 1]
    const right = (next ? x(next.at) : area.right) - from
    const left = x(one.at) - font * 0.35 - taken
    const isLeft = textWidth(one.text, size) > right && left > right
    const text = fitText(one.text, Math.max(0, isLeft ? left : right), size)
    taken = isLeft ? x(one.at) : from + textWidth(text, size)
    const place = isLeft ? { x: from - font * 0.7, anchor: 'end' as const } : { x: from, anchor: 'start' as const }
    return { ...place, y: area.top + font * 0.5, text, color, halo: true }
  })
}

/**
 * Beside lying bars each text stands on its line: at the right end, or at the left where a figure is in its way there.
 *
 * Where two are too near to each other the later one is a line alone.
 */
export function happenedBeside(all: Happened[], figures: Label[], area: Area, width: number, font: number, color: string): Label[] {
  let taken = -Infinity
  const found: Label[] = []
  all.forEach(({ at, text: words }) => {
    if (at - taken < font * 1.2) return
    taken = at
    const near = figures.filter((one) => Math.abs(one.y - at) < font * 1.1)
    const right = width - Math.max(area.left, ...near.map((one) => one.x + textWidth(one.text, font, one.weight || 400))) - font * 0.5
    const left = Math.min(width, ...near.map((one) => one.x)) - area.left - font
    const isLeft = textWidth(words, font) > right && left > right
    const text = fitText(words, Math.max(0, isLeft ? left : right), font)
    found.push({ x: isLeft ? area.left + font * 0.4 : width, y: at, text, anchor: isLeft ? 'start' : 'end', color, halo: true })
  })
  return found
}

/** Figures on bars, which the lines do not strike through. */
export function cleared(figures: Label[], all: Happened[]): Label[] {
  return all.length ? figures.map((one) => ({ ...one, halo: true })) : figures
}

/** What a screen reader says of them. */
export function happenedWords(positions: Positions, range: number[], reader: Reader): string {
  const said = happenedIn(positions, range, reader).map((one) => {
    const when = formatMoment({ time: one.when, zoned: positions.zoned }, false, reader.locale, reader.timeZone)
    return when + ': ' + one.text
  })
  return said.length ? ' Noted on ' + said.join('; ') + '.' : ''
}

/** Readings without a zone are a wall's clock: an instant stands where that clock showed it. */
function placeOf(at: string, zoned: boolean, reader: Reader): number {
  const moment = parseMoment(at)
  if (!moment) return NaN
  return zoned ? moment.time : moment.time + offset(moment.time, reader.timeZone)
}
