import { expect, it } from 'vitest'
import { emptyDocument } from './document'
import type { DashboardDocument, Variable } from './types'
import { begunVariable, bound, changeVariable, defaulted, defaultWords, offered, removeVariable, retyped, takersOf, toggled, unasked } from './variables'

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

it('takes several values as a list, whose choices stay with the type, and says where all of them find nothing', () => {
  const several = retyped(region, 'texts')
  expect(several).toEqual({ name: 'region', label: 'Region', type: 'texts', default: [], choices: ['North', 'South'] })
  expect(retyped(several, 'numbers')).toEqual({ name: 'region', label: 'Region', type: 'numbers', default: [] })
  const both = toggled(toggled(several, 'South'), 'North')
  expect([both.default, toggled(both, 'North').default, defaultWords(both)]).toEqual([['North', 'South'], ['South'], 'North, South'])
  expect([defaulted(several, 'South, South, West')?.default, defaulted(several, ' ')?.default, offered(both, 'South')?.default])
    .toEqual([['South', 'West'], [], ['South']])
  const doc = changeVariable(taking, 'region', both)
  expect([bound(doc, query(doc))[0], unasked(doc, query(doc))]).toEqual([{ name: 'where', type: 'list', value: ['North', 'South'] }, ['where']])
  const asking = { ...query(doc), sql: 'select 1 where :where  IS null or region in (:where)' }
  expect([unasked(doc, asking), unasked(taking, query(taking))]).toEqual([[], []])
})
