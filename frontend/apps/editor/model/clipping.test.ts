import { expect, it } from 'vitest'
import { fullWall, source } from '../state/wall.fixture'
import { clippingOf, paste, readClipping } from './clipping'
import { emptyDocument } from './document'

const wall = fullWall()
const copied = () => readClipping(JSON.stringify(clippingOf(wall, ['w1', 'w3'], [source])))!

it('takes widgets along with their queries and the names of their sources', () => {
  const clipping = copied()
  expect([clipping.queries.map((one) => one.id), clipping.widgets.map((one) => one.id), clipping.sources]).toEqual(
    [['q1', 'q3'], ['w1', 'w3'], [{ id: 'src_1', name: 'Sales' }]],
  )
  expect([readClipping('42'), readClipping('{"operant": "quotes"}'), readClipping('hello')]).toEqual([null, null, null])
})

it('pastes on another dashboard, where ids are given anew', () => {
  const other = { ...emptyDocument('Other'), queries: [{ ...wall.queries[4]!, id: 'q1' }], widgets: [{ ...wall.widgets[4]!, id: 'w1', query: 'q1' }] }
  const pasted = paste(other, copied())
  if ('refusal' in pasted) throw new Error(pasted.refusal)
  expect(pasted.ids).toEqual(['w2', 'w3'])
  expect(pasted.document.queries.map(({ id, name }) => [id, name])).toEqual([['q1', 'Latest rows'], ['q2', 'Rows'], ['q3', 'Total amount by month']])
  expect(pasted.document.widgets.map(({ query, x, y }) => [query, x, y])).toEqual([['q1', 12, 6], ['q2', 0, 0], ['q3', 6, 0]])
})

it('keeps a variable where the other dashboard has one of that name, and its default where not', () => {
  const region = { name: 'region', label: '', type: 'text' as const, default: 'North', choices_from: { query: 'q2', column: 'a' } }
  const queries = wall.queries.map((one) => one.id === 'q1' ? { ...one, parameters: [{ name: 'where', type: 'variable' as const, variable: 'region' }] } : one)
  const clipping = clippingOf({ ...wall, queries, variables: [region] }, ['w1'], [source])
  expect(clipping.variables).toEqual([{ name: 'region', label: '', type: 'text', default: 'North' }])
  const pastedOn = (doc: typeof wall) => {
    const pasted = paste(doc, clipping)
    if ('refusal' in pasted) throw new Error(pasted.refusal)
    return pasted.document.queries[0]!.parameters
  }
  expect(pastedOn(emptyDocument('Other'))).toEqual([{ name: 'where', type: 'text', value: 'North' }])
  expect(pastedOn({ ...emptyDocument('Other'), variables: [{ ...region, choices_from: undefined, default: 'South' }] })).toEqual(queries[0]!.parameters)
})

it('shows a query twice where it is already, and refuses a full wall', () => {
  const roomy = { ...wall, widgets: wall.widgets.slice(0, 2) }
  const pasted = paste(roomy, { ...copied(), widgets: copied().widgets.slice(0, 1) })
  if ('refusal' in pasted) throw new Error(pasted.refusal)
  expect([pasted.document.queries.length, pasted.document.widgets.at(-1)!.query]).toEqual([5, 'q1'])
  expect(paste(wall, copied())).toEqual({ refusal: 'The wall has no room for them. Make widgets smaller or delete some, then try again.' })
})
