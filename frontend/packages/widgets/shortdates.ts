import type { DataResult } from '../wire'
import { cells } from './columns'
import { labelOf, MONTHS } from './calendar'
import { parseMoment } from './dates'
import type { Reader } from './kinds'
import { extent } from './ticks'

const DAY = 86400000

/** Dates as short as their distance allows: "2025", "Mar", "3 Mar" or "14:00". */
export function shortDates(result: DataResult, column: string, reader: Reader): string[] {
  const moments = cells(result, column).map(parseMoment)
  const times = moments.map((moment) => (moment ? moment.time : 0))
  const steps = times.slice(1).map((time, i) => Math.abs(time - (times[i] as number)))
  const step = steps.length ? extent(steps)[0] : DAY
  const options = optionsFor(step)
  return moments.map((moment) => {
    if (!moment) return '–'
    return labelOf(moment.time, options, reader.locale, moment.zoned ? reader.timeZone : 'UTC')
  })
}

function optionsFor(step: number): Intl.DateTimeFormatOptions {
  if (step >= 360 * DAY) return { year: 'numeric' }
  if (step >= 27 * DAY) return MONTHS
  if (step >= DAY) return { day: 'numeric', month: 'short' }
  return { hour: '2-digit', minute: '2-digit' }
}
