import type { Cell, Column, DataResult, FormatOptions } from '../wire'
import { columnWriter } from './cells'
import { cells } from './columns'
import { px, show, style, write } from './dom'
import { numberFormat } from './format'
import type { Reader } from './kinds'
import { categoriesOf } from './series'

/** "1 row", "2,284 rows". */
export function rowWords(count: number, locale: string): string {
  return numberFormat(locale, {}).format(count) + (count === 1 ? ' row' : ' rows')
}

/** Says how many rows were left out. Whether the query asked for all there are, or was cut, nobody here knows: these are the least. */
export function paintMore(element: HTMLElement, left: number, result: DataResult, font: number, which = ''): void {
  const least = left + (result.truncated ? 1 : 0)
  show(element, least > 0)
  style(element, { 'font-size': px(font) })
  write(element, least > 0 ? 'At least ' + least + ' more' + which : '')
}

/** A column of a table, row by row. Where the first one names each row, what is nothing has a name, too, as in a chart of them. */
export function textsOf(result: DataResult, index: number, options: FormatOptions, reader: Reader): string[] {
  const column = result.columns[index] as Column
  const values = cells(result, column.name)
  if (index === 0 && values.length > 1 && isEachOnce(values)) return categoriesOf(result, column.name, reader, options)
  return values.map(columnWriter(column, values, options, reader))
}

function isEachOnce(values: Cell[]): boolean {
  const seen: { [key: string]: boolean } = {}
  return values.every((value) => {
    const key = JSON.stringify(value)
    const isNew = !seen[key]
    seen[key] = true
    return isNew
  })
}
