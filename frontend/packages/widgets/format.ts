import type { Cell, FormatOptions } from '../wire'
import { compact, shortened } from './compact'
import { dressed, unitOf, unitWriter, type Unit } from './units'

export type Formatter = (value: Cell) => string

export const NOTHING = '–'
// Longer figures are rows of zeros that no box holds; scripts write them as powers from here on, too.
const LONGEST = 1e21

/** The number in a cell, or null where it holds none. */
export function toNumber(value: Cell | undefined): number | null {
  if (typeof value === 'number') return isFinite(value) ? value : null
  if (typeof value !== 'string' || value.trim() === '') return null
  const number = Number(value)
  return isFinite(number) ? number : null
}

/**
 * Returns a writer for figures of one scale. `beside` are those that stand side by side, which all have the decimals that one of
 * them needs: a column of amounts does not mix cents with none, nor one of ratings 7 with 9.1.
 */
export function formatter(options: FormatOptions, locale: string, beside: (number | null)[]): Formatter {
  const intl = numberFormat(locale, intlOptions(options, decimalsOf(options, beside)))
  const write = unitWriter(options, locale) || shortened(options, locale) || ((number: number) => written(intl, number))
  return (value) => {
    const number = toNumber(value)
    if (number === null) return value === null || value === undefined ? NOTHING : String(value)
    if (Math.abs(number) >= LONGEST) return dressed(options, asPower(number, locale))
    const exact = typeof value === 'string' && Math.abs(number) > 9007199254740991 && plain(options)
    return dressed(options, exact ? groupDigits(value as string, locale) : write(number))
  }
}

/** Returns a writer for ticks of an axis: short, without unit, "1.2M" where digits would not fit. */
export function tickFormatter(options: FormatOptions, locale: string, step: number, largest: number): Formatter {
  const percent = options.format === 'percent'
  if (largest >= LONGEST) return (value) => asPower(Number(value), locale)
  const unit = unitOf(options, largest)
  if (unit) return inUnit(unit, locale, step)
  if (!percent && largest >= 10000) return compact(options, locale, step, largest)
  const decimals = Math.min(6, Math.max(0, -Math.floor(Math.log(percent ? step * 100 : step) / Math.LN10 + 1e-9)))
  const intl = numberFormat(locale, intlOptions(options, [decimals, decimals]))
  return (value) => written(intl, Number(value))
}

function inUnit(unit: Unit, locale: string, step: number): Formatter {
  const digits = Math.min(2, Math.max(0, -Math.floor(Math.log(step / unit.size) / Math.LN10 + 1e-9)))
  const intl = numberFormat(locale, { maximumFractionDigits: digits })
  return (value) => written(intl, Number(value) / unit.size) + '\u00a0' + unit.symbol
}

/** A figure with its sign: a hyphen is too short for a minus on a wall, and what was rounded to nothing has none, in any digits. */
export function written(intl: Intl.NumberFormat, figure: number): string {
  const nothing = intl.format(0)
  return figure <= 0 && intl.format(-figure) === nothing ? nothing : intl.format(figure).replace('-', '\u2212')
}

/** The ten digits of a language, from nothing to nine. */
export function digitsIn(locale: string): string {
  return numberFormat(locale, { useGrouping: false }).format(9876543210).split('').reverse().join('')
}

export function largestOf(values: (number | null)[]): number {
  return values.reduce((most: number, value) => Math.max(most, Math.abs(value || 0)), 0)
}

/** A wrong locale or currency code in a document must not take the widget down. */
export function numberFormat(locale: string, options: Intl.NumberFormatOptions): Intl.NumberFormat {
  try {
    return new Intl.NumberFormat(locale, options)
  } catch (error) {
    const { minimumFractionDigits, maximumFractionDigits } = options
    return new Intl.NumberFormat('en', { minimumFractionDigits, maximumFractionDigits })
  }
}

export function intlOptions(options: FormatOptions, decimals: [number, number]): Intl.NumberFormatOptions {
  const shared = { minimumFractionDigits: decimals[0], maximumFractionDigits: decimals[1] }
  if (options.format === 'percent') return Object.assign({ style: 'percent' as const }, shared)
  if (options.format !== 'currency') return shared
  return Object.assign({ style: 'currency' as const, currency: options.currency || 'EUR' }, shared)
}

/** "1.5e300": of figures that long the digits are not what is read. */
function asPower(figure: number, locale: string): string {
  if (figure === 0) return '0'
  const [digits, power] = figure.toExponential(2).split('e') as [string, string]
  return written(numberFormat(locale, { maximumFractionDigits: 2 }), Number(digits)) + 'e' + power.replace('+', '').replace('-', '\u2212')
}

function plain(options: FormatOptions): boolean {
  return !options.compact && (!options.format || options.format === 'number' || options.format === 'integer')
}

function decimalsOf(options: FormatOptions, beside: (number | null)[]): [number, number] {
  const largest = largestOf(beside)
  if (typeof options.decimals === 'number') return [options.decimals, options.decimals]
  if (options.format === 'integer') return [0, 0]
  if (options.format === 'percent') return [needed(beside, 100, 1), 1]
  if (options.format === 'currency') return largest >= 1000 ? [0, 0] : [2, 2]
  return largest >= 1000 ? [0, 0] : [needed(beside, 1, 2), 2]
}

/** How many decimals, `most` or fewer, the figures need that need the most. */
function needed(figures: (number | null)[], scale: number, most: number): number {
  const whole = (figure: number | null): number => Math.round(Math.abs(figure || 0) * scale * Math.pow(10, most))
  for (let digits = 0; digits < most; digits++) {
    const power = Math.pow(10, most - digits)
    if (figures.every((figure) => whole(figure) % power === 0)) return digits
  }
  return most
}

/** Groups an integer that a double cannot hold; Intl would round it. */
function groupDigits(text: string, locale: string): string {
  const digits = digitsIn(locale)
  const separator = numberFormat(locale, {}).format(1234567).split('').filter((one) => digits.indexOf(one) < 0)[0] || ''
  const whole = text.trim().split('.')[0] as string
  return whole.replace(/\B(?=(\d{3})+$)/g, separator).replace(/\d/g, (one) => digits.charAt(Number(one))).replace('-', '\u2212')
}
