import { expect, it } from 'vitest'
import { everyAlong, everyOf } from './options'
import type { Column } from './types'

it('tells how far apart rows stand from a column that says so, and nothing from others', () => {
  const names = ['month', 'Order Month', 'week_of', 'jahr', 'quarter', 'ordered_on', 'holiday']
  expect(names.map(everyOf)).toEqual(['month', 'month', 'week', 'year', 'quarter', null, null])
})

it('offers no step that a line would not fill', () => {
  const along = [['at', 'date'], ['at', 'datetime'], ['Year', 'integer'], ['year', 'text'], ['age', 'integer']].map(([name, type]) => ({ name, type }) as Column)
  const steps = ['day', 'week', 'month', 'quarter', 'year']
  expect([...along, undefined].map((column) => everyAlong(column).map(({ value }) => value))).toEqual([steps, steps, ['year'], [], [], []])
})
