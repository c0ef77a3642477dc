import { beforeEach, expect, test } from 'vitest'
import { Remote } from '../remote'
import { View, type Act } from '../view'

let root: HTMLElement
let view: View
let done: string[]

const acts = (...names: string[]): Act[] => names.map((name): Act => [name, () => done.push(name)])
const hello = { device: 'dev_1', secret: 's', code: 'K7M4QX', url: 'https://operant.example.com/pair?code=K7M4QX', expires_in: 600 }

function press(key: string, keyCode = 0): void {
  const event = new KeyboardEvent('keydown', { key, bubbles: true, cancelable: true })
  Object.defineProperty(event, 'keyCode', { value: keyCode })
  const target = document.activeElement || document.body
  // As browsers do it: a button that has the focus is pressed by Enter.
  if (target.dispatchEvent(event) && key === 'Enter' && target instanceof HTMLButtonElement) target.click()
}

const focused = (): string | null => (document.activeElement instanceof HTMLButtonElement ? document.activeElement.textContent : null)

beforeEach(() => {
  document.body.innerHTML = ''
  root = document.body.appendChild(document.createElement('div'))
  view = new View(root)
  done = []
  new Remote(root, { ok: () => done.push('ok'), back: () => done.push('back') }).start()
})

test('arrows go from button to button and stop at the ends, OK presses', () => {
  view.pairing(hello, '', '', acts('Another code', 'Full screen', 'About this screen'))
  expect(focused()).toBe('Another code')
  ;['ArrowRight', 'ArrowDown', 'ArrowDown'].forEach((key) => press(key))
  expect(focused()).toBe('About this screen')
  press('ArrowLeft')
  press('Enter', 13)
  expect([focused(), done]).toEqual(['Full screen', ['Full screen']])
})

test.each([['GoBack', 461], ['XF86Back', 10009], ['Escape', 27], ['Backspace', 8]])('%s leaves', (key, code) => {
  press(key, code)
  expect(done).toContain('back')
})

test('without buttons OK asks what this screen is, and arrows do nothing', () => {
  press('ArrowDown')
  press('Enter', 13)
  expect(done.filter((each) => each === 'ok').length).toBeGreaterThan(0)
})

test('what lies above takes the focus, and gives it back', () => {
  view.pairing(hello, '', '', acts('Another code'))
  view.about([['Screen', 'Lobby']], acts('Back'))
  expect(focused()).toBe('Back')
  press('ArrowRight')
  expect(focused()).toBe('Back')
  // A new code beneath it does not take the focus away.
  view.pairing(hello, '', '', acts('Another code'))
  expect([focused(), root.lastElementChild?.className]).toEqual(['Back', 'pt-panel pt-about'])
  expect([view.closeAbout(), focused(), view.closeAbout()]).toEqual([true, 'Another code', false])
})
