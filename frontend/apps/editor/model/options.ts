/** Options of each widget kind: what a new one starts with, and what survives a change of kind. */

import { namesYear } from '../../../packages/widgets/cells'
import { freeOptions } from './free'
import { humanize, isFigure, isMeasure, isTime } from './columns'
import { asksQuery } from './kinds'
import { chosen, goal, namesIn, ruled, scaleFor, targeted } from './kept'
import type {
  BarOptions, Column, DonutOptions, FigureRule, FormatOptions, GaugeOptions, Kind, LeaderboardOptions, LineOptions, NumberOptions, ProgressOptions,
  StatusOptions, TableColumn, TableOptions, TextOptions, Widget,
} from './types'

export const MOST_SERIES = 6
const TABLE_COLUMNS_AT_FIRST = 6

export type OptionsOf<K extends Kind> = Extract<Widget, { kind: K }>['options']

/** Starting options of a kind for these columns; what the widget showed before is kept where it fits. */
export function optionsFor(kind: Kind, columns: readonly Column[], before?: Widget): Widget['options'] {
  switch (kind) {
    case 'number': return numberOptions(columns, before)
    case 'gauge': return gaugeOptions(columns, before)
    case 'progress': return progressOptions(columns, before)
    case 'donut': return donutOptions(columns, before)
    case 'leaderboard': return leaderboardOptions(columns, before)
    case 'status': return statusOptions(columns, before)
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
  return { value, compare: null, goal: goal(before), ...ruled(before, 'number'), ...formatOf(before) }
}

function gaugeOptions(columns: readonly Column[], before?: Widget): GaugeOptions {
  const value = seriesOf(columns, before)[0] ?? ''
  const format = formatOf(before)
  return { value, ...scaleFor(format), ...chosen(before, 'gauge', 'low', 'high'), ...targeted(before), ...ruled(before, 'gauge'), ...format }
}

/** Nobody knows a target but people: a hundred is there to be changed, and seen at once. */
function progressOptions(columns: readonly Column[], before?: Widget): ProgressOptions {
  const value = seriesOf(columns, before)[0] ?? ''
  return { value, target: 100, ...targeted(before), ...ruled(before, 'progress'), ...formatOf(before) }
}

function donutOptions(columns: readonly Column[], before?: Widget): DonutOptions {
  const names = namesOf(columns, before)
  const value = seriesOf(columns, before).find((name) => name !== names) ?? ''
  return { names, value, hole: true, ...chosen(before, 'donut', 'hole'), ...formatOf(before) }
}

function leaderboardOptions(columns: readonly Column[], before?: Widget): LeaderboardOptions {
  const names = namesOf(columns, before)
  const value = seriesOf(columns, before).find((name) => name !== names) ?? ''
  const kept = { ...chosen(before, 'leaderboard', 'order', 'rows'), ...ruled<FigureRule>(before, 'leaderboard') }
  return { names, value, compare: null, goal: goal(before), order: 'highest', rows: 10, ...kept, ...formatOf(before) }
}

/** A state is told in words as often as in figures. */
function statusOptions(columns: readonly Column[], before?: Widget): StatusOptions {
  const names = namesOf(columns, before)
  const others = columns.filter((column) => column.name !== names)
  const value = others.find((column) => column.name === seriesOf(columns, before)[0]) ?? others.find(isMeasure) ?? others[0]
  return { names, value: value?.name ?? '', ...ruled(before, 'status'), ...formatOf(before) }
}

const namesOf = (columns: readonly Column[], before?: Widget): string =>
  namesIn(columns, before) ?? axisOf(columns, undefined, (column) => column.type === 'text')

function lineOptions(columns: readonly Column[], before?: Widget): LineOptions {
  const x = axisOf(columns, before, (column) => isTime(column))
  const y = seriesOf(columns, before).filter((name) => name !== x).slice(0, MOST_SERIES)
  return { x, y, area: false, ...chosen(before, 'line', 'area', 'stacked', 'missing', 'every'), ...targeted(before), ...ruled(before, 'line'), ...formatOf(before) }
}

/** How far apart rows stand, where the column that they run along says so by its name; rows themselves may lack any. */
export function everyOf(name: string): NonNullable<LineOptions['every']> | null {
  const words = name.toLowerCase().split(/[^a-zäöü]+/)
  return EVERY.find(({ called }) => called.some((word) => words.includes(word)))?.value ?? null
}

/** How far apart rows along a column can stand: any step of a calendar, numbers that are years by the year, and others by none. */
export function everyAlong(column: Column | undefined): readonly (typeof EVERY)[number][] {
  if (!column) return []
  return isTime(column) ? EVERY : EVERY.filter(({ value }) => value === 'year' && namesYear(column))
}

const EVERY = [
  { value: 'day', label: 'Day', called: ['day', 'tag', 'daily'] }, { value: 'week', label: 'Week', called: ['week', 'woche', 'weekly'] },
  { value: 'month', label: 'Month', called: ['month', 'monat', 'monthly'] },
  { value: 'quarter', label: 'Quarter', called: ['quarter', 'quartal', 'qtr'] },
  { value: 'year', label: 'Year', called: ['year', 'jahr', 'yearly'] },
] as const

function barOptions(columns: readonly Column[], before?: Widget): BarOptions {
  const x = axisOf(columns, before, (column) => column.type === 'text')
  const y = seriesOf(columns, before).filter((name) => name !== x).slice(0, MOST_SERIES)
  return { x, y, horizontal: false, stacked: false, ...chosen(before, 'bar', 'horizontal', 'stacked'), ...targeted(before), ...ruled(before, 'bar'), ...formatOf(before) }
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
  if ('value' in before.options) return [before.options.value]
  if ('y' in before.options) return before.options.y
  if (before.kind === 'table') return before.options.columns.slice(0, 1).map((column) => column.column)
  return []
}

function axisOf(columns: readonly Column[], before: Widget | undefined, fits: (column: Column) => boolean): string {
  const kept = before && 'x' in before.options ? before.options.x : namesIn(columns, before)
  if (kept !== null && columns.some((column) => column.name === kept)) return kept
  const found = columns.find(fits) ?? columns.find((column) => !isFigure(column)) ?? columns[0]
  return found?.name ?? ''
}

/** What was chosen before; of a new widget the query says what its figures are. */
function formatOf(before?: Widget): FormatOptions {
  if (before && before.kind !== 'table' && asksQuery(before.kind)) {
    const { format, currency, decimals, unit, prefix, per, duration_in, compact } = before.options as FormatOptions
    return defined({ format, currency, decimals, unit, prefix, per, duration_in, compact })
  }
  return {}
}

function defined(format: FormatOptions): FormatOptions {
  return Object.fromEntries(Object.entries(format).filter(([, value]) => value !== undefined)) as unknown as FormatOptions
}
