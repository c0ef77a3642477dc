import { expect, it } from 'vitest'
import { indented } from './indent'

function press(value: string, from: number, to: number, back = false) {
  const edit = indented(value, from, to, back)
  if (!edit) return null
  return [value.slice(0, edit.from) + edit.text + value.slice(edit.to), edit.selectFrom, edit.selectTo]
}

it('puts two blanks at the caret', () => expect(press('ab', 1, 1)).toEqual(['a  b', 3, 3]))
it('moves every selected line in', () => expect(press('a\nb\nc', 0, 3)).toEqual(['  a\n  b\nc', 2, 7]))
it('moves lines out, and the caret with them', () => {
  expect(press('  a\n b', 0, 6, true)).toEqual(['a\nb', 0, 3])
  expect(press('  a', 3, 3, true)).toEqual(['a', 1, 1])
})
it('does nothing where nothing is indented', () => expect(press('a', 1, 1, true)).toBeNull())
