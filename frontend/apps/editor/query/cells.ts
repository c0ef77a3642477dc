/** A cell as the preview shows it: exact, because people compare it with their source. */

import type { Cell, ColumnType } from '../model/types'

export function cellWords(cell: Cell | undefined, type: ColumnType | undefined, locale: string): string {
  if (cell === null || cell === undefined) return 'empty'
  if (typeof cell === 'boolean') return cell ? 'yes' : 'no'
  if (typeof cell === 'object') return JSON.stringify(cell)
  if (type === 'integer' || type === 'decimal' || type === 'float') return figure(cell, locale)
  if (type === 'datetime') return String(cell).replace('T', ' ')
  return String(cell)
}

function figure(cell: string | number, locale: string): string {
  const value = Number(cell)
  // A figure beyond what a browser counts exactly stays the text the server sent.
  if (typeof cell === 'string' && String(value) !== cell && Math.abs(value) > Number.MAX_SAFE_INTEGER) return cell
  return Number.isFinite(value) ? new Intl.NumberFormat(locale, { maximumFractionDigits: 6 }).format(value) : String(cell)
}
