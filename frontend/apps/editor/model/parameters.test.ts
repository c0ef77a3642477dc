import { expect, it } from 'vitest'
import { begun, kindOf, typed, undeclared, written } from './parameters'

it('finds what the SQL names and nobody declared', () => {
  const sql = "select x::date, a[1:2], ':no', \":no\" -- :no\nfrom t /* :no */ where r in (:regions) and d > :since or :regions is null"
  expect(undeclared(sql, [begun('since', 'date')])).toEqual(['regions'])
})

it('takes what people write for each type, and refuses what is none', () => {
  const take = (kind: Parameters<typeof begun>[1], text: string) => typed(begun('p', kind), kind, text)
  expect([
    take('text', 'a, b')?.value, take('number', '1.5')?.value, take('number', '')?.value, take('number', 'x'), take('date', '')?.value,
    take('boolean', 'false')?.value, take('list', 'North, ,South ')?.value, take('numbers', '1, 2.5')?.value, take('numbers', '1, x'),
  ]).toEqual(['a, b', 1.5, null, undefined, null, false, ['North', 'South'], [1, 2.5], undefined])
  expect([written(take('numbers', '1,2')!), kindOf(take('numbers', '1,2')!), kindOf(begun('p', 'list'))]).toEqual(['1, 2', 'numbers', 'list'])
})
