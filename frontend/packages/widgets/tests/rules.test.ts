import { expect, test } from 'vitest'
import type { Rule } from '../../wire'
import { verdictOf } from '../rules'

const UP: Rule[] = [
  { when: 'at_least', value: 90, role: 'good' }, { when: 'below', value: 90, role: 'warning' }, { when: 'below', value: 75, role: 'bad', label: 'Too low' },
]
const said = (value: unknown, rules: Rule[]): string | null => {
  const found = verdictOf(value as never, rules)
  return found && found.role + ' ' + found.word
}

test.each([
  [95, 'good Good'], [90, 'good Good'], [89.999, 'warning Warning'], [75, 'warning Warning'], ['74.5', 'bad Too low'], [-1e15, 'bad Too low'],
  [null, null], ['', null], ['many', null], [NaN, null],
])('%s is %s whatever the order of the rules', (value, word) => {
  expect([said(value, UP), said(value, UP.slice().reverse())]).toEqual([word, word])
})

test('steps upward mean what they say: the nearest one counts', () => {
  const steps: Rule[] = [{ when: 'at_least', value: 0, role: 'bad' }, { when: 'at_least', value: 80, role: 'good' }, { when: 'at_least', value: 50, role: 'warning' }]
  expect([-1, 0, 50, 79, 80].map((value) => said(value, steps))).toEqual([null, 'bad Bad', 'warning Warning', 'warning Warning', 'good Good'])
})

test('between a rule above and one below the worse holds', () => {
  expect(said(5, [{ when: 'at_least', value: 0, role: 'good' }, { when: 'below', value: 10, role: 'bad' }])).toBe('bad Bad')
})

test('words are ruled before figures, in capitals or not, and yes and no as they are shown', () => {
  const words: Rule[] = [{ when: 'is', value: 'Down', role: 'bad' }, { when: 'is', value: 'yes', role: 'good' }, { when: 'at_least', value: 0, role: 'warning' }]
  expect([' down', 'up', true, false, 7, { down: 1 }].map((value) => said(value, words))).toEqual(['bad Bad', null, 'good Good', null, 'warning Warning', null])
})
