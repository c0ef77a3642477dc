import type { Cell, Column, FormatOptions } from '../wire'
import { isDated, isFigure } from './columns'
import { formatMoment, parseMoment } from './dates'
import { formatter, NOTHING, toNumber, type Formatter } from './format'
import type { Reader } from './kinds'

/** Returns a writer for one column's cells. */
export function columnWriter(column: Column, values: Cell[], options: FormatOptions, reader: Reader): Formatter {
  if (namesYear(column) && !options.format) return plainText
  if (isFigure(column)) return formatter(figureOptions(column, options), reader.locale, values.map(toNumber))
  if (isDated(column)) return (value) => dateText(value, column, reader)
  if (column.type === 'boolean') return (value) => (value === null ? NOTHING : value ? 'Yes' : 'No')
  return plainText
}

/** "2,004" is an amount; a year is a name. */
export function namesYear(column: Column): boolean {
  return column.type === 'integer' && /(^|[^a-z])(year|jahr|ann\u00e9e|a\u00f1o|anno)$/i.test(column.name)
}

function figureOptions(column: Column, options: FormatOptions): FormatOptions {
  return options.format || column.type !== 'integer' ? options : Object.assign({}, options, { format: 'integer' as const })
}

function dateText(value: Cell, column: Column, reader: Reader): string {
  const moment = parseMoment(value)
  return moment ? formatMoment(moment, column.type === 'datetime', reader.locale, reader.timeZone) : plainText(value)
}

function plainText(value: Cell): string {
  if (value === null || value === undefined) return NOTHING
  return typeof value === 'object' ? JSON.stringify(value) : String(value)
}
