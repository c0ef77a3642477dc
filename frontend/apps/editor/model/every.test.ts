import { expect, it } from 'vitest'
import { everyOf } from './options'

it('tells how far apart rows stand from a column that says so, and nothing from others', () => {
  const names = ['month', 'Order Month', 'week_of', 'jahr', 'quarter', 'ordered_on', 'holiday']
  expect(names.map(everyOf)).toEqual(['month', 'month', 'week', 'year', 'quarter', null, null])
})
