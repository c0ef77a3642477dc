import { afterEach, expect, test } from 'vitest'
import type { Cell, DataResult, Widget } from '../../wire'
import { filled } from '../buckets'
import type { Reader } from '../kinds'
import { barsOf } from '../stack'
import { light } from '../theme'
import { mountWidget } from '../widget'
import { box } from './cast'

type Options = Parameters<typeof filled>[1]
const options = (missing?: Options['missing'], every?: Options['every'], more = {}): Options => ({ x: 'at', y: ['n'], ...(missing && { missing }), ...(every && { every }), ...more })
const reader = { timeZone: 'Europe/Berlin' } as Reader
const answer = (type: string, ...rows: Cell[][]): DataResult => ({
  columns: [{ name: 'at', type }, { name: 'n', type: 'integer' }], rows, seq: 1,
}) as unknown as DataResult

afterEach(() => {
  document.body.innerHTML = ''
})

test.each([
  ['month', 'date', ['2026-01-01', '2026-04-01', '2026-06-01'], ['2026-02-01', '2026-03-01', '2026-05-01']],
  ['month', 'date', ['2026-01-01', '2026-04-01'], ['2026-02-01', '2026-03-01']],
  ['month', 'date', ['2025-12-31', '2026-02-28', '2026-03-31'], ['2026-01-31']],
  ['month', 'date', ['2026-01-15', '2026-03-15'], ['2026-02-15']],
  ['quarter', 'date', ['2026-01-01', '2026-07-01'], ['2026-04-01']],
  ['year', 'date', ['2020-01-01', '2022-01-01', '2023-01-01'], ['2021-01-01']],
  ['week', 'datetime', ['2026-01-05T00:00:00', '2026-01-12T00:00:00', '2026-01-26T00:00:00'], ['2026-01-19']],
  ['day', 'date', ['2026-02-27', '2026-03-02', '2026-03-02'], ['2026-02-28', '2026-03-01']],
  ['year', 'integer', [2020, 2022], [2021]],
  ['month', 'datetime', ['2026-01-01T00:00:00Z', '2026-03-01T00:00:00Z'], ['2026-02-01T00:00:00.000Z']],
  ['day', 'datetime', ['2026-01-01T00:00:00+05:30', '2026-01-03T00:00:00+05:30'], ['2026-01-01T18:30:00.000Z']],
  ['month', 'datetime', ['2026-02-28T23:00:00Z', '2026-04-30T22:00:00Z'], ['2026-03-31T22:00:00.000Z']],
] as [NonNullable<Options['every']>, string, Cell[], Cell[]][])('a %s of %s that is missing counts nothing, or is a gap', (every, type, known, missing) => {
  const result = answer(type, ...known.map((at) => [at, 5]))
  if (type === 'integer') result.columns[0]!.name = 'year'
  const x = result.columns[0]!.name
  const added = (how: 'zero' | 'gap') => filled(result, options(how, every, { x }), reader).rows.filter((row) => !result.rows.includes(row))
  expect(added('zero')).toEqual(missing.map((at) => [at, 0]))
  expect(added('gap')).toEqual(missing.map((at) => [at, null]))
  expect([filled(result, options('zero'), reader), filled(result, options('connected', every), reader)]).toEqual([result, result])
})

test('what keeps no step, moments, names and what spans millennia stay as they came', () => {
  const came = [
    answer('datetime', ['2026-01-01T08:00:00', 1], ['2026-01-03T09:00:00', 1]), answer('text', ['a', 1], ['b', 1]),
    answer('date', ['1026-01-02', 1], ['2026-01-03', 1]), answer('datetime', ['2026-01-01T07:00:00Z', 1], ['2026-01-03T07:00:00Z', 1]),
  ]
  expect(came.map((each) => filled(each, options('zero', 'day'), reader))).toEqual(came)
  const fortnights = answer('date', ['2026-01-05', 1], ['2026-01-19', 1], ['2026-02-02', 1])
  expect(filled(fortnights, options('zero', 'month'), reader)).toBe(fortnights)
  const many = answer('date', ...Array.from({ length: 4001 }, (_, i) => [new Date(Date.UTC(1990, 0, 1 + i)).toISOString().slice(0, 10), 1]))
  expect(filled(many, options('zero', 'day'), reader)).toBe(many)
})

test.each([
  ['month', '2026-01-01', '2026-04-01', '2026-10-01'], ['month', '2025-12-31', '2026-03-31', '2026-06-30'], ['day', '2026-01-05', '2026-01-12', '2026-01-26'],
  ['day', '2026-01-01', '2026-02-01', '2026-04-01'], ['quarter', '2024-01-01', '2025-01-01', '2026-01-01'],
] as [NonNullable<Options['every']>, ...string[]][])('rows that keep a wider step than each %s have no zeros between them, and gaps', (every, ...days) => {
  const result = answer('date', ...days.map((at) => [at, 1]))
  expect(filled(result, options('zero', every), reader)).toBe(result)
  expect(filled(result, options('gap', every), reader).rows.length).toBeGreaterThan(3)
})

test('a gap in a stack is none, and nothing is drawn for it', () => {
  const result = answer('date', ['2026-01-01', 1], ['2026-03-01', 1])
  expect(filled(result, options('gap', 'month', { y: ['n', 'm'], stacked: true }), reader)).toBe(result)
  expect(filled(result, options('gap', 'month', { stacked: true }), reader).rows).toHaveLength(3)
})

const drawn = (result: DataResult, more = {}): HTMLElement => {
  const el = box()
  const widget = { id: 'w1', kind: 'line', title: 'Rows', x: 0, y: 0, w: 12, h: 6, query: 'q1', options: options('gap', 'month', more) } as unknown as Widget
  mountWidget(el, widget, light, 'en-GB').update(result, Date.parse('2026-12-01'))
  return el
}

test('each figure between two gaps is a dot, and an axis of whole figures has no fractions', () => {
  const el = drawn(answer('date', ['2026-01-01', 1], ['2026-03-01', 1], ['2026-05-01', 0], ['2026-06-01', 1]))
  expect(el.querySelector('[role=img]')?.getAttribute('aria-label')).toContain('4 rows.')  // those that were there
  const dots = Array.from(el.querySelectorAll('circle')).map((dot) => Number(dot.getAttribute('r')) > 1)
  expect(dots).toEqual([true, true, true])  // where it stands now, and the two that stand alone
  expect(Array.from(el.querySelectorAll('text')).map((each) => each.textContent).filter((text) => /^[\d.]+$/.test(text || ''))).toEqual(['0', '1', '2026', '1'])
})

test('old lines, and those with very many lone figures, have no dot for each', () => {
  const days = Array.from({ length: 203 }, (_, i) => [new Date(Date.UTC(2026, 0, 1 + i)).toISOString().slice(0, 10), i % 2 ? null : 1])
  const dots = (count: number, more: object) => drawn(answer('date', ...days.slice(0, count)), more).querySelectorAll('circle').length
  expect([dots(21, {}), dots(203, {}), dots(21, { missing: undefined }), dots(21, { missing: 'connected' })]).toEqual([11, 1, 1, 1])
})

test('nothing on a stack draws nothing', () => {
  const series = [[3, 0], [0, 2]].map((values, i) => ({ name: 'n' + i, color: 'red', values }))
  expect(barsOf(series, 0, 2, true).map((one) => [one.category, one.series])).toEqual([[0, 0], [1, 1]])
  expect(barsOf(series, 0, 2, false)).toHaveLength(4)
})
