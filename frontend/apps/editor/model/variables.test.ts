import { expect, it } from 'vitest'
import { emptyDocument } from './document'
import type { DashboardDocument, Variable } from './types'
import { begunVariable, bound, changeVariable, defaulted, offered, removeVariable, takersOf } from './variables'

const region: Variable = { name: 'region', label: 'Region', type: 'text', default: 'North', choices: ['North', 'South'] }
const taking: DashboardDocument = {
  ...emptyDocument('Sales'), variables: [region],
  queries: [{
    id: 'q1', name: 'Sales', source: 's', sql: 'select :where, :most', refresh_seconds: 60,
    parameters: [{ name: 'where', type: 'variable', variable: 'region' }, { name: 'most', type: 'number', value: 3 }],
  }],
}
const query = (doc: DashboardDocument) => doc.queries[0]!

it('asks a preview with the defaults of variables', () => {
  expect(bound(taking, query(taking))).toEqual([{ name: 'where', type: 'text', value: 'North' }, { name: 'most', type: 'number', value: 3 }])
})

it('lets queries follow a new name, and keep the default of what is deleted', () => {
  const renamed = changeVariable(taking, 'region', { ...region, name: 'area' })
  expect([takersOf(renamed, 'area').length, bound(renamed, query(renamed))]).toEqual([1, bound(taking, query(taking))])
  const without = removeVariable(taking, 'region')
  expect([without.variables, query(without).parameters]).toEqual([[], bound(taking, query(taking))])
})

it('takes what people write, and refuses what is none of the type', () => {
  const number: Variable = { ...begunVariable([region]), type: 'number', default: 2 } as Variable
  expect([defaulted(number, 'x'), defaulted(number, '2.5')?.default, defaulted(number, ' ')?.default]).toEqual([undefined, 2.5, null])
  expect([offered(number, '1\nx'), offered(number, '1\n\n3')]).toEqual([undefined, { ...number, choices: [1, 3], default: null }])
  expect(offered(region, ' South \nSouth\nWest')).toEqual({ ...region, choices: ['South', 'West'], default: null })
})
