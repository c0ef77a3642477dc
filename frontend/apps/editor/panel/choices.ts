/** Columns as choices of a dropdown; one that is gone stays visible, so that nothing changes unseen. */

import type { Column, NumberOptions } from '../model/types'

export interface ColumnChoice { value: string; label: string; disabled?: boolean }

export function choices(columns: readonly Column[], fits: (column: Column) => boolean, chosen: string): ColumnChoice[] {
  const known = columns.filter(fits).map((column): ColumnChoice => ({ value: column.name, label: column.name }))
  if (known.some((choice) => choice.value === chosen)) return known
  const label = chosen === '' ? 'Choose a column' : `${chosen} (not in the result)`
  return [{ value: chosen, label, disabled: chosen === '' }, ...known]
}

export const GOALS = [
  { value: 'none' as const, label: 'Neither' }, { value: 'up' as const, label: 'A rise is good' },
  { value: 'down' as const, label: 'A fall is good' },
]

export const SINCE: { value: NonNullable<NumberOptions['since']>; label: string }[] = [
  { value: 'refresh', label: 'Itself, the refresh before' }, { value: 'hour', label: 'Itself, an hour ago' },
  { value: 'day', label: 'Itself, a day ago' }, { value: 'week', label: 'Itself, a week ago' },
]
