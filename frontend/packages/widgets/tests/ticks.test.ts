import { expect, test } from 'vitest'
import { positionLabels } from '../axis'
import { timeTicks } from '../calendar'
import { formatMoment, parseMoment } from '../dates'
import type { Reader } from '../kinds'
import { positionsOf } from '../series'
import { extent, niceTicks, withZero } from '../ticks'

test.each([
  [0, 97, 5, [0, 20, 40, 60, 80, 100]],
  [0, 1, 5, [0, 0.2, 0.4, 0.6, 0.8, 1]],
  [-22, 31, 4, [-40, -20, 0, 20, 40]],
  [289000, 411000, 5, [250000, 300000, 350000, 400000, 450000]],
  [5, 5, 4, [2, 4, 6, 8]],
  [0, 0, 4, [-1, -0.5, 0, 0.5, 1]],
])('between %d and %d', (low, high, wanted, values) => {
  expect(niceTicks(low, high, wanted).values).toEqual(values)
})

test('ticks of what is counted are whole', () => {
  expect([niceTicks(0, 1, 5, 1).values, niceTicks(0, 3, 5, 1).values, niceTicks(0, 0, 5, 1).values]).toEqual([[0, 1], [0, 1, 2, 3], [0, 1]])
})

test('an axis goes to zero when it nearly does', () => {
  expect(withZero(10, 100, false)).toEqual([0, 100])
  expect(withZero(900, 1000, false)).toEqual([900, 1000])
  expect(withZero(900, 1000, true)).toEqual([0, 1000])
  expect(withZero(-100, -10, false)).toEqual([-100, 0])
})

test('the extent of a very long column', () => {
  expect(extent(Array.from({ length: 300000 }, (_, i) => i))).toEqual([0, 299999])
  expect(extent([])).toEqual([0, 1])
})

const at = (text: string): number => (parseMoment(text) as { time: number }).time

test.each([
  ['2026-01-31', '2026-01-31T00:00:00.000Z', false],
  ['2026-01-31 08:30', '2026-01-31T08:30:00.000Z', false],
  ['2026-01-31T08:30:15.250Z', '2026-01-31T08:30:15.250Z', true],
  ['2026-01-31T08:30:00+02:00', '2026-01-31T06:30:00.000Z', true],
  ['2026-01-31T08:30:00-0530', '2026-01-31T14:00:00.000Z', true],
])('reads %s', (text, iso, zoned) => {
  const moment = parseMoment(text)
  expect(moment && [new Date(moment.time).toISOString(), moment.zoned]).toEqual([iso, zoned])
})

test.each(['31.01.2026', 'yesterday', '', null, 5])('%j is no date', (text) => {
  expect(parseMoment(text)).toBeNull()
})

test('instants are written in the reader’s zone, wall-clock readings as they are', () => {
  const write = (text: string): string => formatMoment(parseMoment(text) as never, true, 'en-GB', 'Europe/Berlin')
  expect(write('2026-06-01T10:00:00Z')).toContain('12:00')
  expect(write('2026-06-01T10:00:00')).toContain('10:00')
})

test('a year has ticks on months, and January tells the year', () => {
  const ticks = timeTicks(at('2025-12-01'), at('2026-11-01'), 12, 'en-GB', 'UTC')
  expect(ticks.values.map(ticks.label)).toEqual(['Dec', '2026', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sept', 'Oct', 'Nov'])
})

test.each([['1958-01-01', '2001-01-01', ['1958', '2001']], ['2025-02-01', '2026-01-01', ['Feb 2025', 'Jan 2026']], ['2026-02-03', '2026-02-20', ['3 Feb', '20 Feb']]])(
  'where there is room for one tick, ends from %s to %s say what tells them apart', (low, high, texts) => {
    const ticks = timeTicks(at(low), at(high), 0.5, 'en-GB', 'UTC')
    expect([at(low), at(high)].map(ticks.label)).toEqual(texts)
  })

test('weeks begin on Monday', () => {
  const ticks = timeTicks(at('2026-11-01'), at('2026-11-22'), 4, 'en-GB', 'UTC')
  expect(ticks.values.map(ticks.label)).toEqual(['2 Nov', '9 Nov', '16 Nov'])
})

test('hours stand on the zone’s own clock', () => {
  const ticks = timeTicks(at('2026-11-22T08:10:00Z'), at('2026-11-22T11:00:00Z'), 4, 'en-GB', 'Asia/Kolkata')
  expect(ticks.values.map(ticks.label)).toEqual(['14:00', '15:00', '16:00'])
})

test('days keep midnight across the change of the clocks', () => {
  const ticks = timeTicks(at('2026-10-23T12:00:00Z'), at('2026-10-27T12:00:00Z'), 5, 'en-GB', 'Europe/Berlin')
  expect(ticks.values.map((time) => new Date(time).toISOString().slice(5, 16))).toEqual(['10-23T22:00', '10-24T22:00', '10-25T23:00', '10-26T23:00'])
})

test.each([['year', ['1960', '1980', '2000']], ['revenue', ['1,960', '1,980', '2,000']]])('along %s the axis reads as people write it', (name, texts) => {
  const column = { name, type: 'integer' as const }
  const positions = positionsOf({ columns: [column], rows: [[1959], [1980], [2009]], truncated: false } as never, name)
  const labels = positionLabels(
    positions, [], (at) => (at - 1959) * 8, { left: 0, right: 400, top: 0, bottom: 200 }, 16, { locale: 'en-GB' } as Reader,
  )
  expect(labels.map((label) => label.text)).toEqual(texts)
})
