import type { Cell, Column, DataResult, FormatOptions } from '../wire'
import { columnWriter, namesYear } from './cells'
import { cells, figures, indexOf, isDated, isFigure } from './columns'
import { parseMoment } from './dates'
import { formatter, toNumber } from './format'
import type { Reader } from './kinds'
import { extent } from './ticks'

/** One named row of figures with its color. */
export interface Series {
  name: string
  color: string
  values: (number | null)[]
}

/** Where points stand from left to right: on a calendar, on a scale of figures, or one after the other. */
export interface Positions {
  kind: 'time' | 'figure' | 'order'
  at: number[]
  zoned: boolean
  /** Whether the figures are years, which are written without a mark between thousands. */
  years?: boolean
}

export function seriesOf(result: DataResult, names: string[], reader: Reader): Series[] {
  const { series } = reader.theme
  return names.map((name, i) => ({ name, color: series[i % series.length] as string, values: figures(result, name) }))
}

export function allValues(series: Series[]): number[] {
  const values: number[] = []
  series.forEach((one) => one.values.forEach((value) => value !== null && values.push(value)))
  return values
}

export function positionsOf(result: DataResult, name: string): Positions {
  const column = result.columns[indexOf(result, name)]
  const values = cells(result, name)
  const ordered = { kind: 'order' as const, at: values.map((_, i) => i), zoned: false }
  if (isDated(column)) {
    const moments = values.map(parseMoment)
    if (moments.some((moment) => moment === null)) return ordered
    return { kind: 'time', at: moments.map((m) => (m ? m.time : 0)), zoned: moments.some((m) => !!m && m.zoned) }
  }
  const numbers = values.map(toNumber)
  if (!column || !isFigure(column) || numbers.some((n) => n === null)) return ordered
  return { kind: 'figure', at: numbers.map((n) => n || 0), zoned: false, years: namesYear(column) }
}

/** The result with its rows from left to right, where its query did not order them. */
export function inOrder(result: DataResult, name: string): DataResult {
  const { kind, at } = positionsOf(result, name)
  if (kind === 'order' || at.every((one, i) => i === 0 || (at[i - 1] as number) <= one)) return result
  const order = at.map((_, i) => i).sort((a, b) => (at[a] as number) - (at[b] as number) || a - b)
  return { ...result, rows: order.map((i) => result.rows[i] as Cell[]) }
}

/** The rows that have a place along a column, from left to right: what has none is neither before nor after another. */
export function placed(result: DataResult, name: string): DataResult {
  const at = indexOf(result, name)
  const rows = result.rows.filter((row) => row[at] !== null)
  return inOrder(rows.length === result.rows.length ? result : { ...result, rows }, name)
}

/** Category names as a reader writes them. What belongs to none has one too: without it the others do not add up to the whole. */
export function categoriesOf(result: DataResult, name: string, reader: Reader, options: FormatOptions = {}): string[] {
  const values = cells(result, name)
  const write = columnWriter(result.columns[indexOf(result, name)] as Column, values, options, reader)
  const written = values.map((value) => (value === null ? '' : write(value).trim()))
  const nothing = values.filter((_, i) => !written[i]).filter((value, i, all) => all.indexOf(value) === i)
  const called = standIns(nothing, written)
  return values.map((value, i) => written[i] || called[nothing.indexOf(value)] as string)
}

/** How each kind of nothing is called: as no text of the column is, nor another kind. */
function standIns(nothing: Cell[], written: string[]): string[] {
  const called: string[] = []
  nothing.forEach((value) => {
    const name = value === null ? '(none)' : '(empty)'
    let free = name
    for (let n = 2; written.indexOf(free) >= 0 || called.indexOf(free) >= 0; n++) free = name + ' (' + n + ')'
    called.push(free)
  })
  return called
}

/** "Revenue: last 12, lowest 3, highest 40." */
export function describeSeries(result: DataResult, names: string[], options: FormatOptions, reader: Reader): string {
  const series = seriesOf(result, names, reader)
  const write = formatter(options, reader.locale, allValues(series))
  const told = series.map((one) => {
    const known = one.values.filter((value) => value !== null) as number[]
    if (!known.length) return one.name + ': no figures'
    const last = known[known.length - 1] as number
    const [low, high] = extent(known)
    return one.name + ': last ' + write(last) + ', lowest ' + write(low) + ', highest ' + write(high)
  })
  return told.join('. ') + '.'
}
