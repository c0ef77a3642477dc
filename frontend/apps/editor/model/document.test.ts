import { describe, expect, it } from 'vitest'
import {
  addQuery, addWidget, applyLayout, changeKind, changeOptions, changeQueryOf, emptyDocument, freshId,
  isEmpty, removeQuery, removeWidget, setTitle, widgetOf,
} from './document'
import { overlaps } from './grid'
import type { Column } from './types'

const columns: Column[] = [{ name: 'month', type: 'date' }, { name: 'amount', type: 'decimal' }, { name: 'units', type: 'integer' }]
const query = { name: 'Sales', source: 'src_1', sql: 'select 1', refresh_seconds: 300 }

function withLine() {
  const { document, id: q } = addQuery(emptyDocument('Pulse'), query)
  return { q, ...addWidget(document, 'line', { title: 'Sales', query: q }, columns)! }
}

describe('document', () => {
  it('starts empty and does not change in place', () => {
    const doc = emptyDocument('Pulse')
    const other = setTitle(doc, 'Other')
    expect([doc.title, other.title, isEmpty(doc)]).toEqual(['Pulse', 'Other', true])
  })

  it('never reuses an id in use', () => {
    expect(freshId([{ id: 'w1' }, { id: 'w3' }], 'w')).toBe('w4')
    expect(freshId([{ id: 'w2' }], 'w')).toBe('w3')
  })

  it('adds a widget at the first free place with columns that fit', () => {
    const { document, id } = withLine()
    expect(widgetOf(document, id)).toEqual({
      id: 'w1', kind: 'line', title: 'Sales', query: 'q1', x: 0, y: 0, w: 12, h: 6,
      options: { x: 'month', y: ['amount'], area: false },
    })
  })

  it('fills the wall without overlap and says when it is full', () => {
    let doc = emptyDocument('Full')
    for (let added = addWidget(doc, 'table', { title: 'T', query: null }, columns); added;
      added = addWidget(doc, 'table', { title: 'T', query: null }, columns)) doc = added.document
    doc.widgets.forEach((a, i) => doc.widgets.slice(i + 1).forEach((b) => expect(overlaps(a, b)).toBe(false)))
    expect(addWidget(doc, 'table', { title: 'T', query: null }, columns)).toBeNull()
  })

  it('keeps what still means something when the kind changes', () => {
    const { document, id } = withLine()
    const chosen = changeOptions(document, id, { y: ['units'], format: 'currency', currency: 'EUR' })
    const number = widgetOf(changeKind(chosen, id, 'number', columns), id)!
    expect(number.options).toEqual({ value: 'units', compare: null, goal: 'none', format: 'currency', currency: 'EUR' })
    const text = widgetOf(changeKind(chosen, id, 'text', columns), id)!
    expect([text.query, text.kind]).toEqual([null, 'text'])
  })

  it('keeps chosen columns that the new query has too', () => {
    const { document, id } = withLine()
    const moved = changeQueryOf(document, id, 'q2', [{ name: 'month', type: 'date' }, { name: 'cost', type: 'float' }])
    expect(widgetOf(moved, id)).toMatchObject({ query: 'q2', options: { x: 'month', y: ['cost'] } })
  })

  it('removes a query only when no widget shows it', () => {
    const { document, id, q } = withLine()
    expect(removeQuery(document, q)).toBe(document)
    expect(removeQuery(removeWidget(document, id), q).queries).toEqual([])
  })

  it('takes a layout, and stays itself when nothing moved', () => {
    const { document, id } = withLine()
    expect(applyLayout(document, new Map([[id, { x: 0, y: 0, w: 12, h: 6 }]]))).toBe(document)
    expect(widgetOf(applyLayout(document, new Map([[id, { x: 2, y: 1, w: 8, h: 5 }]])), id)).toMatchObject({ x: 2, y: 1, w: 8, h: 5 })
  })
})
