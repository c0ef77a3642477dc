import { dateFormat } from './dates'

const MINUTE = 60000
const HOUR = 60 * MINUTE
const DAY = 24 * HOUR

/** A distance between ticks on a calendar, and how its labels read. */
interface Pace {
  span: number
  months?: number
  format: Intl.DateTimeFormatOptions
}

const CLOCK: Intl.DateTimeFormatOptions = { hour: '2-digit', minute: '2-digit' }
const HOURS_OF: Intl.DateTimeFormatOptions = { weekday: 'short', hour: '2-digit', minute: '2-digit' }
const DAYS: Intl.DateTimeFormatOptions = { day: 'numeric', month: 'short' }
export const MONTHS: Intl.DateTimeFormatOptions = { month: 'short' }
const MONTHS_OF: Intl.DateTimeFormatOptions = { month: 'short', year: 'numeric' }
const YEARS: Intl.DateTimeFormatOptions = { year: 'numeric' }

const PACES: Pace[] = [
  ...[1, 5, 10, 15, 30].map((n) => ({ span: n * MINUTE, format: CLOCK })),
  ...[1, 2, 3, 6, 12].map((n) => ({ span: n * HOUR, format: CLOCK })),
  ...[1, 2, 7, 14].map((n) => ({ span: n * DAY, format: DAYS })),
  ...[1, 2, 3, 6].map((n) => ({ span: n * 30 * DAY, months: n, format: MONTHS })),
  ...[1, 2, 5, 10, 20, 50, 100].map((n) => ({ span: n * 365 * DAY, months: n * 12, format: YEARS })),
]

export interface TimeTicks {
  values: number[]
  label: (time: number) => string
}

/** Returns ticks on calendar boundaries of the zone, at most about `wanted`. */
export function timeTicks(low: number, high: number, wanted: number, locale: string, timeZone: string): TimeTicks {
  const pace = PACES.filter((p) => (high - low) / p.span <= wanted)[0] || (PACES[PACES.length - 1] as Pace)
  const shift = offset(low, timeZone)
  const values = (pace.months ? monthly : evenly)(low + shift, high + shift, pace)
    .map((local) => local - offset(local - shift, timeZone))
    .filter((time) => time >= low && time <= high)
  // Fewer than two ticks name no span: then the ends are labeled, as what tells them apart.
  const ends = high - low > 730 * DAY ? YEARS : high - low > 300 * DAY ? MONTHS_OF : DAYS
  const format = values.length < 2 && pace.span >= DAY ? ends : pace.format === CLOCK && high - low > DAY ? HOURS_OF : pace.format
  return { values, label: (time) => labelOf(time, format, locale, timeZone) }
}

/** Among months, January is told by its year: "Jan 26" could be a day. */
export function labelOf(time: number, format: Intl.DateTimeFormatOptions, locale: string, timeZone: string): string {
  const january = format === MONTHS && dateFormat('en', { month: 'numeric', timeZone }).format(time) === '1'
  return dateFormat(locale, Object.assign({ timeZone }, january ? YEARS : format)).format(time)
}

function evenly(low: number, high: number, pace: Pace): number[] {
  // The epoch was a Thursday; weeks begin on Monday.
  const base = pace.span % (7 * DAY) === 0 ? 4 * DAY : 0
  const values: number[] = []
  for (let t = Math.ceil((low - base) / pace.span) * pace.span + base; t <= high; t += pace.span) values.push(t)
  return values
}

function monthly(low: number, high: number, pace: Pace): number[] {
  const step = pace.months as number
  const start = new Date(low)
  let month = Math.floor((start.getUTCFullYear() * 12 + start.getUTCMonth()) / step) * step
  const values: number[] = []
  for (let time = first(month); time <= high; month += step, time = first(month)) values.push(time)
  return values
}

function first(month: number): number {
  return Date.UTC(Math.floor(month / 12), month % 12, 1)
}

/** Milliseconds by which the zone's wall clock is ahead of UTC. Without formatToParts, which the floor lacks. */
export function offset(time: number, timeZone: string): number {
  if (timeZone === 'UTC') return 0
  const text = dateFormat('en-US', {
    timeZone, hour12: false, year: 'numeric', month: '2-digit', day: '2-digit', hour: '2-digit', minute: '2-digit',
  }).format(time)
  const n = (text.match(/\d+/g) || []).map(Number) as [number, number, number, number, number]
  if (n.length < 5) return 0
  return Date.UTC(n[2], n[0] - 1, n[1], n[3] % 24, n[4]) - Math.floor(time / MINUTE) * MINUTE
}
