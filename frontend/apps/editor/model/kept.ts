/** What a widget of one kind keeps when it becomes another: names, target, rules and which change is good news. */

import type { Column, FormatOptions, Kind, Rule, Widget } from './types'

type Optional<T> = T | Record<string, never>

/** The column that named what a widget showed, when the result has it. */
export function namesIn(columns: readonly Column[], before?: Widget): string | null {
  const options = before?.options
  const kept = options && ('names' in options ? options.names : 'x' in options ? options.x : null)
  return kept && columns.some((column) => column.name === kept) ? kept : null
}

export function targeted(before?: Widget): Optional<{ target: number }> {
  const target = before && 'target' in before.options ? before.options.target : null
  return typeof target === 'number' ? { target } : {}
}

/** What was chosen for a widget that stays of its kind, and takes another query or other columns. */
export function chosen(before: Widget | undefined, kind: Kind, ...names: string[]): object {
  if (before?.kind !== kind) return {}
  return Object.fromEntries(Object.entries(before.options).filter(([name]) => names.includes(name)))
}

/** Rules of progress are about a share, those of other kinds about the figure itself: they do not take each other's. */
export function ruled<R extends Rule>(before: Widget | undefined, kind: Kind): Optional<{ rules: R[] }> {
  const rules: Rule[] | undefined = before && 'rules' in before.options ? before.options.rules : undefined
  if (!rules?.length || (kind === 'progress') !== (before?.kind === 'progress')) return {}
  const kept = kind === 'status' ? rules : rules.filter((rule) => rule.when !== 'is')
  return kept.length > 0 ? { rules: kept as R[] } : {}
}

export const goal = (before?: Widget): 'up' | 'down' | 'none' => (before && 'goal' in before.options ? before.options.goal ?? 'none' : 'none')

/** A percentage is a fraction: its scale ends at one. */
export const scaleFor = (format: FormatOptions): { low: number; high: number } => ({ low: 0, high: format.format === 'percent' ? 1 : 100 })
