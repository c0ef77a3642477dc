import { expect, it } from 'vitest'
import { identifier, insertWord, offsetOf } from './sql'

it('quotes what SQL would misread', () => {
  expect(['amount', 'order', 'Net total', 'a"b', '2025', 'userId', 'user'].map((one) => identifier(one))).toEqual(
    ['amount', '"order"', '"Net total"', '"a""b"', '"2025"', '"userId"', '"user"'],
  )
})

it('quotes each name as its kind of source does, where any word might be one of its own', () => {
  expect([identifier('rows', 'mysql'), identifier('a`b', 'mysql'), identifier('index', 'sqlite'), identifier('rows', 'postgresql')])
    .toEqual(['`rows`', '`a``b`', '"index"', 'rows'])
})

it('inserts a word with the blanks it needs', () => {
  expect(insertWord('select', 6, 6, 'amount')).toEqual({ text: 'select amount', caret: 13 })
  expect(insertWord('sum()', 4, 4, 'amount')).toEqual({ text: 'sum(amount)', caret: 10 })
  expect(insertWord('a from t', 0, 1, 'b')).toEqual({ text: 'b from t', caret: 1 })
})

it('finds a line and column', () => {
  expect(offsetOf('select\n  x\nfrom t', 2, 3)).toBe(9)
  expect(offsetOf('select', 9, 9)).toBe(6)
})
