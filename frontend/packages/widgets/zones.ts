import { offset } from './calendar'
import { dateFormat, parseMoment } from './dates'

export const SECOND = 1000
export const MINUTE = 60 * SECOND
export const HOUR = 60 * MINUTE
export const DAY = 24 * HOUR

/** A sentence when this browser cannot tell the time of a zone, otherwise nothing. */
export function unknownZone(zone: string): string {
  try {
    new Intl.DateTimeFormat('en', zone ? { timeZone: zone } : {})
    return ''
  } catch (error) {
    return 'This browser does not know the time zone ' + zone + '.'
  }
}

/** The wall clock of a zone as milliseconds of a day in UTC. */
export function wallTime(time: number, zone: string): Date {
  return new Date(time + offset(time, zone))
}

/** The instant at which clocks of a zone show "2026-12-31T18:00"; of an hour that is skipped, the one after it. */
export function instantOf(local: string, zone: string): number {
  const moment = parseMoment(local)
  if (!moment) return NaN
  const guess = moment.time - offset(moment.time, zone)
  const again = moment.time - offset(guess, zone)
  return again + offset(again, zone) === moment.time ? again : Math.max(guess, again)
}

export interface ClockText {
  time: string
  /** "PM", where there are twelve hours. */
  half: string
}

/** The time of day, written by hand: old engines say 24:05 for five past midnight. */
export function timeOfDay(time: number, zone: string, twelve: boolean, seconds: boolean): ClockText {
  const wall = wallTime(time, zone)
  const hours = wall.getUTCHours()
  const shown = twelve ? String(hours % 12 || 12) : two(hours)
  const rest = [two(wall.getUTCMinutes())].concat(seconds ? two(wall.getUTCSeconds()) : [])
  return { time: [shown].concat(rest).join(':'), half: twelve ? (hours < 12 ? 'AM' : 'PM') : '' }
}

/** "Monday 23 November" in the reader's language; shorter where that does not fit. */
export function dayNames(time: number, zone: string, locale: string): string[] {
  const patterns: Intl.DateTimeFormatOptions[] = [
    { weekday: 'long', day: 'numeric', month: 'long' }, { weekday: 'short', day: 'numeric', month: 'short' }, { day: 'numeric', month: 'short' },
  ]
  return patterns.map((pattern) => dateFormat(locale, Object.assign({ timeZone: zone }, pattern)).format(time))
}

/** "New York" of "America/New_York". */
export function cityOf(zone: string): string {
  return (zone.split('/').pop() || '').replace(/_/g, ' ')
}

function two(value: number): string {
  return (value < 10 ? '0' : '') + value
}
