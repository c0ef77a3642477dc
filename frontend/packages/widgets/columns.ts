import type { Cell, Column, DataResult } from '../wire'
import { toNumber } from './format'

export function indexOf(result: DataResult, name: string): number {
  for (let i = 0; i < result.columns.length; i++) if ((result.columns[i] as Column).name === name) return i
  return -1
}

export function cells(result: DataResult, name: string): Cell[] {
  const index = indexOf(result, name)
  return result.rows.map((row) => (index < 0 || row[index] === undefined ? null : (row[index] as Cell)))
}

export function figures(result: DataResult, name: string): (number | null)[] {
  return cells(result, name).map(toNumber)
}

export function isFigure(column: Column): boolean {
  return column.type === 'integer' || column.type === 'decimal' || column.type === 'float'
}

export function isDated(column: Column | undefined): boolean {
  return !!column && (column.type === 'date' || column.type === 'datetime')
}
