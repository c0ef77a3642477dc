import type { DataResult } from '../wire'
import { cells } from './columns'
import { dateFormat, parseMoment } from './dates'
import type { Reader } from './kinds'

const DAY = 86400000

/** Dates as short as their distance allows: "2025", "Mar", "3 Mar" or "14:00". */
export function shortDates(result: DataResult, column: string, reader: Reader): string[] {
  const moments = cells(result, column).map(parseMoment)
  const times = moments.map((moment) => (moment ? moment.time : 0))
  const steps = times.slice(1).map((time, i) => Math.abs(time - (times[i] as number)))
  const step = steps.length ? Math.min(...steps) : DAY
  const span = times.length ? Math.max(...times) - Math.min(...times) : 0
  const options = optionsFor(step, span)
  return moments.map((moment) => {
    if (!moment) return '–'
    const timeZone = moment.zoned ? reader.timeZone : 'UTC'
    return dateFormat(reader.locale, { ...options, timeZone }).format(moment.time)
  })
}

function optionsFor(step: number, span: number): Intl.DateTimeFormatOptions {
  if (step >= 360 * DAY) return { year: 'numeric' }
  if (step >= 27 * DAY) return span > 365 * DAY ? { month: 'short', year: '2-digit' } : { month: 'short' }
  if (step >= DAY) return { day: 'numeric', month: 'short' }
  return { hour: '2-digit', minute: '2-digit' }
}
