import type { FormatOptions } from '../wire'
import { numberFormat, written } from './format'

/** What a scale is written in: figures are divided by `size`, and the symbol stands behind them. */
export interface Unit {
  size: number
  symbol: string
}

const DURATION_MS = { milliseconds: 1, seconds: 1000, minutes: 60000, hours: 3600000, days: 86400000 }
// Symbols of the SI and of IEC 80000-13, which are no words: every language writes them alike.
const SPANS: [number, string][] = [[86400000, 'd'], [3600000, 'h'], [60000, 'min'], [1000, 's'], [1, 'ms']]
const BYTES = ['B', 'kB', 'MB', 'GB', 'TB', 'PB']
const BINARY = ['B', 'KiB', 'MiB', 'GiB', 'TiB', 'PiB']
const PER = { second: '/s', minute: '/min', hour: '/h', day: '/day', week: '/week', month: '/month', year: '/year' }

/** The unit of a scale whose largest figure this is; null where figures are written as they are. */
export function unitOf(options: FormatOptions, largest: number): Unit | null {
  if (options.format === 'duration') return spanOf(options, largest)
  if (options.format === 'bytes') return bytesOf(1000, BYTES, largest)
  return options.format === 'binary_bytes' ? bytesOf(1024, BINARY, largest) : null
}

/** Writes one figure of a format that has units; null where figures are written as they are. */
export function unitWriter(options: FormatOptions, locale: string): ((figure: number) => string) | null {
  if (options.format === 'duration') return (figure) => duration(figure * inMs(options), options, locale)
  if (options.format !== 'bytes' && options.format !== 'binary_bytes') return null
  return (figure) => {
    const unit = unitOf(options, Math.abs(figure)) as Unit
    const scaled = figure / unit.size
    return withSymbol(scaled, unit.symbol, unit.size === 1 ? 0 : digitsOf(options, Math.abs(scaled)), locale)
  }
}

/** Puts around a figure what stands around it: "≈ 12 pcs/h". */
export function dressed(options: FormatOptions, text: string): string {
  const { prefix, unit, per } = options
  return (prefix || '') + text + (unit ? '\u00a0' + unit : '') + (per ? PER[per] : '')
}

/** Three digits are enough to tell figures of one kind apart. */
export function digitsOf(options: FormatOptions, scaled: number): number {
  if (typeof options.decimals === 'number') return options.decimals
  return scaled < 10 ? 2 : scaled < 100 ? 1 : 0
}

function inMs(options: FormatOptions): number {
  return DURATION_MS[options.duration_in || 'seconds']
}

/** An axis is written in one unit: the largest that its end has at least two of. */
function spanOf(options: FormatOptions, largest: number): Unit {
  const ms = largest * inMs(options)
  const found = SPANS.filter((span) => ms >= span[0] * 2)[0] || SPANS[ms > 0 ? SPANS.length - 1 : 3] as [number, string]
  return { size: found[0] / inMs(options), symbol: found[1] }
}

function bytesOf(base: number, symbols: string[], largest: number): Unit {
  let power = 0
  // Rounded as it will be written: 999,999 bytes are a megabyte, not 1,000 kB.
  while (power < symbols.length - 1 && Math.round(largest / Math.pow(base, power)) >= base) power++
  return { size: Math.pow(base, power), symbol: symbols[power] as string }
}

/** "2 h 5 min": the two largest units, the smaller one only where there is something of it. */
function duration(signed: number, options: FormatOptions, locale: string): string {
  const ms = Math.abs(signed)
  const sign = signed < 0 ? '\u2212' : ''
  if (ms < 1000 && (ms > 0 || options.duration_in === 'milliseconds')) return sign + withSymbol(ms, 'ms', ms < 10 ? digitsOf(options, ms) : 0, locale)
  if (ms < 59950) return sign + withSymbol(ms / 1000, 's', typeof options.decimals === 'number' ? options.decimals : 1, locale)
  const at = ms < 3599500 ? 2 : ms < 86370000 ? 1 : 0
  const [big, name] = SPANS[at] as [number, string]
  const [small, smaller] = SPANS[at + 1] as [number, string]
  const rounded = Math.round(ms / small) * small
  const rest = Math.round((rounded % big) / small)
  const whole = withSymbol(Math.floor(rounded / big), name, 0, locale)
  return sign + whole + (rest ? '\u00a0' + withSymbol(rest, smaller, 0, locale) : '')
}

function withSymbol(figure: number, symbol: string, digits: number, locale: string): string {
  return written(numberFormat(locale, { maximumFractionDigits: digits }), figure) + '\u00a0' + symbol
}
