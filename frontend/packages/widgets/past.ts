import type { DataResult, NumberOptions } from '../wire'
import { dateFormat } from './dates'
import type { Reader } from './kinds'

export type Since = NonNullable<NumberOptions['since']>

/** The earlier figures of an answer, the newest last: that of the answer itself. Times are in milliseconds. */
export interface History {
  at: number[]
  values: (number | null)[]
}

const HOUR = 3600000
const SPANS: { [since in Since]: number } = { refresh: HOUR, hour: HOUR, day: 24 * HOUR, week: 168 * HOUR }
export const WORDS: { [since in Since]: string } = { refresh: 'one refresh ago', hour: 'an hour ago', day: 'a day ago', week: 'a week ago' }
/** What is said instead of a change: whole, and as short as a small box needs it. */
export type Note = [string, string]
const NOTHING_YET: Note = ['No history yet: starts with the next refresh', 'No history yet']
const TIME: Intl.DateTimeFormatOptions = { hour: '2-digit', minute: '2-digit' }
const DAY: Intl.DateTimeFormatOptions = { day: 'numeric', month: 'short' }

/** What an answer took along of a column's past; empty before there is any. */
export function historyOf(result: DataResult, column: string): History {
  const past = result.past
  const values = past && past.figures[column]
  if (!past || !values) return { at: [], values: [] }
  return { at: past.at.map((seconds) => seconds * 1000), values }
}

/** The stretch that is drawn: as far back as a figure is compared, and as dense at its end as at its beginning. */
export function stretchOf({ at, values }: History, since: Since): History {
  const last = at.length - 1
  const begin = (at[last] || 0) - SPANS[since] * 61 / 60
  const from = at.filter((one) => one < begin).length
  const slot = slotOf((at[last] as number) - (at[from] as number))
  const kept = at.map((one, i) => i >= from && (i === last || slot(one) !== slot(at[i + 1] as number)))
  return { at: at.filter((_, i) => kept[i]), values: values.filter((_, i) => kept[i]) }
}

/** Slots of a power of two: thirty to sixty of them, and those of the next refresh are the same. */
function slotOf(range: number): (at: number) => number {
  const width = Math.pow(2, Math.ceil(Math.log(Math.max(1, range / 60)) / Math.LN2))
  return (at) => Math.floor(at / width)
}

/** What the figure was then; null where nothing was read near that time. */
export function beforeOf({ at, values }: History, since: Since): number | null {
  const last = at.length - 1
  if (last < 1) return null
  if (since === 'refresh') return values[last - 1] as number | null
  const wanted = (at[last] as number) - SPANS[since]
  let nearest = 0
  for (let i = 1; i < last; i++) if (Math.abs((at[i] as number) - wanted) < Math.abs((at[nearest] as number) - wanted)) nearest = i
  return Math.abs((at[nearest] as number) - wanted) <= SPANS[since] / 12 ? (values[nearest] as number | null) : null
}

/** Since when there is a history, where it is younger than what a figure is compared with. */
export function noteOf({ at }: History, since: Since, { locale, timeZone }: Reader): Note {
  if (at.length < 2) return NOTHING_YET
  const written = (options: Intl.DateTimeFormatOptions): string => dateFormat(locale, { ...options, timeZone }).format(at[0] as number)
  const isLong = since === 'day' || since === 'week'
  return ['History since ' + written(isLong ? { ...DAY, ...TIME } : TIME), 'Since ' + written(isLong ? DAY : TIME)]
}
