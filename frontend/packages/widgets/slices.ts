import type { DataResult, DonutOptions } from '../wire'
import { figures } from './columns'
import type { Reader } from './kinds'
import { categoriesOf } from './series'

/** One share of a whole; the rest that is told together has no place among the colors. */
export interface Slice {
  name: string
  value: number
  color: string
}

/** The largest shares first, at most `most` of them; what is beyond is one, at the end. */
export function slicesOf(options: DonutOptions, result: DataResult, reader: Reader, most: number): Slice[] {
  const { series, muted } = reader.theme
  const names = categoriesOf(result, options.names, reader)
  const values = figures(result, options.value)
  const all = names
    .map((name, i) => ({ name, value: values[i] || 0, i }))
    .filter((one) => one.value > 0)
    .sort((a, b) => b.value - a.value || a.i - b.i)
  const limit = Math.max(1, Math.min(most, series.length))
  const apart = all.length <= limit ? all : all.slice(0, limit - 1)
  const slices = apart.map(({ name, value }, i) => ({ name, value, color: series[i] as string }))
  const rest = all.slice(apart.length)
  if (!rest.length) return slices
  return slices.concat({ name: rest.length + ' others', value: sumOf(rest), color: muted })
}

export function sumOf(parts: { value: number }[]): number {
  return parts.reduce((sum, one) => sum + one.value, 0)
}

/** Where each slice ends, as shares of the turn. */
export function endsOf(slices: Slice[]): number[] {
  const whole = sumOf(slices)
  let reached = 0
  return slices.map((slice) => (reached += slice.value / whole))
}
