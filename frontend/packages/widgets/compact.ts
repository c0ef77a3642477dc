import type { FormatOptions } from '../wire'
import { digitsIn, intlOptions, numberFormat, written, type Formatter } from './format'
import { digitsOf } from './units'

// Intl's compact notation is newer than our floor, and axes must read the same on every engine.
const SUFFIXES: { [language: string]: [string, string, string] } = {
  en: ['k', 'M', 'bn'],
  de: ['\u00a0Tsd.', '\u00a0Mio.', '\u00a0Mrd.'],
  fr: ['\u00a0k', '\u00a0M', '\u00a0Md'],
  es: ['\u00a0mil', '\u00a0M', '\u00a0mil\u00a0M'],
  it: ['\u00a0mila', '\u00a0Mln', '\u00a0Mrd'],
  nl: ['\u00a0k', '\u00a0mln.', '\u00a0mld.'],
}
const OTHERS: [string, string, string] = ['k', 'M', 'G']

/** Returns a writer that shortens every tick of one axis by the same power of a thousand. */
export function compact(options: FormatOptions, locale: string, step: number, largest: number): Formatter {
  const power = largest >= 1e9 ? 3 : largest >= 1e6 ? 2 : 1
  const divisor = Math.pow(1000, power)
  const suffix = suffixesIn(locale)[power - 1]
  const decimals = Math.min(3, Math.max(0, -Math.floor(Math.log(step / divisor) / Math.LN10 + 1e-9)))
  const intl = numberFormat(locale, intlOptions(options, [decimals, decimals]))
  return (value) => {
    const number = Number(value)
    if (number === 0) return numberFormat(locale, intlOptions(options, [0, 0])).format(0)
    return withSuffix(written(intl, number / divisor), suffix as string, locale)
  }
}

/** Returns what writes each figure for itself as short as it can be told apart, where that is wished: "1.23M". */
export function shortened(options: FormatOptions, locale: string): ((figure: number) => string) | null {
  if (!options.compact || options.format === 'percent') return null
  return (figure) => {
    const size = Math.abs(figure)
    const power = powerOf(size)
    const scaled = size / Math.pow(1000, power)
    const digits = power || typeof options.decimals === 'number' ? digitsOf(options, scaled) : size % 1 ? 2 : 0
    const least = typeof options.decimals === 'number' ? digits : 0
    const text = written(numberFormat(locale, intlOptions(options, [least, digits])), figure < 0 ? -scaled : scaled)
    return power ? withSuffix(text, suffixesIn(locale)[power - 1] as string, locale) : text
  }
}

/** Rounded as it will be written: 999,999 is a million, not 1,000k. */
function powerOf(size: number): number {
  let power = 0
  while (power < 3 && Math.round(size / Math.pow(1000, power)) >= 1000) power++
  return power
}

function suffixesIn(locale: string): [string, string, string] {
  return SUFFIXES[locale.slice(0, 2).toLowerCase()] || OTHERS
}

/** "1.2 €" becomes "1.2 Mio. €": the suffix belongs to the digits, before a trailing currency. */
function withSuffix(text: string, suffix: string, locale: string): string {
  const digits = digitsIn(locale)
  let end = text.length
  while (end > 0 && digits.indexOf(text.charAt(end - 1)) < 0) end--
  return text.slice(0, end) + suffix + text.slice(end)
}
