import { expect, test } from 'vitest'
import type { FormatOptions, Widget } from '../../wire'
import { formatter, tickFormatter } from '../format'
import { formatsIn, formatsOf, inherited, merged } from '../inherited'

const plain = (text: string): string => text.replace(/[\u00a0\u202f]/g, ' ')
const written = (options: FormatOptions, value: number, locale = 'en-GB'): string =>
  plain(formatter(options, locale, [value])(value))

test.each([
  [{}, 7500, '2 h 5 min'],
  [{}, 59.94, '59.9 s'],
  [{}, 59.97, '1 min'],
  [{}, 3599.7, '1 h'],
  [{}, 90061, '1 d 1 h'],
  [{}, -90, '−1 min 30 s'],
  [{}, 0, '0 s'],
  [{}, 0.25, '250 ms'],
  [{ decimals: 3 }, 1.5, '1.5 s'],
  [{ duration_in: 'milliseconds' }, 0, '0 ms'],
  [{ duration_in: 'milliseconds' }, 3.456, '3.46 ms'],
  [{ duration_in: 'minutes' }, 125, '2 h 5 min'],
  [{ duration_in: 'hours' }, 49, '2 d 1 h'],
  [{ duration_in: 'days' }, 1000, '1,000 d'],
] as const)('a duration %j of %d reads %s', (options, value, text) => {
  expect(written({ format: 'duration', ...options }, value)).toBe(text)
})

test.each([
  ['bytes', 0, '0 B'],
  ['bytes', 999, '999 B'],
  ['bytes', 999999, '1 MB'],
  ['bytes', 1536, '1.54 kB'],
  ['bytes', -20500000, '−20.5 MB'],
  ['binary_bytes', 1536, '1.5 KiB'],
  ['binary_bytes', 1048576, '1 MiB'],
  ['bytes', 1e19, '10,000 PB'],
] as const)('%s of %d read %s', (format, value, text) => {
  expect(written({ format }, value)).toBe(text)
})

test.each([
  [{ compact: true }, 1234567, 'en-GB', '1.23M'],
  [{ compact: true }, 999999, 'en-GB', '1M'],
  [{ compact: true }, 950, 'en-GB', '950'],
  [{ compact: true }, 12.345, 'en-GB', '12.35'],
  [{ compact: true, decimals: 1 }, 1234567, 'en-GB', '1.2M'],
  [{ compact: true, format: 'currency', currency: 'EUR' }, 1234567, 'de-DE', '1,23 Mio. €'],
  [{ compact: true, format: 'currency', currency: 'USD' }, -45300, 'en-GB', '−US$45.3k'],
  [{ compact: true, format: 'percent' }, 0.25, 'en-GB', '25%'],
  [{ prefix: '≈ ', unit: 'pcs', per: 'hour' }, 12, 'en-GB', '≈ 12 pcs/h'],
  [{ format: 'bytes', per: 'second' }, 2500000, 'en-GB', '2.5 MB/s'],
  [{ format: 'integer', per: 'day' }, 1240, 'fr-FR', '1 240/day'],
] as const)('%j: %d in %s reads %s', (options, value, locale, text) => {
  expect(written(options, value, locale)).toBe(text)
})

test.each([
  [{ format: 'duration' }, 3600, 14400, 7200, '2 h'],
  [{ format: 'duration' }, 1800, 7200, 1800, '0.5 h'],
  [{ format: 'duration', duration_in: 'milliseconds' }, 100, 400, 300, '300 ms'],
  [{ format: 'bytes' }, 500000, 2000000, 1500000, '1.5 MB'],
  [{ format: 'binary_bytes' }, 1048576, 4194304, 2097152, '2 MiB'],
  [{ format: 'duration' }, 1, 5, 0, '0 s'],
  [{ format: 'duration' }, 1, 7200, 7200, '2 h'],
] as const)('an axis of %j, step %d up to %d, writes %d as %s', (options, step, largest, value, text) => {
  expect(plain(tickFormatter(options, 'en-GB', step, largest)(value))).toBe(text)
})

test('a widget takes what its query says of its column, and stands before it', () => {
  const formats = formatsOf([{ column: 'took', format: 'duration', duration_in: 'minutes' }, { column: 'toString', unit: 'x' }])
  expect(merged({ decimals: 1 }, formats, 'took')).toEqual({ format: 'duration', duration_in: 'minutes', decimals: 1 })
  expect(merged({ format: 'integer' }, formats, 'took')).toEqual({ format: 'integer' })
  expect(merged({}, formatsOf(undefined), 'toString')).toEqual({})
  const widget = { kind: 'line', options: { x: 'day', y: ['took', 'other'] } } as unknown as Widget
  expect(inherited(widget, formats).options).toEqual({ x: 'day', y: ['took', 'other'], format: 'duration', duration_in: 'minutes' })
  expect(inherited({ kind: 'text', options: { text: 'took' } } as unknown as Widget, formats).options).toEqual({ text: 'took' })
})

test('rows in full are written as the widget writes what it shows', () => {
  const formats = formatsOf([{ column: 'took', format: 'duration' }, { column: 'size', format: 'bytes' }])
  const line = { kind: 'line', options: { x: 'day', y: ['took', 'cost'], format: 'currency', currency: 'EUR' } } as unknown as Widget
  const euro = { format: 'currency', currency: 'EUR' }
  expect(formatsIn(line, formats)).toEqual({ took: euro, cost: euro, size: { format: 'bytes' } })
  const number = { kind: 'number', options: { value: 'took', compare: 'before' } } as unknown as Widget
  expect(formatsIn(number, formats)).toEqual({ took: { format: 'duration' }, before: {}, size: { format: 'bytes' } })
  const table = { kind: 'table', options: { columns: [{ column: 'size', decimals: 1 }] } } as unknown as Widget
  expect(formatsIn(table, formats)).toEqual({ took: { format: 'duration' }, size: { format: 'bytes', decimals: 1 } })
})
