/** Steps after a query: what each kind is called, what it begins with, and what it says in a line. The server alone works them out. */

import type { Column, Reduction, Step } from './types'
import { isFigure } from './columns'

export type StepKind = Step['kind']

export const MOST_STEPS = 10
export const STEPS: { kind: StepKind; name: string; icon: string }[] = [
  { kind: 'aggregate', name: 'Aggregate', icon: 'iconify lucide--sigma' },
  { kind: 'top', name: 'Top', icon: 'iconify lucide--arrow-down-wide-narrow' },
  { kind: 'compare', name: 'Compare with before', icon: 'iconify lucide--git-compare-arrows' },
  { kind: 'pivot', name: 'Pivot', icon: 'iconify lucide--table-2' },
  { kind: 'pick', name: 'Pick columns', icon: 'iconify lucide--list-checks' },
  { kind: 'rename', name: 'Rename', icon: 'iconify lucide--pencil' },
]
export const REDUCTIONS: { value: Reduction; label: string }[] = [
  { value: 'sum', label: 'Sum' }, { value: 'average', label: 'Average' }, { value: 'lowest', label: 'Lowest' },
  { value: 'highest', label: 'Highest' }, { value: 'count', label: 'Count' }, { value: 'distinct', label: 'Different values' },
  { value: 'first', label: 'First' }, { value: 'last', label: 'Last' },
]
export const PERIODS = [
  { value: 'row', label: 'the row before' }, { value: 'day', label: 'a day before' }, { value: 'week', label: 'a week before' },
  { value: 'month', label: 'a month before' }, { value: 'quarter', label: 'a quarter before' }, { value: 'year', label: 'a year before' },
] as const

export const stepName = (kind: StepKind): string => STEPS.find((one) => one.kind === kind)?.name ?? kind

/** A step that works on these columns where one can. */
export function begunStep(kind: StepKind, columns: readonly Column[]): Step {
  const figure = (columns.find(isFigure) ?? columns[0])?.name ?? ''
  const group = (columns.find((one) => one.type === 'text') ?? columns.find((one) => one.name !== figure))?.name
  const date = (columns.find((one) => one.type === 'date' || one.type === 'datetime') ?? columns[0])?.name ?? ''
  switch (kind) {
    case 'pick': return { kind, columns: columns.slice(0, 50).map((one) => one.name) }
    case 'rename': return { kind, names: columns[0] ? [{ column: columns[0].name, name: columns[0].name }] : [] }
    case 'aggregate': return { kind, by: group ? [group] : [], figures: [{ column: figure, how: 'sum', name: '' }] }
    case 'pivot': return { kind, by: date ? [date] : [], column: group ?? '', value: figure, how: 'sum' }
    case 'top': return { kind, column: figure, count: 10, order: 'highest' }
    case 'compare': return { kind, date, column: figure, period: 'row', by: [] }
  }
}

export function moved<Item>(items: readonly Item[], at: number, to: number): Item[] {
  const rest = items.filter((_, index) => index !== at)
  return [...rest.slice(0, to), items[at]!, ...rest.slice(to)]
}
