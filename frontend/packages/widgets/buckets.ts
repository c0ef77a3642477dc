import type { Cell, DataResult, LineOptions } from '../wire'
import { indexOf } from './columns'
import { positionsOf, type Positions } from './series'

const DAY = 86400000
/** Nobody tells more apart on a wall: days over decades stay as they came. */
const MOST = 4000

type Step = (at: number) => number

/**
 * The result, in order, with a row for each day, week, month, quarter or year between its rows that has none: a database tells nothing
 * of a month without rows. Moments with a time of day stay as they came.
 */
export function filled(result: DataResult, options: LineOptions): DataResult {
  if (!options.missing || options.missing === 'connected') return result
  const positions = positionsOf(result, options.x)
  const { at } = positions
  const next = at.length > 1 ? stepOf(positions) : null
  if (!next) return result
  const x = indexOf(result, options.x)
  const figures = options.y.map((name) => indexOf(result, name))
  const rows: Cell[][] = []
  for (let i = 0; i < at.length; i++) {
    rows.push(result.rows[i] as Cell[])
    const end = i + 1 < at.length ? (at[i + 1] as number) : at[i] as number
    for (let missing = next(at[i] as number); missing < end; missing = next(missing)) {
      if (rows.length > MOST) return result
      rows.push(result.columns.map((_, column) => {
        if (column === x) return positions.kind === 'time' ? new Date(missing).toISOString().slice(0, 10) : missing
        return options.missing === 'zero' && figures.indexOf(column) >= 0 ? 0 : null
      }))
    }
  }
  return { ...result, rows }
}

/** How one leads to the next: by the largest step that all of them keep. */
function stepOf({ kind, at, years, zoned }: Positions): Step | null {
  if (kind === 'figure') return years && at.every((one) => one % 1 === 0) ? (one) => one + 1 : null
  if (kind !== 'time' || zoned || at.some((one) => one % DAY !== 0)) return null
  const days = at.map((one) => new Date(one))
  if (days.every((day) => day.getUTCDate() === 1)) {
    const months = common(days.map((day) => day.getUTCFullYear() * 12 + day.getUTCMonth()))
    return monthsOn(months % 12 === 0 ? 12 : months === 3 ? 3 : 1)
  }
  const step = common(at.map((one) => one / DAY)) % 7 === 0 ? 7 : 1
  return (one) => one + step * DAY
}

function monthsOn(months: number): Step {
  return (at) => {
    const day = new Date(at)
    return Date.UTC(day.getUTCFullYear(), day.getUTCMonth() + months, 1)
  }
}

/** The largest distance of which all distances are a multiple. */
function common(places: number[]): number {
  let found = 0
  for (let i = 1; i < places.length; i++) found = divisor(found, (places[i] as number) - (places[i - 1] as number))
  return found
}

function divisor(a: number, b: number): number {
  return b === 0 ? a : divisor(b, a % b)
}
