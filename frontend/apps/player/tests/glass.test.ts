import { expect, test } from 'vitest'
import { dimmedAt, layoutOf } from '../glass'

test('a picture as usual fills the window', () => {
  expect(layoutOf(1920, 1080, {})).toEqual({ width: 1920, height: 1080, left: 0, top: 0, transform: 'none' })
})

test.each([
  [{ turned: 90 }, { width: 1080, height: 1920, left: 420, top: -420, transform: 'rotate(90deg)' }],
  [{ turned: 180 }, { width: 1920, height: 1080, left: 0, top: 0, transform: 'rotate(180deg)' }],
  [{ turned: 270, overscan: 5 }, { width: 972, height: 1728, left: 474, top: -324, transform: 'rotate(270deg)' }],
  [{ overscan: 10 }, { width: 1536, height: 864, left: 192, top: 108, transform: 'none' }],
])('%o lies in the middle of the window', (glass, layout) => {
  expect(layoutOf(1920, 1080, glass)).toEqual(layout)
})

test.each([
  ['2026-11-23T20:59:00Z', 0],
  ['2026-11-23T21:00:00Z', 40],
  ['2026-11-23T23:30:00Z', 40],
  ['2026-11-24T04:59:00Z', 40],
  ['2026-11-24T05:00:00Z', 0],
])('at %s it is darker by %i percent in Berlin', (at, percent) => {
  expect(dimmedAt(Date.parse(at), 'Europe/Berlin', { dim: 40 })).toBe(percent)
})

test('hours within one day are as good', () => {
  const glass = { dim: 20, dim_from: '12:00', dim_until: '13:00' }
  const at = ['11:59', '12:00', '13:00'].map((time) => dimmedAt(Date.parse('2026-06-01T' + time + ':00Z'), 'UTC', glass))
  expect(at).toEqual([0, 20, 0])
})
