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
 * Returns a writer for figures of one scale. `largest` is the biggest magnitude that will stand side by side,
 * so that a column of amounts does not mix cents with none.
 */
export function formatter(options: FormatOptions, locale: string, largest: number): Formatter {
  const decimals = decimalsOf(options, largest)
  const intl = numberFormat(locale, intlOptions(options, decimals))
  const write = unitWriter(options, locale) || shortened(options, locale) || ((number: number) => minus(intl.format(number)))
  return (value) => {
    const number = toNumber(value)
    if (number === null) return value === null || value === undefined ? NOTHING : String(value)
    if (Math.abs(number) >= LONGEST) return dressed(options, asPower(number, locale))
    const exact = typeof value === 'string' && Math.abs(number) > 9007199254740991 && plain(options)
    return dressed(options, exact ? minus(groupDigits(value as string, locale)) : write(number))
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
  return (value) => minus(intl.format(Number(value)))
}

function inUnit(unit: Unit, locale: string, step: number): Formatter {
  const digits = Math.min(2, Math.max(0, -Math.floor(Math.log(step / unit.size) / Math.LN10 + 1e-9)))
  const intl = numberFormat(locale, { maximumFractionDigits: digits })
  return (value) => minus(intl.format(Number(value) / unit.size)) + '\u00a0' + unit.symbol
}

/** A hyphen is too short for a minus sign on a wall, and what was rounded to nothing has no sign. */
export function minus(text: string): string {
  return /0/.test(text) && !/[1-9]/.test(text) ? text.replace(/[-\u2212]/, '') : text.replace('-', '\u2212')
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
  return minus(numberFormat(locale, { maximumFractionDigits: 2 }).format(Number(digits)) + 'e' + power.replace('+', ''))
}

function plain(options: FormatOptions): boolean {
  return !options.compact && (!options.format || options.format === 'number' || options.format === 'integer')
}

function decimalsOf(options: FormatOptions, largest: number): [number, number] {
  if (typeof options.decimals === 'number') return [options.decimals, options.decimals]
  if (options.format === 'integer') return [0, 0]
  if (options.format === 'percent') return [0, 1]
  if (options.format === 'currency') return largest >= 1000 ? [0, 0] : [2, 2]
  return largest >= 1000 ? [0, 0] : [0, 2]
}

/** Groups an integer that a double cannot hold; Intl would round it. */
function groupDigits(text: string, locale: string): string {
  const separator = numberFormat(locale, {}).format(1234567).replace(/[0-9]/g, '').charAt(0)
  const whole = text.trim().split('.')[0] as string
  return whole.replace(/\B(?=(\d{3})+$)/g, separator)
}
