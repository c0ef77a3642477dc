/** What a column can be used for. */

import type { Column, ColumnType } from './types'

const FIGURES: readonly ColumnType[] = ['integer', 'decimal', 'float']
const TIMES: readonly ColumnType[] = ['date', 'datetime']

const LABELS: Record<ColumnType, string> = {
  text: 'Text', integer: 'Whole number', decimal: 'Decimal', float: 'Number', boolean: 'Yes or no',
  date: 'Date', datetime: 'Date and time', time: 'Time', json: 'JSON',
}

// Numbers that name a thing or a place: adding them up says nothing.
const NAMING = /(^|[_ ])(id|nr|no|number|code|zip|postcode|plz|lat|lon|latitude|longitude|year|month|day|week|hour|phone)$/i

export const isFigure = (column: Column): boolean => FIGURES.includes(column.type)
export const isTime = (column: Column): boolean => TIMES.includes(column.type)
export const typeLabel = (type: ColumnType): string => LABELS[type] ?? type

/** A number worth adding up or averaging, not one that names something. */
export const isMeasure = (column: Column): boolean => isFigure(column) && !NAMING.test(column.name)

/** "order_total" as people would write it: "Order total"; never longer than a title may be. */
export function humanize(name: string): string {
  const words = name.replace(/([a-z\d])([A-Z])/g, '$1 $2').replace(/[_\-.]+/g, ' ').trim() || name
  return (words.charAt(0).toUpperCase() + words.slice(1)).slice(0, 120)
}
