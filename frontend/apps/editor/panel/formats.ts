import type { DurationIn, Per, ValueFormat } from '../model/types'

/** How figures can be written, as people choose it. */
export const FORMATS: { value: ValueFormat; label: string }[] = [
  { value: 'number', label: 'Number' }, { value: 'integer', label: 'Whole number' }, { value: 'percent', label: 'Percent' },
  { value: 'currency', label: 'Money' }, { value: 'duration', label: 'Duration' }, { value: 'bytes', label: 'Bytes (kB, MB)' },
  { value: 'binary_bytes', label: 'Bytes (KiB, MiB)' },
]

export const DURATIONS: { value: DurationIn; label: string }[] = [
  { value: 'milliseconds', label: 'Milliseconds' }, { value: 'seconds', label: 'Seconds' }, { value: 'minutes', label: 'Minutes' },
  { value: 'hours', label: 'Hours' }, { value: 'days', label: 'Days' },
]

export const PERS: { value: Per; label: string }[] = [
  { value: '', label: 'Nothing' }, { value: 'second', label: 'Second' }, { value: 'minute', label: 'Minute' },
  { value: 'hour', label: 'Hour' }, { value: 'day', label: 'Day' }, { value: 'week', label: 'Week' }, { value: 'month', label: 'Month' },
  { value: 'year', label: 'Year' },
]

export const DECIMALS = [{ value: -1, label: 'As needed' }, ...[0, 1, 2, 3, 4].map((value) => ({ value, label: String(value) }))]
