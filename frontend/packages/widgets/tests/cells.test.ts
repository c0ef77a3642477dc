import { expect, test } from 'vitest'
import type { DataResult } from '../../wire'
import { columnWriter } from '../cells'
import type { Reader } from '../kinds'
import { rowWords, textsOf } from '../rows'
import { categoriesOf } from '../series'

const reader = { locale: 'en-GB', timeZone: 'UTC' } as Reader

test.each([
  ['year', '2004'],
  ['Fiscal year', '2004'],
  ['YEAR', '2004'],
  ['orders_year', '2004'],
  ['orders', '2,004'],
  ['yearly', '2,004'],
  ['midyear', '2,004'],
])('an integer under the heading %s is written as %s', (name, text) => {
  expect(columnWriter({ name, type: 'integer' }, [2004], {}, reader)(2004)).toBe(text)
})

test('a year with a chosen format is a figure like any other', () => {
  expect(columnWriter({ name: 'year', type: 'integer' }, [2004], { format: 'number' }, reader)(2004)).toBe('2,004')
})

test('what belongs to no group has a name, too', () => {
  const result = { columns: [{ name: 'rated', type: 'text' }], rows: [['PG'], [null], [''], [null], [' ']] } as unknown as DataResult
  expect(categoriesOf(result, 'rated', reader)).toEqual(['PG', '(none)', '(empty)', '(none)', '(empty) (2)'])
  result.rows[0] = ['(none)']
  expect(categoriesOf(result, 'rated', reader)).toEqual(['(none)', '(none) (2)', '(empty)', '(none) (2)', '(empty) (2)'])
})

test('a table names what belongs to no group as a chart does, and only where its first column names the rows', () => {
  const columns = [{ name: 'rated', type: 'text' }, { name: 'stars', type: 'float' }]
  const result = { columns, rows: [['PG', 7], [null, 9.1], ['', null]] } as unknown as DataResult
  expect([0, 1].map((index) => textsOf(result, index, {}, reader))).toEqual([['PG', '(none)', '(empty)'], ['7.0', '9.1', '–']])
  result.rows = [['PG', 7], [null, 9.1], [null, 8]]
  expect(textsOf(result, 0, {}, reader)).toEqual(['PG', '–', '–'])
  result.rows = [[null, null]]
  expect(textsOf(result, 0, {}, reader)).toEqual(['–'])
})

test('rows are counted in words', () => {
  expect([1, 2284].map((count) => rowWords(count, 'en-GB'))).toEqual(['1 row', '2,284 rows'])
})
