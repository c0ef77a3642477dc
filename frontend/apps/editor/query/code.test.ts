import { expect, it } from 'vitest'
import { namespace } from './code'
import { formatted } from './format'

it('knows tables as SQL spells them, with their schema and columns', () => {
  const columns = [{ name: 'Net', type: 'decimal' as const }]
  const tables = [{ name: 'sales', rows: 3, columns }, { name: 'audit."my.log"', rows: null, columns }]
  const found = namespace({ id: 's', name: 'S', kind: 'postgresql', tables }) as any
  expect(Object.keys(found)).toEqual(['sales', 'audit'])
  expect(found.sales.children).toEqual([{ label: 'Net', type: 'property', apply: '"Net"', detail: 'decimal' }])
  expect(found.audit['my\\.log'].self).toEqual({ label: 'my.log', type: 'type', apply: '"my.log"', detail: 'table' })
})

it('formats, and leaves alone what it cannot read', () => {
  const sql = "SELECT a::date, b[1:2], 'x  Y' as t from t where d >= :since and r in (:regions) -- note"
  expect(formatted(sql, 'upload')?.split('\n').map((line) => line.trim()).join(' ')).toBe(
    "select a::date, b[1:2], 'x  Y' as t from t where d >= :since and r in (:regions) -- note",
  )
  expect(formatted("select 'open", 'postgresql')).toBeNull()
})
