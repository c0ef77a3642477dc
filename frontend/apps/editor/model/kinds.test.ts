import { describe, expect, it } from 'vitest'
import { asksQuery, bestKind, KINDS, whyNot } from './kinds'
import type { Column } from './types'

const date: Column = { name: 'day', type: 'date' }
const amount: Column = { name: 'amount', type: 'decimal' }
const count: Column = { name: 'count', type: 'integer' }
const region: Column = { name: 'region', type: 'text' }

// Of those that ask a query, and the text; free.test.ts has the others, which are always offered.
const enabled = (columns: Column[] | null) => KINDS.filter((kind) => (asksQuery(kind) || kind === 'text') && whyNot(kind, columns) === null)

describe('whyNot', () => {
  it.each([
    [null, ['text']],
    [[], ['text']],
    [[region], ['table', 'text']],
    [[amount], ['number', 'table', 'text']],
    [[date, amount], ['number', 'line', 'bar', 'table', 'text']],
    [[region, amount], ['number', 'bar', 'table', 'text']],
    [[count, amount], ['number', 'line', 'bar', 'table', 'text']],
  ])('offers for %o: %o', (columns, kinds) => expect(enabled(columns)).toEqual(kinds))

  it('says why in a sentence', () => {
    expect(whyNot('line', null)).toBe('Needs a query that has run.')
    expect(whyNot('number', [region])).toBe('Needs a column with numbers.')
    expect(whyNot('line', [region, amount])).toBe('Needs a date, or a number, to run along.')
  })
})

describe('bestKind', () => {
  it.each([
    [[date, amount], 12, 'line'],
    [[region, amount], 5, 'bar'],
    [[amount], 1, 'number'],
    [[region, date], 9, 'table'],
    [[amount], 40, 'table'],
    [[date, region, amount], 40, 'table'],
    [[region, amount], 400, 'table'],
  ] as const)('%o with %i rows is a %s', (columns, rows, kind) => expect(bestKind(columns, rows)).toBe(kind))
})
