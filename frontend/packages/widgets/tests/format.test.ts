import { expect, test } from 'vitest'
import type { NumberOptions } from '../../wire'
import { changeOf } from '../change'
import { formatter, tickFormatter, toNumber } from '../format'

const plain = (text: string): string => text.replace(/[\u00a0\u202f]/g, ' ')

test.each([
  [{}, 'en-GB', 12.345, '12.35'],
  [{}, 'en-GB', 1234.5, '1,235'],
  [{}, 'de-DE', 1234567, '1.234.567'],
  [{ format: 'integer' }, 'en-GB', 12.6, '13'],
  [{ format: 'percent' }, 'en-GB', 0.947, '94.7%'],
  [{ format: 'percent', decimals: 0 }, 'de-DE', 0.947, '95 %'],
  [{ format: 'currency', currency: 'EUR' }, 'en-GB', 482310.4, '€482,310'],
  [{ format: 'currency', currency: 'EUR' }, 'de-DE', 12.5, '12,50 €'],
  [{ format: 'currency', currency: 'JPY', decimals: 0 }, 'ja-JP', 1200, '￥1,200'],
  [{ unit: 'h', decimals: 1 }, 'en-GB', 5.2, '5.2 h'],
  [{}, 'en-GB', -3, '−3'],
  [{}, 'en-GB', null, '–'],
  [{ format: 'integer' }, 'en-GB', -0.2, '0'],
  [{ format: 'percent', decimals: 0 }, 'de-DE', -0.001, '0 %'],
  [{ format: 'integer' }, 'sv', -0.2, '0'],
  [{ format: 'integer' }, 'nb', -0.2, '0'],
  [{ format: 'integer' }, 'fi', -0.2, '0'],
  [{ format: 'integer' }, 'sl', -0.2, '0'],
  [{ format: 'integer' }, 'ar-EG', -0.2, '\u0660'],
  [{ format: 'integer' }, 'fa', -0.2, '\u06f0'],
  [{ format: 'integer', compact: true }, 'fa', 1200000, '\u06f1\u066b\u06f2M'],
  [{}, 'fa', '9007199254740993', '\u06f9\u066c\u06f0\u06f0\u06f7\u066c\u06f1\u06f9\u06f9\u066c\u06f2\u06f5\u06f4\u066c\u06f7\u06f4\u06f0\u066c\u06f9\u06f9\u06f3'],
  [{}, 'en-GB', 1e300, '1e300'],
  [{}, 'en-GB', '-123456789012345678901234', '−1.23e23'],
  [{}, 'en-GB', '12.50', '12.5'],
  [{}, 'en-GB', '9007199254740993', '9,007,199,254,740,993'],
  [{}, 'de-DE', '-9007199254740993', '−9.007.199.254.740.993'],
  [{}, 'en-GB', 'n/a', 'n/a'],
  [{ format: 'currency', currency: 'nonsense' }, 'en-GB', 3, '3.00'],
  [{}, 'not a locale', 3, '3'],
] as const)('%j in %s writes %j as %s', (options, locale, value, text) => {
  expect(plain(formatter(options, locale, [toNumber(value)])(value))).toBe(text)
})

test('figures side by side share their decimals', () => {
  const write = formatter({ format: 'currency', currency: 'EUR' }, 'en-GB', [12480, 640.5])
  expect([write(12480), write(640.5)]).toEqual(['€12,480', '€641'])
  const rated = formatter({}, 'en-GB', [7, 9.1, null])
  expect([rated(7), rated(9.1), rated(0.25)]).toEqual(['7.0', '9.1', '0.25'])
  const share = formatter({ format: 'percent' }, 'en-GB', [0.1, 0.125])
  expect([share(0.1), share(0.125)]).toEqual(['10.0%', '12.5%'])
  expect(formatter({}, 'en-GB', [7, 9])(7)).toBe('7')
})

test.each([
  [{}, 'en-GB', 50, 200, 150, '150'],
  [{}, 'en-GB', 0.5, 2, 1.5, '1.5'],
  [{ format: 'percent' }, 'en-GB', 0.1, 1, 0.3, '30%'],
  [{ format: 'percent' }, 'en-GB', 0.005, 0.02, 0.015, '1.5%'],
  [{ format: 'currency', currency: 'EUR' }, 'en-GB', 50000, 450000, 250000, '€250k'],
  [{ format: 'currency', currency: 'EUR' }, 'de-DE', 500000, 2000000, 1500000, '1,5 Mio. €'],
  [{}, 'en-GB', 2e9, 1e10, 4e9, '4bn'],
  [{}, 'en-GB', 50000, 200000, -50000, '−50k'],
  [{}, 'en-GB', 50000, 200000, 0, '0'],
] as const)('ticks: %j in %s, step %d', (options, locale, step, largest, value, text) => {
  expect(plain(tickFormatter(options, locale, step, largest)(value))).toBe(text)
})

test.each([
  [112, 100, { goal: 'up' }, 'up', 'good', '+12%'],
  [95, 100, { goal: 'up' }, 'down', 'bad', '−5.0%'],
  [95, 100, { goal: 'down' }, 'down', 'good', '−5.0%'],
  [95, 100, {}, 'down', 'neither', '−5.0%'],
  [100, 100, { goal: 'up' }, 'same', 'neither', 'No change'],
  [5, 0, { goal: 'up' }, 'up', 'good', '+5'],
  [-50, -100, { goal: 'up' }, 'up', 'good', '+50%'],
  [0.947, 0.961, { goal: 'up', format: 'percent' }, 'down', 'bad', '−1.4 pp'],
] as const)('%d against %d %j', (now, before, options, arrow, news, by) => {
  const all: NumberOptions = { value: 'v', ...options }
  const change = changeOf(now, before, all, formatter(all, 'en-GB', [now, before]), 'en-GB')
  expect(change && [change.arrow, change.news, plain(change.by)]).toEqual([arrow, news, by])
})

test('nothing to compare with is no change', () => {
  expect(changeOf(1, null, {}, String, 'en-GB')).toBeNull()
})
