import type { FormatOptions, NumberOptions } from '../wire'
import { intlOptions, numberFormat, type Formatter } from './format'

type Compared = FormatOptions & Pick<NumberOptions, 'goal'>

/** How a figure moved against the one it is compared with. */
export interface Change {
  arrow: 'up' | 'down' | 'same'
  news: 'good' | 'bad' | 'neither'
  by: string
  was: string
  /** When it was that; empty where that is no matter of time. */
  then: string
  spoken: string
}

export function changeOf(
  now: number | null, before: number | null, options: Compared, write: Formatter, locale: string, then = '',
): Change | null {
  if (now === null || before === null) return null
  const arrow = now > before ? 'up' : now < before ? 'down' : 'same'
  const size = magnitude(now, before, options, write, locale)
  const by = arrow === 'same' ? 'No change' : (arrow === 'up' ? '+' : '\u2212') + size
  const was = 'from ' + write(before) + (then && ' ' + then)
  const spoken = arrow === 'same' ? 'no change' + (then && ' ' + was) : arrow + ' ' + size + ' ' + was
  return { arrow, news: newsOf(arrow, options), by, was, then, spoken }
}

/** Percentages differ by points; from zero there is no share, so the difference itself is told. */
function magnitude(now: number, before: number, options: Compared, write: Formatter, locale: string): string {
  const difference = Math.abs(now - before)
  if (options.format === 'percent') {
    return numberFormat(locale, { maximumFractionDigits: 1 }).format(difference * 100) + '\u00a0pp'
  }
  if (before === 0) return write(difference)
  const share = difference / Math.abs(before)
  return numberFormat(locale, intlOptions({ format: 'percent' }, share < 0.1 ? [1, 1] : [0, 0])).format(share)
}

function newsOf(arrow: Change['arrow'], options: Compared): Change['news'] {
  if (arrow === 'same' || !options.goal || options.goal === 'none') return 'neither'
  return arrow === options.goal ? 'good' : 'bad'
}
