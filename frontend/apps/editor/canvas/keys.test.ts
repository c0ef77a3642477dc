import { expect, it } from 'vitest'
import { isWriting, pageWish, widgetWish } from './keys'

const key = (name: string, more: object = {}) => ({ key: name, shiftKey: false, ctrlKey: false, metaKey: false, altKey: false, ...more })

it('reads what a widget is asked', () => {
  expect(widgetWish(key('ArrowLeft'))).toEqual({ kind: 'move', dx: -1, dy: 0 })
  expect(widgetWish(key('ArrowDown', { shiftKey: true }))).toEqual({ kind: 'resize', dw: 0, dh: 1 })
  expect(widgetWish(key('Delete'))).toEqual({ kind: 'remove' })
  expect(widgetWish(key('d', { metaKey: true }))).toEqual({ kind: 'duplicate' })
  expect(widgetWish(key(' ', { shiftKey: true }))).toEqual({ kind: 'gather' })
  expect(widgetWish(key('ArrowLeft', { altKey: true }))).toBeNull()
})

it('reads what the page is asked', () => {
  expect(pageWish(key('z', { ctrlKey: true }))).toEqual({ kind: 'undo' })
  expect(pageWish(key('Z', { ctrlKey: true, shiftKey: true }))).toEqual({ kind: 'redo' })
  expect(pageWish(key('a', { metaKey: true }))).toEqual({ kind: 'all' })
  expect(pageWish(key('?', { shiftKey: true }))).toEqual({ kind: 'keys' })
  expect(pageWish(key('z'))).toBeNull()
})

it('leaves keys to those who write', () => {
  const field = document.createElement('input')
  const box = Object.assign(document.createElement('input'), { type: 'checkbox' })
  expect([isWriting(field), isWriting(box), isWriting(document.createElement('button')), isWriting(null)]).toEqual([true, false, false, false])
})
