import { expect, it } from 'vitest'
import { addQuery, addWidget, changeOptions, emptyDocument } from './document'
import { placeOf, problems } from './problems'

const columns = [{ name: 'amount', type: 'decimal' as const }]
const { document: base, id: q } = addQuery(emptyDocument('T'), { name: 'Sales', source: 's', sql: '', refresh_seconds: 60 })
const { document, id } = addWidget(base, 'number', { title: 'Revenue', query: q }, columns)!

it('finds nothing wrong with a widget that has its columns, or whose query has not run', () => {
  expect(problems(document, () => ({ columns })).size).toBe(0)
  expect(problems(document, () => null).size).toBe(0)
})

it('says what is wrong', () => {
  expect(problems(document, () => ({ error: 'No such table.' })).get(id)).toBe('Its query “Sales” fails: No such table.')
  expect(problems(document, () => ({ columns: [] })).get(id)).toBe('The query no longer has the column “amount”.')
  expect(problems(changeOptions(document, id, { value: '' }), () => ({ columns })).get(id)).toBe('No column is chosen yet.')
})

it('finds the widget a server message is about', () => {
  expect(placeOf(document, { path: 'widgets.0.options.value', message: '' })).toEqual({ widget: 'w1', name: 'Revenue' })
  expect(placeOf(document, { path: 'queries.0.sql', message: '' })).toEqual({ query: 'q1', name: 'Sales' })
  expect(placeOf(document, { path: 'title', message: '' })).toEqual({ name: 'The dashboard' })
})
