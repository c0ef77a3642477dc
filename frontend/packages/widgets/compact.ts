import type { FormatOptions } from '../wire'
import { intlOptions, minus, numberFormat, type Formatter } from './format'

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
  const suffix = (SUFFIXES[locale.slice(0, 2).toLowerCase()] || OTHERS)[power - 1]
  const decimals = Math.min(3, Math.max(0, -Math.floor(Math.log(step / divisor) / Math.LN10 + 1e-9)))
  const intl = numberFormat(locale, intlOptions(options, [decimals, decimals]))
  return (value) => {
    const number = Number(value)
    if (number === 0) return numberFormat(locale, intlOptions(options, [0, 0])).format(0)
    return minus(withSuffix(intl.format(number / divisor), suffix as string))
  }
}

/** "1.2 €" becomes "1.2 Mio. €": the suffix belongs to the digits, before a trailing currency. */
function withSuffix(text: string, suffix: string): string {
  return text.replace(/(\d)(\D*)$/, (_, digit: string, rest: string) => digit + suffix + rest)
}
