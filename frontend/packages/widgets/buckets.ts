import type { Cell, DataResult, LineOptions } from '../wire'
import { offset } from './calendar'
import { cells, indexOf } from './columns'
import { parseMoment, type Moment } from './dates'
import type { Reader } from './kinds'
import { positionsOf, type Positions } from './series'
import { stacks } from './stack'

const DAY = 86400000
/** Nobody tells more apart on a wall: days over decades stay as they came. */
const MOST = 4000
const MONTHS = { month: 1, quarter: 3, year: 12 }
const MIDNIGHT = /[T ]00:00(?::00(?:[.,]0+)?)?\s*(Z|[+-]\d\d(?::?\d\d)?)$/

/** How dates are read on a clock, on which days begin at a multiple of `DAY`, and back. */
interface Clock {
  local: (at: number) => number
  instant: (local: number) => number
}

const PLAIN: Clock = { local: (at) => at, instant: (local) => local }

/**
 * The result, in order, with a row for each day, week, month, quarter or year between its rows that has none, as `every` says: a database
 * tells nothing of a month without rows, nor do rows tell how far apart they should be. What does not keep that step stays as it came,
 * and so does a gap in a stack, which has none.
 */
export function filled(result: DataResult, options: LineOptions, reader: Reader): DataResult {
  const { every, missing } = options
  if (!every || !missing || missing === 'connected' || (missing === 'gap' && stacks(options))) return result
  const positions = positionsOf(result, options.x)
  const clock = clockOf(positions, cells(result, options.x), reader.timeZone)
  const local = positions.at.map(clock.local)
  const place = placesOf(every, positions, local)
  if (!place) return result
  const x = indexOf(result, options.x)
  const figures = options.y.map((name) => indexOf(result, name))
  const added = (at: number): Cell[] => result.columns.map((_, column) => {
    if (column === x) return written(at, positions, clock)
    return missing === 'zero' && figures.indexOf(column) >= 0 ? 0 : null
  })
  const rows = between(result.rows, local, place, added)
  return rows ? { ...result, rows } : result
}

/** The rows with what is missing between them, or null where one has no place or there would be too many. */
function between(known: Cell[][], local: number[], place: (n: number) => number, added: (at: number) => Cell[]): Cell[][] | null {
  const rows: Cell[][] = []
  let n = 0
  for (let i = 0; i < local.length; i++) {
    const at = local[i] as number
    for (; place(n) < at; n++) {
      if (place(n) > (local[i - 1] as number)) rows.push(added(place(n)))
      if (rows.length > MOST) return null
    }
    if (place(n) !== at) return null
    rows.push(known[i] as Cell[])
  }
  return rows
}

/** Where the rows should stand, counted from the first one; null where they are no days. */
function placesOf(every: NonNullable<LineOptions['every']>, { kind, years }: Positions, local: number[]): ((n: number) => number) | null {
  const first = local[0]
  if (first === undefined) return null
  if (kind === 'figure') return years && every === 'year' && first % 1 === 0 ? (n) => first + n : null
  if (kind !== 'time' || local.some((one) => one % DAY !== 0)) return null
  if (every === 'day' || every === 'week') return (n) => first + n * (every === 'day' ? 1 : 7) * DAY
  const ends = local.every((one) => new Date(one + DAY).getUTCDate() === 1)
  const day = ends ? 31 : Math.max(...local.map((one) => new Date(one).getUTCDate()))
  const begun = new Date(first)
  return (n) => dayIn(begun.getUTCFullYear(), begun.getUTCMonth() + n * MONTHS[every], day)
}

/** A day of a month, or its last one where it has not so many. */
function dayIn(year: number, month: number, day: number): number {
  return Math.min(Date.UTC(year, month, day), Date.UTC(year, month + 1, 0))
}

/** The clock on which instants are midnights: the one that they are all written in, or else the reader's. */
function clockOf({ zoned }: Positions, values: Cell[], timeZone: string): Clock {
  if (!zoned) return PLAIN
  const zones = values.map((value) => (MIDNIGHT.exec(String(value)) || [])[1])
  if (zones[0] && zones.every((zone) => zone === zones[0])) {
    const shift = -(parseMoment('1970-01-01T00:00' + zones[0]) as Moment).time
    return { local: (at) => at + shift, instant: (local) => local - shift }
  }
  return {
    local: (at) => at + offset(at, timeZone),
    instant: (local) => local - offset(local - offset(local, timeZone), timeZone),
  }
}

function written(local: number, positions: Positions, clock: Clock): Cell {
  if (positions.kind !== 'time') return local
  return positions.zoned ? new Date(clock.instant(local)).toISOString() : new Date(local).toISOString().slice(0, 10)
}
