import type { Cell, DataResult, LineOptions } from '../wire'
import { offset } from './calendar'
import { cells, indexOf } from './columns'
import { parseMoment, type Moment } from './dates'
import type { Reader } from './kinds'
import { positionsOf, type Positions } from './series'
import { stacks } from './stack'
import { extent } from './ticks'

const DAY = 86400000
/** Nobody tells more apart on a wall: days over decades stay as they came. */
const MOST = 4000
/** So many rows tell of moments that they are within days. */
const FIRST = 3
const MONTHS = { month: 1, quarter: 3, year: 12 }
type Every = NonNullable<LineOptions['every']>
const WIDER: Record<Every, Every[]> = {
  day: ['week', 'month', 'quarter', 'year'], week: [], month: ['quarter', 'year'], quarter: ['year'], year: [],
}
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
  // Told before anything of each row is asked, which takes an old television long: more than fit, or moments within a day.
  if (result.rows.length > MOST) return result
  const positions = positionsOf(result, options.x)
  const clock = clockOf(positions, cells(result, options.x), reader.timeZone)
  if (positions.kind === 'time' && !areDays(positions.at.slice(0, FIRST).map(clock.local))) return result
  const local = positions.at.map(clock.local)
  const place = placesOf(every, positions, local)
  if (!place || (missing === 'zero' && standWider(every, positions, local, place))) return result
  const x = indexOf(result, options.x)
  const figures = options.y.map((name) => indexOf(result, name))
  const added = (at: number): Cell[] => result.columns.map((_, column) => {
    if (column === x) return written(at, positions, clock)
    return missing === 'zero' && figures.indexOf(column) >= 0 ? 0 : null
  })
  const rows = between(result.rows, local, place, added)
  return rows ? { ...result, rows } : result
}

function areDays(local: number[]): boolean {
  return local.every((one) => one % DAY === 0)
}

/**
 * Whether rows keep a wider step than they are said to: a query that now asks for quarters, under the name that its months had.
 * Zeros between them would be said of months that nobody asked for.
 */
function standWider(every: Every, positions: Positions, local: number[], place: (n: number) => number): boolean {
  if (local.length < 3 || haveNeighbors(local, place)) return false
  return WIDER[every].some((wider) => {
    const places = placesOf(wider, positions, local)
    return !!places && haveNeighbors(local, places)
  })
}

/** Whether all rows have a place, and two of them places side by side. */
function haveNeighbors(local: number[], place: (n: number) => number): boolean {
  let found = false
  for (let i = 0, n = 0, before = 0; i < local.length; i++, before = n) {
    while (n < MOST && place(n) < (local[i] as number)) n++
    if (place(n) !== local[i]) return false
    found = found || n === before + 1
  }
  return found
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
function placesOf(every: Every, { kind, years }: Positions, local: number[]): ((n: number) => number) | null {
  const first = local[0]
  if (first === undefined) return null
  if (kind === 'figure') return years && every === 'year' && first % 1 === 0 ? (n) => first + n : null
  if (kind !== 'time' || !areDays(local)) return null
  if (every === 'day' || every === 'week') return (n) => first + n * (every === 'day' ? 1 : 7) * DAY
  const ends = local.every((one) => new Date(one + DAY).getUTCDate() === 1)
  const day = ends ? 31 : extent(local.map((one) => new Date(one).getUTCDate()))[1]
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
  const zone = zoneOf(values[0])
  if (zone && values.every((value) => zoneOf(value) === zone)) {
    const shift = -(parseMoment('1970-01-01T00:00' + zone) as Moment).time
    return { local: (at) => at + shift, instant: (local) => local - shift }
  }
  return {
    local: (at) => at + offset(at, timeZone),
    instant: (local) => local - offset(local - offset(local, timeZone), timeZone),
  }
}

/** In which zone a midnight was written. */
function zoneOf(value: Cell | undefined): string | undefined {
  return (MIDNIGHT.exec(String(value)) || [])[1]
}

function written(local: number, positions: Positions, clock: Clock): Cell {
  if (positions.kind !== 'time') return local
  return positions.zoned ? new Date(clock.instant(local)).toISOString() : new Date(local).toISOString().slice(0, 10)
}
