/** A wall that is full: five widgets over five queries of one source. For tests. */

import { emptyDocument } from '../model/document'
import type { DashboardDocument, Query, Source, Widget } from '../model/types'

export const source: Source = {
  id: 'src_1', name: 'Sales', kind: 'upload',
  tables: [{
    name: 'sales', rows: 9,
    columns: [{ name: 'day', type: 'date' }, { name: 'region', type: 'text' }, { name: 'amount', type: 'decimal' }],
  }],
}

const WIDGETS = [
  { kind: 'number', title: 'Rows', x: 0, y: 0, w: 6, h: 3, options: { value: 'rows', format: 'integer' } },
  { kind: 'number', title: 'Total amount', x: 0, y: 3, w: 6, h: 3, options: { value: 'amount' } },
  { kind: 'line', title: 'Total amount by month', x: 6, y: 0, w: 18, h: 6, options: { x: 'month', y: ['amount'] } },
  { kind: 'bar', title: 'Total amount by region', x: 0, y: 6, w: 12, h: 8, options: { x: 'region', y: ['amount'] } },
  { kind: 'table', title: 'Latest rows', x: 12, y: 6, w: 12, h: 8, options: { columns: [{ column: 'day' }] } },
]

export function fullWall(): DashboardDocument {
  const queries = WIDGETS.map(({ title }, index): Query => ({
    id: `q${index + 1}`, name: title, source: source.id, sql: `select ${index + 1} from sales`, refresh_seconds: 300,
  }))
  const widgets = WIDGETS.map((widget, index) => ({ id: `w${index + 1}`, query: `q${index + 1}`, ...widget }) as Widget)
  return { ...emptyDocument('Sales'), queries, widgets }
}
