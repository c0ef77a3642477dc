import { describe, expect, it } from 'vitest'
import { overlaps } from './grid'
import { proposeDocument } from './proposals'
import type { Column, Source } from './types'

const source = (...columns: Column[]): Source => ({ id: 'src_1', name: 'sales_2025', table: 'sales_2025', columns, rows: 900 })
const id: Column = { name: 'order_id', type: 'integer' }
const day: Column = { name: 'ordered on', type: 'date' }
const region: Column = { name: 'region', type: 'text' }
const amount: Column = { name: 'amount', type: 'decimal' }
const score: Column = { name: 'score', type: 'float' }

const kinds = (one: Source) => proposeDocument(one).widgets.map((widget) => widget.kind)

describe('proposeDocument', () => {
  it.each([
    [[id, day, region, amount], ['number', 'number', 'line', 'bar', 'table']],
    [[region, amount], ['number', 'number', 'bar', 'table']],
    [[region], ['number', 'bar', 'table']],
    [[day], ['number', 'line', 'table']],
    [[amount], ['number', 'number', 'table']],
  ])('%o becomes %o', (columns, wanted) => expect(kinds(source(...columns))).toEqual(wanted))

  it.each([[[id, day, region, amount]], [[region]], [[day, amount]], [[amount]], [[id]]])('fills the wall without overlap: %o', (columns) => {
    const { widgets, grid } = proposeDocument(source(...columns))
    widgets.forEach((a, i) => widgets.slice(i + 1).forEach((b) => expect(overlaps(a, b)).toBe(false)))
    const area = widgets.reduce((sum, widget) => sum + widget.w * widget.h, 0)
    expect(area).toBe(grid.columns * grid.rows)
    for (const { x, y, w, h } of widgets) expect(x >= 0 && y >= 0 && x + w <= 24 && y + h <= 14).toBe(true)
  })

  it('adds up the first real measure, not the order number', () => {
    const doc = proposeDocument(source(id, day, region, amount))
    expect(doc.queries[1]).toEqual({
      id: 'q2', name: 'Total amount', source: 'src_1', refresh_seconds: 300,
      sql: 'select sum(amount) as amount\nfrom sales_2025',
    })
    expect(doc.title).toBe('Sales 2025')
  })

  it('quotes names that need it', () => {
    const doc = proposeDocument(source(day, amount))
    expect(doc.queries[2]!.sql).toBe(
      'select date_trunc(\'month\', "ordered on")::date as month, sum(amount) as amount\n'
      + 'from sales_2025\nwhere "ordered on" is not null\ngroup by 1\norder by 1',
    )
  })

  it('averages what cannot be added', () => {
    expect(proposeDocument(source(region, score)).queries[1]!.sql).toBe('select avg(score) as score\nfrom sales_2025')
  })
})
