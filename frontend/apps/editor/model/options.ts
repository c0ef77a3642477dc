/** Options of each widget kind: what a new one starts with, and what survives a change of kind. */

import { freeOptions } from './free'
import { humanize, isFigure, isMeasure, isTime } from './columns'
import type {
  BarOptions, Column, FormatOptions, Kind, LineOptions, NumberOptions, TableColumn, TableOptions, TextOptions, Widget,
} from './types'

export const MOST_SERIES = 6
const TABLE_COLUMNS_AT_FIRST = 6

export type OptionsOf<K extends Kind> = Extract<Widget, { kind: K }>['options']

/** Starting options of a kind for these columns; what the widget showed before is kept where it fits. */
export function optionsFor(kind: Kind, columns: readonly Column[], before?: Widget): Widget['options'] {
  switch (kind) {
    case 'number': return numberOptions(columns, before)
    case 'line': return lineOptions(columns, before)
    case 'bar': return barOptions(columns, before)
    case 'table': return tableOptions(columns, before)
    case 'text': return textOptions(before)
    case 'image':
    case 'clock':
    case 'countdown':
    case 'qr':
    case 'web': return freeOptions(kind, before)
  }
}

function numberOptions(columns: readonly Column[], before?: Widget): NumberOptions {
  const value = seriesOf(columns, before)[0] ?? ''
  return { value, compare: null, goal: 'none', ...formatOf(columns, value, before) }
}

function lineOptions(columns: readonly Column[], before?: Widget): LineOptions {
  const x = axisOf(columns, before, (column) => isTime(column))
  const y = seriesOf(columns, before).filter((name) => name !== x).slice(0, MOST_SERIES)
  return { x, y, area: false, ...formatOf(columns, y[0], before) }
}

function barOptions(columns: readonly Column[], before?: Widget): BarOptions {
  const x = axisOf(columns, before, (column) => column.type === 'text')
  const y = seriesOf(columns, before).filter((name) => name !== x).slice(0, MOST_SERIES)
  return { x, y, horizontal: false, stacked: false, ...formatOf(columns, y[0], before) }
}

function tableOptions(columns: readonly Column[], before?: Widget): TableOptions {
  if (before?.kind === 'table' && before.options.columns.length > 0) return before.options
  return {
    columns: columns.slice(0, TABLE_COLUMNS_AT_FIRST).map(tableColumn),
    rows: 10,
  }
}

/** A column as a table first shows it; decimals stand under each other with two places. */
export function tableColumn(column: Column): TableColumn {
  const shown: TableColumn = { column: column.name, label: humanize(column.name), align: isFigure(column) ? 'right' : 'left' }
  return column.type === 'decimal' ? { ...shown, decimals: 2 } : shown
}

function textOptions(before?: Widget): TextOptions {
  if (before?.kind === 'text') return before.options
  return { text: before?.title ? `# ${before.title}` : 'Write something people should read.', size: 'm', align: 'left' }
}

/** The value columns a widget showed, or the first number worth showing. */
function seriesOf(columns: readonly Column[], before?: Widget): string[] {
  const known = new Set(columns.filter(isFigure).map((column) => column.name))
  const kept = shown(before).filter((name) => known.has(name))
  if (kept.length > 0) return kept
  const first = columns.find(isMeasure) ?? columns.find(isFigure)
  return first ? [first.name] : []
}

function shown(before?: Widget): string[] {
  if (!before) return []
  if (before.kind === 'number') return [before.options.value]
  if (before.kind === 'line' || before.kind === 'bar') return before.options.y
  if (before.kind === 'table') return before.options.columns.slice(0, 1).map((column) => column.column)
  return []
}

function axisOf(columns: readonly Column[], before: Widget | undefined, fits: (column: Column) => boolean): string {
  const kept = before && (before.kind === 'line' || before.kind === 'bar') ? before.options.x : null
  if (kept !== null && columns.some((column) => column.name === kept)) return kept
  const found = columns.find(fits) ?? columns.find((column) => !isFigure(column)) ?? columns[0]
  return found?.name ?? ''
}

function formatOf(columns: readonly Column[], name: string | undefined, before?: Widget): FormatOptions {
  if (before && 'format' in before.options) {
    const { format, currency, decimals, unit } = before.options
    return defined({ format, currency, decimals, unit })
  }
  const column = columns.find((one) => one.name === name)
  return { format: column?.type === 'integer' ? 'integer' : 'number' }
}

function defined(format: FormatOptions): FormatOptions {
  return Object.fromEntries(Object.entries(format).filter(([, value]) => value !== undefined)) as unknown as FormatOptions
}
