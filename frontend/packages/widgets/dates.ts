/** An instant, or a wall-clock reading without zone kept as if it were UTC. */
export interface Moment {
  time: number
  zoned: boolean
}

const ISO = /^(\d{4})-(\d\d)-(\d\d)(?:[T ](\d\d):(\d\d)(?::(\d\d)(?:[.,](\d{1,9}))?)?\s*(Z|[+-]\d\d(?::?\d\d)?)?)?$/

/** Reads ISO 8601 by hand: old engines disagree about dates without a zone. */
export function parseMoment(text: unknown): Moment | null {
  const parts = typeof text === 'string' ? ISO.exec(text.trim()) : null
  if (!parts) return null
  const n = (index: number): number => Number(parts[index] || 0)
  const millis = Math.floor(Number('0.' + (parts[7] || '0')) * 1000)
  const time = Date.UTC(n(1), n(2) - 1, n(3), n(4), n(5), n(6), millis)
  const zone = parts[8]
  return { time: time - offsetOf(zone), zoned: zone !== undefined }
}

function offsetOf(zone: string | undefined): number {
  if (!zone || zone === 'Z') return 0
  const sign = zone.charAt(0) === '-' ? -1 : 1
  const digits = zone.slice(1).replace(':', '')
  return sign * (Number(digits.slice(0, 2)) * 60 + Number(digits.slice(2) || 0)) * 60000
}

const cache: { [key: string]: Intl.DateTimeFormat } = {}

/** Intl formatters are slow to build and small to keep; the number of patterns is fixed. */
export function dateFormat(locale: string, options: Intl.DateTimeFormatOptions): Intl.DateTimeFormat {
  const key = locale + JSON.stringify(options)
  return cache[key] || (cache[key] = build(locale, options))
}

function build(locale: string, options: Intl.DateTimeFormatOptions): Intl.DateTimeFormat {
  try {
    return new Intl.DateTimeFormat(locale, options)
  } catch (error) {
    return new Intl.DateTimeFormat('en', Object.assign({}, options, { timeZone: 'UTC' }))
  }
}

/** A date, or a date with its time in the reader's zone, for table cells and spoken summaries. */
export function formatMoment(moment: Moment, withTime: boolean, locale: string, timeZone: string): string {
  const day: Intl.DateTimeFormatOptions = { day: 'numeric', month: 'short', year: 'numeric' }
  const clock: Intl.DateTimeFormatOptions = { hour: '2-digit', minute: '2-digit' }
  const zone = { timeZone: moment.zoned ? timeZone : 'UTC' }
  return dateFormat(locale, Object.assign(day, withTime ? clock : {}, zone)).format(moment.time)
}

/** The hour and minute of an instant in a zone. */
export function clockTime(time: number, locale: string, timeZone: string): string {
  return dateFormat(locale, { hour: '2-digit', minute: '2-digit', timeZone }).format(time)
}
