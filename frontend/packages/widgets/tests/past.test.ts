import { afterEach, expect, test } from 'vitest'
import type { DataResult, NumberOptions, NumberWidget } from '../../wire'
import { beforeOf, stretchOf } from '../past'
import { light } from '../theme'
import { mountWidget } from '../widget'
import { box } from './cast'

const NOW = Date.parse('2026-03-02T10:00:00Z')
const MINUTE = 60000

afterEach(() => {
  document.body.innerHTML = ''
})

/** An answer of 120, and what it was so many minutes ago. */
function result(past: [number, number | null][]): DataResult {
  const all = [...past, [0, 120] as const]
  return {
    key: 'k', seq: 1, state: 'ok', computed_at: '2026-03-02T10:00:00Z', refresh_seconds: 300, truncated: false, error: null,
    columns: [{ name: 'n', type: 'integer' }], rows: [[120]],
    past: { at: all.map(([minutes]) => (NOW - minutes * MINUTE) / 1000), figures: { n: all.map(([, value]) => value) } },
  }
}

function drawn(since: NumberOptions['since'], answer: DataResult, width = 600): HTMLElement {
  const widget: NumberWidget = { id: 'w', kind: 'number', title: 'Claims', x: 0, y: 0, w: 6, h: 4, query: 'q', options: { value: 'n', since, goal: 'down' } }
  const el = box(width, 400)
  mountWidget(el, widget, light, 'en-GB', { timeZone: 'Europe/Berlin', base: () => 20 }).update(answer, NOW)
  return el
}
const said = (el: HTMLElement) => el.querySelector('.ow-body')?.getAttribute('aria-label')
const shown = (el: HTMLElement, selector: string) => {
  const found = el.querySelector<HTMLElement>(selector)
  return found && found.style.display !== 'none' ? found.textContent : null
}

test.each([
  ['refresh', [[59, 80], [5, 100]], 'Claims: 120, up 20% from 100 one refresh ago.'],
  ['refresh', [[5, 120]], 'Claims: 120, no change from 120 one refresh ago.'],
  ['hour', [[63, 80], [59, 100], [5, 110]], 'Claims: 120, up 20% from 100 an hour ago.'],
  ['day', [[1470, 240], [60, 100]], 'Claims: 120, down 50% from 240 a day ago.'],
  ['week', [[10090, 60]], 'Claims: 120, up 100% from 60 a week ago.'],
] as ['hour', [number, number][], string][])('%s: a figure is compared with what it was then', (since, past, sentence) => {
  const el = drawn(since, result(past))
  expect(said(el)).toBe(sentence)
  expect(shown(el, '.ow-since')).toBe('')
})

test.each([
  ['gauge', { low: 0, high: 200 }, 'Claims: 120, on a scale from 0 to 200, up 20% from 100 an hour ago.', '+20%from 100 an hour ago'],
  ['progress', { target: 200 }, 'Claims: 120 of 200, 60%, up 20% from 100 an hour ago.', '+20%from 100 an hour ago'],
] as const)('a %s tells how its figure moved', (kind, options, sentence, line) => {
  const widget = { id: 'w', kind, title: 'Claims', x: 0, y: 0, w: 6, h: 4, query: 'q', options: { value: 'n', since: 'hour', goal: 'down', ...options } }
  const el = box(600, 400)
  const mounted = mountWidget(el, widget as unknown as NumberWidget, light, 'en-GB', { timeZone: 'Europe/Berlin', base: () => 20 })
  mounted.update(result([[60, 100]]), NOW)
  expect([said(el), shown(el, '.ow-delta')]).toEqual([sentence, line])
  mounted.update({ ...result([]), seq: 2 }, NOW)
  expect([shown(el, '.ow-since'), shown(el, '.ow-delta')]).toEqual(['No history yet: starts with the next refresh', null])
})

test.each([
  ['hour', [], 'No history yet: starts with the next refresh'],
  ['hour', [[20, 100]], 'History since 10:40'],
  ['hour', [[90, 1], [20, 100]], 'History since 09:30'],
  ['hour', [[60, null]], 'History since 10:00'],
  ['week', [[1440, 100]], 'History since 1 Mar, 11:00'],
] as ['hour', [number, number | null][], string][])('%s: what is missing is said', (since, past, note) => {
  const el = drawn(since, result(past))
  expect([shown(el, '.ow-since'), said(el)]).toEqual([note, `Claims: 120. ${note}.`])
  expect(shown(el, '.ow-delta')).toBe(null)
})

test('an answer of a server that sends no past, or not of this column, says so', () => {
  const { past: _, ...without } = result([])
  expect(said(drawn('hour', without))).toBe('Claims: 120. No history yet: starts with the next refresh.')
  expect(said(drawn('hour', { ...without, past: { at: [1, 2], figures: { other: [1, 2] } } }))).toBe('Claims: 120. No history yet: starts with the next refresh.')
})

test('its course is drawn as far back as it is compared, with gaps where nothing was read', () => {
  const past: [number, number | null][] = [[3000, 1], [61, 2], [30, null], [15, 3]]
  const el = drawn('hour', result(past))
  const path = el.querySelector('.ow-number .ow-plot path')?.getAttribute('d') ?? ''
  expect([path.split('M').length - 1, el.querySelectorAll('.ow-number .ow-plot circle').length]).toEqual([2, 1])
  const { at, values } = { at: past.map(([minutes]) => NOW - minutes * MINUTE).concat(NOW), values: past.map(([, value]) => value).concat(120) }
  expect(stretchOf({ at, values }, 'hour').values).toEqual([2, null, 3, 120])
  expect(beforeOf({ at, values }, 'day')).toBe(null)
})

test('a small box says it shorter', () => {
  const notes = ([[[], 'hour'], [[[20, 1]], 'week']] as [[number, number][], 'hour'][]).map(([past, since]) => shown(drawn(since, result(past), 150), '.ow-since'))
  expect(notes).toEqual(['No history yet', 'Since 2 Mar'])
  const was = [600, 260, 120].map((width) => shown(drawn('hour', result([[60, 100]]), width), '.ow-was'))
  expect(was).toEqual(['from 100 an hour ago', 'an hour ago', null])
})

test('a course is as dense at its end as at its beginning, and ends where the figure is', () => {
  const at = Array.from({ length: 3000 }, (_, i) => NOW - (3000 - i) ** 2 * 60)
  const drawnAt = stretchOf({ at: [...at, NOW], values: [...at, 120] }, 'week')
  const gaps = drawnAt.at.slice(1).map((one, i) => one - (drawnAt.at[i] as number))
  expect([drawnAt.at.length > 25, drawnAt.at.length <= 62, drawnAt.values[drawnAt.values.length - 1]]).toEqual([true, true, 120])
  expect(Math.min(...gaps.slice(0, -1)) > Math.max(...gaps) / 4).toBe(true)
})
