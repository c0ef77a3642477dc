import { afterEach, expect, test } from 'vitest'
import type { DataResult, ProgressWidget, Widget } from '../../wire'
import { progress } from '../progress'
import { viewOf } from '../state'
import { light } from '../theme'
import { mountWidget } from '../widget'
import { allFigures, box, figuresInStates, widgetOf } from './cast'

const now = Date.parse(allFigures.now)
const reader = { theme: light, locale: 'en-GB', timeZone: 'Europe/Berlin' }

afterEach(() => {
  document.body.innerHTML = ''
})

function drawn(id: string, change: Partial<DataResult> = {}, width = 600, height = 400): HTMLElement {
  const widget = widgetOf(allFigures, id)
  const el = box(width, height)
  mountWidget(el, widget, light, 'en-GB', { timeZone: 'Europe/Berlin', base: () => 20 }).update({ ...(allFigures.results[widget.query as string] as DataResult), ...change }, now)
  return el
}
const said = (el: HTMLElement): string | null | undefined => el.querySelector('.ow-body')?.getAttribute('aria-label')
const texts = (el: HTMLElement, selector: string): (string | null)[] => Array.from(el.querySelectorAll<HTMLElement>(selector)).map((one) => one.textContent)
const columns = [{ name: 'reason', type: 'text' as const }, { name: 'claims', type: 'float' as const }]

test.each([
  ['gauge', 'Uptime: 87.4\u00a0%, Warning, on a scale from 0 to 100, target 95.'],
  ['share', 'Share: 93.4%, on a scale from 0% to 100%.'],
  ['progress', 'Sold this year: €412,000 of €500,000, 82%, On the way.'],
  ['plain', 'No rules: 412,000 of 300,000, 137%.'],
  ['ruled', 'On time: 93.4%, Good.'],
  ['spark', 'North, this month: 75, Bad, up 15% from 65.'],
  ['donut', 'Claims by reason: Total 132. Damaged in transit 36%, Lost 23%, Late 17%, Wrong address, and nobody answered the door twice 9.1%, Wrong item 6.8%, 3 others 7.6%.'],
  ['leaders', 'Parcels by driver: 11 rows. 1 Tomasz Wójcik 433 (Fast), 1 Ada 433 (Fast), 3 Ines Albrecht 412 (Fast).'],
  ['status', 'Services: 1 bad, 1 warning, 4 good, 2 without a rule. Label printer, dock 4 (behind the loading bay) Down, Search Slow.'],
])('%s says it in a sentence', (id, sentence) => expect(said(drawn(id))).toBe(sentence))

test('a gauge cuts its scale where rules begin, and marks its target', () => {
  const el = drawn('gauge')
  const fills = Array.from(el.querySelectorAll('.ow-plot g:nth-child(2) path')).map((one) => one.getAttribute('fill'))
  expect(fills).toEqual([light.grid, light.error, light.warning, light.success, light.warning])
  expect(el.querySelectorAll('.ow-plot line').length).toBe(1)
  expect(texts(el, '.ow-plot text')).toEqual(['87.4\u00a0%', 'Warning', '0', '100', 'Target 95'])
})

test('a gauge without room for a scale is its figure with the icon', () => {
  const el = drawn('gauge', {}, 200, 80)
  expect([texts(el, '.ow-plot text').length, el.querySelectorAll('.ow-plot g:nth-child(2) path').length]).toEqual([1, 0])
  expect(el.querySelectorAll('.ow-plot g:nth-child(9) path, .ow-plot g:nth-child(8) path').length).toBe(1)
})

test('progress beyond its target is whole, with a mark where the target was', () => {
  const el = drawn('plain')
  expect([(el.querySelector('.ow-fill') as HTMLElement).style.width, (el.querySelector('.ow-mark') as HTMLElement).style.left]).toEqual(['100%', '72.82%'])
})

test('progress without room for its bar is its line', () => {
  const widget = widgetOf(allFigures, 'plain') as ProgressWidget
  const shown = (height: number): boolean[] => {
    const body = box()
    progress.draw(body, widget, reader).paint(allFigures.results[widget.query as string] as DataResult, { width: 300, height, base: 20 })
    return ['.ow-reached', '.ow-track', '.ow-said'].map((one) => body.querySelector<HTMLElement>(one)?.style.display !== 'none')
  }
  expect([shown(40), shown(70), shown(250)]).toEqual([[false, false, true], [false, true, true], [true, true, true]])
})

test('nearly there is not there, and a target of nothing has no share', () => {
  const target = (value: number, aim: number): string | null | undefined => said(drawn('progress', { rows: [[1, value, aim, 1]] }))
  expect(target(99.96, 100)).toBe('Sold this year: €100 of €100, 99.9%, On the way.')
  expect(target(5, 0)).toBe('Sold this year: €5 of €0.')
  expect(target(-5, 100)).toBe('Sold this year: −€5 of €100, −5%, Behind.')
})

test('a number with a course takes the last row, and draws the way there', () => {
  const el = drawn('spark')
  expect([el.querySelector('.ow-value')?.textContent, el.querySelectorAll('.ow-plot path').length]).toEqual(['75', 1])
  const reversed = (allFigures.results.months as DataResult).rows.slice().reverse()
  expect(drawn('spark', { rows: reversed }).querySelector('.ow-value')?.textContent).toBe('75')
  const unplaced = reversed.concat([reversed[0]!.map((cell, i) => (i ? cell : null))])
  expect(drawn('spark', { rows: unplaced }).querySelector('.ow-value')?.textContent).toBe('75')
})

test('a ring shows the large shares and adds up the small ones', () => {
  const el = drawn('donut')
  expect(texts(el, '.ow-slice-name')).toEqual(['Damaged in transit', 'Lost', 'Late', 'Wrong address, and nobody answered the door twice', 'Wrong item', '3 others'])
  expect(el.querySelectorAll('.ow-plot path').length).toBe(6)
})

test.each<[DataResult['rows'], string]>([
  [[['A', 5], ['B', -1]], 'Shares cannot be negative, and “claims” is.'], [[['A', 0], ['B', null]], 'All of “claims” is zero.'],
])('a whole cannot be made of %j', (rows, sentence) => {
  const result = { ...(allFigures.results.reasons as DataResult), columns, rows }
  expect(viewOf(widgetOf(allFigures, 'donut'), result, now, reader).sentence).toBe(sentence)
})

test('a single share is a closed ring', () => {
  const d = drawn('donut', { rows: [['Only', 3]] }).querySelector('.ow-plot path')?.getAttribute('d') as string
  expect((d.match(/Z/g) || []).length).toBe(2)
})

test('equal figures share a rank, and who has none is left out', () => {
  const el = drawn('leaders', {}, 600, 900)
  expect(texts(el, '.ow-rank')).toEqual(['1', '1', '3', '4', '5', '6', '7', '8', '9', '10'])
  expect(texts(el, '.ow-leader-name').slice(0, 2)).toEqual(['Tomasz Wójcik', 'Ada'])
})

test('where tiles do not all fit, trouble is shown and the rest is counted', () => {
  const rows = Array.from({ length: 200 }, (_, i) => ['Service ' + i, i === 150 ? 'down' : 'ok', null])
  const el = drawn('status', { rows }, 400, 200)
  const names = texts(el, '.ow-tile-name')
  expect(names).toContain('Service 150')
  expect(el.querySelector('.ow-more')?.textContent).toBe('At least ' + (200 - names.length) + ' more: ' + (200 - names.length) + ' good')
})

test('a status is an icon and a word, not a color alone', () => {
  expect(texts(drawn('status'), '.ow-tile').slice(0, 3)).toEqual(['CheckoutRunning', 'SearchSlow', 'Label printer, dock 4 (behind the loading bay)Down'])
})

test('cells of a table are ruled with an icon, and a word for who hears them', () => {
  const cells = Array.from(drawn('cells').querySelectorAll<HTMLElement>('tbody td:last-child'))
  expect(cells.map((cell) => cell.textContent)).toEqual(['95.5 (Good)', '82.0 (Warning)', '60.0 (Too low)', '–', '75.0 (Warning)'])
  expect(cells.map((cell) => (cell.querySelector('svg') as SVGElement).style.display)).toEqual(['', '', '', 'none', ''])
})

test('rules and targets are lines with words across a chart', () => {
  const line = drawn('limits')
  expect(texts(line, '.ow-plot text').slice(-3)).toEqual(['Target 70', 'Bad below 45', 'Very good from 80'])
  expect(said(line)).toBe('With target and rules: 11 rows. north: last 75, lowest 40, highest 75. Target 70; Bad below 45; Very good from 80.')
  const bars = drawn('bars')
  expect(Array.from(bars.querySelectorAll('.ow-plot rect')).map((one) => one.getAttribute('fill'))).toEqual([light.success, light.warning, light.error, light.warning])
})

test('stacked areas reach from one to the next', () => {
  const el = drawn('stacked')
  const ends = Array.from(el.querySelectorAll('.ow-plot g:nth-child(2) path')).map((one) => one.getAttribute('d') as string)
  expect(ends.map((d) => d.split('Z').length)).toEqual([2, 2, 2])
  expect(el.querySelectorAll('.ow-plot circle').length).toBe(0)
})

const FACES: { [state: string]: string } = {
  ok: 'ok', loading: 'loading', empty: 'empty', stale: 'ok', kept: 'ok', failed: 'failed', forbidden: 'forbidden', missing: 'misconfigured',
}
test.each(['gauge', 'progress', 'donut', 'leaderboard', 'status'])('%s shows each state', (kind) => {
  const faces = Object.keys(FACES).map((state) => {
    const widget = widgetOf(figuresInStates, kind + '-' + state)
    return viewOf(widget, figuresInStates.results[state] || null, now, reader).face
  })
  expect(faces).toEqual(Object.keys(FACES).map((state) => FACES[state]))
})

test.each(['gauge', 'progress', 'donut', 'leaderboard', 'status'])('what fires over a column is said under %s', (kind) => {
  const result = { ...(figuresInStates.results.ok as DataResult), alerts: [{ column: 'n', text: 'Too low' }, { column: 'other', text: 'Elsewhere' }] }
  expect(viewOf(widgetOf(figuresInStates, kind + '-ok'), result, now, reader).note?.text).toBe('Too low')
})

const ODD: DataResult['rows'][] = [
  [[null, null, null]], [['One', 1, 2]], [['A', 9.9e14, 1e15], ['B', 3, -4.2e12]], [['A', '12345678901234567890', 1]], [['A', -1, -2], ['B', -3, 0]],
  Array.from({ length: 200 }, (_, i) => ['A name that goes on and on ' + i, i - 50, i]),
]
test.each(ODD.map((rows, i) => [i, rows] as const))('odd rows %i break no kind', (_, rows) => {
  figuresInStates.document.widgets.filter((widget) => widget.query === 'ok').forEach((widget: Widget) => {
    for (const [width, height] of [[600, 400], [90, 40]] as const) {
      const el = box(width, height)
      mountWidget(el, widget, light, 'de-DE').update({ ...(figuresInStates.results.ok as DataResult), rows }, now)
      expect(el.innerHTML).not.toMatch(/NaN|undefined|Infinity/)
    }
  })
})

test('the ends of a scale and its target are told with the digits they have', () => {
  const widget = { ...widgetOf(allFigures, 'gauge'), options: { value: 'uptime', low: -1.25, high: 1000, target: 99.5 } } as Widget
  const el = box()
  mountWidget(el, widget, light, 'en-GB').update(allFigures.results.one as DataResult, now)
  expect(said(el)).toBe('Uptime: 87.4, on a scale from −1.25 to 1,000, target 99.5.')
})

test('tiles of a row are never wider together than their box', () => {
  const widths = [601, 599, 333].map((width) => Array.from(drawn('status', {}, width, 400).querySelectorAll<HTMLElement>('.ow-tile')).map((one) => parseFloat(one.style.width)))
  expect(widths.map((all) => all.every((one) => one === Math.floor(one)))).toEqual([true, true, true])
  expect((widths[2] as number[]).slice(0, 2).reduce((sum, one) => sum + one, 0)).toBeLessThan(333)
})
