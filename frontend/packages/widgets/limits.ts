import type { FigureRule, FormatOptions } from '../wire'
import { formatter } from './format'
import type { Reader } from './kinds'
import { fitText, textWidth } from './measure'
import type { Area, Label } from './plot'
import { figureRules, roleColor, wordOf } from './rules'
import { extent } from './ticks'

/** A line across a chart: its target, or where a rule begins to hold. */
export interface Limit {
  value: number
  text: string
  color: string
  isTarget: boolean
}

interface Ruled extends FormatOptions {
  target?: number | null
  rules?: FigureRule[]
}

/** The lines of a chart. A rule far beyond all figures has none: it would press them flat. */
export function limitsOf(options: Ruled, values: number[], reader: Reader): Limit[] {
  const { target } = options
  const rules = figureRules(options.rules)
  const write = formatter(options, reader.locale, rules.map((rule) => rule.value).concat(target || 0))
  const aim = typeof target === 'number' ? [{ value: target, text: 'Target ' + write(target), color: reader.theme.text, isTarget: true }] : []
  const [low, high] = extent(values.concat(aim.map((one) => one.value)))
  const room = Math.max(high - low, Math.abs(high) / 2, Math.abs(low) / 2)
  const near = rules.filter((rule) => rule.value >= low - room && rule.value <= high + room)
  // Two rules that meet are one line.
  const apart = near.filter((rule, i) => near.slice(0, i).every((other) => other.value !== rule.value))
  const ruled = apart.map((rule) => ({
    value: rule.value, color: roleColor(rule.role, reader.theme), isTarget: false,
    text: wordOf(rule) + (rule.when === 'below' ? ' below ' : ' from ') + write(rule.value),
  }))
  return aim.concat(ruled)
}

export function limitValues(limits: Limit[]): number[] {
  return limits.map((limit) => limit.value)
}

/** What a screen reader says of them. */
export function limitWords(limits: Limit[]): string {
  return limits.length ? ' ' + limits.map((limit) => limit.text).join('; ') + '.' : ''
}

/** Texts at the left end of level lines, over or under them; where others stand already, further to the right. */
export function levelLabels(limits: Limit[], y: (value: number) => number, area: Area, font: number, others: Label[]): Label[] {
  const taken = others.filter((one) => one.text).map((one) => spotOf(one, font))
  return limits.map((limit) => {
    const width = Math.min(textWidth(limit.text, font, 500), area.right - area.left)
    const lines = limits.filter((other) => other !== limit).map((other) => y(other.value))
    const spot = freeSpot(taken, lines, y(limit.value), width, area, font) || freeSpot(taken, [], y(limit.value), width, area, font)
    if (spot) taken.push(spot)
    const text = spot ? fitText(limit.text, area.right - spot.x, font, 500) : ''
    const at = spot || { x: area.left, y: y(limit.value) }
    return { x: at.x, y: at.y, text, color: limit.color, weight: 500, halo: true }
  })
}

interface Spot {
  x: number
  y: number
  end: number
}

function spotOf(label: Label, font: number): Spot {
  const width = textWidth(label.text, font)
  const x = label.anchor === 'end' ? label.x - width : label.x
  return { x, y: label.y, end: x + width }
}

function freeSpot(taken: Spot[], lines: number[], line: number, width: number, area: Area, font: number): Spot | null {
  const heights = [line - font * 0.7, line + font * 0.75].filter((y) => y > area.top - font * 0.6 && y < area.bottom - font * 0.3)
    .filter((y) => lines.every((other) => Math.abs(other - y) > font * 0.5))
  const starts = [area.left + font * 0.3].concat(taken.map((one) => one.end + font))
  for (let s = 0; s < starts.length; s++) {
    const x = starts[s] as number
    const free = heights.filter((y) => taken.every((one) => Math.abs(one.y - y) > font * 1.15 || one.end < x || one.x > x + width))
    if (free.length && (s === 0 || x + width <= area.right)) return { x, y: free[0] as number, end: x + width }
  }
  return null
}

/** Texts over upright lines, as far as they leave each other room. */
export function uprightLabels(limits: Limit[], x: (value: number) => number, area: Area, font: number): Label[] {
  let end = -Infinity
  return limits.slice().sort((a, b) => a.value - b.value).map((limit) => {
    const width = textWidth(limit.text, font, 500)
    const at = Math.max(width / 2, Math.min(area.right - width / 2, x(limit.value)))
    const fits = at - width / 2 > end
    if (fits) end = at + width / 2 + font * 0.6
    return { x: at, y: area.top - font * 0.75, text: fits ? limit.text : '', anchor: 'middle' as const, color: limit.color, weight: 500, halo: true }
  })
}
