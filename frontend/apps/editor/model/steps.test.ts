import { expect, it } from 'vitest'
import { begunStep, moved } from './steps'
import type { Column } from './types'

const columns: Column[] = [{ name: 'day', type: 'date' }, { name: 'region', type: 'text' }, { name: 'amount', type: 'decimal' }]

it('begins each step with columns that it can work on', () => {
  expect(begunStep('aggregate', columns)).toEqual({ kind: 'aggregate', by: ['region'], figures: [{ column: 'amount', how: 'sum', name: '' }] })
  expect(begunStep('compare', columns)).toEqual({ kind: 'compare', date: 'day', column: 'amount', period: 'row', by: [] })
  expect(begunStep('pivot', columns)).toEqual({ kind: 'pivot', by: ['day'], column: 'region', value: 'amount', how: 'sum' })
  expect(begunStep('top', [])).toEqual({ kind: 'top', column: '', count: 10, order: 'highest' })
})

it('moves a step', () => expect([moved('abc'.split(''), 2, 0), moved('abc'.split(''), 0, 1)].map((one) => one.join(''))).toEqual(['cab', 'bac']))
