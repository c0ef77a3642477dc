import { afterEach, expect, test } from 'vitest'
import type { DataResult, TableWidget, Widget } from '../../wire'
import { paintDashboard } from '../dashboard'
import { viewOf } from '../state'
import { dark, light } from '../theme'
import { mountWidget } from '../widget'
import { allStates, box, chartShapes, companyPulse, fixtures, widgetOf } from './cast'

const now = Date.parse(companyPulse.now)
const reader = { theme: light, locale: 'en-GB', timeZone: 'Europe/Berlin' }

afterEach(() => {
  document.body.innerHTML = ''
})

test.each(fixtures.map((fixture) => [fixture.name, fixture] as const))('%s is painted whole in both themes', (_, fixture) => {
  for (const theme of [light, dark]) {
    const root = box(1920, 1080)
    const painted = paintDashboard(root, fixture.document, { theme, locale: fixture.locale, timeZone: fixture.time_zone })
    painted.setData(fixture.results, now)
    expect([painted.paintedWidgets(), painted.errors]).toEqual([fixture.document.widgets.length, []])
    expect(root.innerHTML).not.toMatch(/NaN|undefined|Infinity/)
    painted.destroy()
    expect(root.innerHTML).toBe('')
  }
})

test('a number is drawn with its change', () => {
  const el = box()
  mountWidget(el, widgetOf(companyPulse, 'w1'), light, 'en-GB').update(companyPulse.results.q1 as DataResult, now)
  expect(el.querySelector('.ow-value')?.textContent).toBe('€482,310')
  expect(el.querySelector('.ow-by')?.textContent).toBe('+12%')
  expect(el.querySelector('.ow-body')?.getAttribute('aria-label')).toBe('Revenue this month: €482,310, up 12% from €431,204.')
})

test('new figures change the elements that are there', () => {
  const el = box()
  const widget = widgetOf(companyPulse, 'w5')
  const mounted = mountWidget(el, widget, light, 'en-GB')
  const result = companyPulse.results.q2 as DataResult
  mounted.update(result, now)
  const before = Array.from(el.querySelectorAll('.ow-plot path, .ow-plot text'))
  const shape = before[0]?.getAttribute('d')
  const rows = result.rows.map((row) => [row[0] as string, Number(row[1]) * 1.01, Number(row[2])])
  mounted.update({ ...result, seq: 2, rows }, now)
  const after = Array.from(el.querySelectorAll('.ow-plot path, .ow-plot text'))
  expect(after.length).toBe(before.length)
  expect(after.every((element, i) => element === before[i])).toBe(true)
  expect(after[0]?.getAttribute('d')).not.toBe(shape)
})

test('two hundred refreshes leave as many elements as one', () => {
  const el = box()
  const mounted = mountWidget(el, widgetOf(companyPulse, 'w6'), light, 'en-GB')
  const result = companyPulse.results.q3 as DataResult
  mounted.update(result, now)
  const count = el.getElementsByTagName('*').length
  for (let seq = 2; seq < 200; seq++) mounted.update({ ...result, seq }, now)
  expect(el.getElementsByTagName('*').length).toBe(count)
})

test('a table shows what fits and counts the rest', () => {
  const el = box(600, 300)
  mountWidget(el, widgetOf(companyPulse, 'w7'), light, 'en-GB', { base: () => 24 }).update(companyPulse.results.q4 as DataResult, now)
  const shown = el.querySelectorAll('tbody tr').length
  expect(shown).toBeGreaterThan(1)
  expect(el.querySelector('.ow-more')?.textContent).toBe('At least ' + (12 - shown) + ' more')
})

test('a cut result does not pretend to know how many rows there are', () => {
  const el = box(600, 300)
  const result = { ...(companyPulse.results.q4 as DataResult), truncated: true }
  mountWidget(el, widgetOf(companyPulse, 'w7'), light, 'en-GB', { base: () => 24 }).update(result, now)
  expect(el.querySelector('.ow-more')?.textContent).toBe('At least ' + (13 - el.querySelectorAll('tbody tr').length) + ' more')
})

test('charts carry a table for readers, and screens none', () => {
  const el = box()
  mountWidget(el, widgetOf(chartShapes, 'c1'), light, 'de-DE').update(chartShapes.results.q1 as DataResult, now)
  expect(el.querySelectorAll('.ow-hidden tbody tr').length).toBe(4)
  const wall = box()
  mountWidget(wall, widgetOf(chartShapes, 'c1'), light, 'de-DE', { readers: false }).update(chartShapes.results.q1 as DataResult, now)
  expect(wall.querySelector('.ow-hidden')).toBeNull()
})

test('markup in data stays text', () => {
  const el = box()
  const result = companyPulse.results.q3 as DataResult
  mountWidget(el, widgetOf(companyPulse, 'w6'), light, 'en-GB').update({ ...result, rows: [['<img src=x>', 5]] }, now)
  expect(el.querySelector('img')).toBeNull()
})

const views: [string, string, string, string][] = [
  ['number-ok', 'ok', '', ''],
  ['bar-loading', 'loading', '', ''],
  ['table-empty', 'empty', 'The query returned no rows.', ''],
  ['line-stale', 'ok', '', '24 minutes old'],
  ['line-kept', 'ok', '', 'From 09:14. The table “orders” no longer exists.'],
  ['number-failed', 'failed', 'The query took longer than 30 seconds and was stopped.', ''],
  ['number-forbidden', 'forbidden', 'This screen may not see this data.', ''],
  ['bar-missing', 'misconfigured', 'The result has no column “n”.', ''],
  ['text-3', 'empty', 'No text yet.', ''],
]

const SHOWN = [['w1', 'revenue'], ['w1', 'revenue_before'], ['w5', 'This year'], ['w6', 'orders'], ['w7', 'amount']] as const

test('what fires stands under the figures of every widget that shows its column', () => {
  const text = 'Revenue is low: 12, below 20'
  const firing = (column: string, id: string) => {
    const widget = widgetOf(companyPulse, id)
    return viewOf(widget, { ...(companyPulse.results[widget.query as string] as DataResult), alerts: [{ column, text }] }, now, reader).note
  }
  const note = { tone: 'alert', text, short: text }
  expect(SHOWN.map(([id, column]) => firing(column, id))).toEqual(SHOWN.map(() => note))
  expect(SHOWN.map(([id]) => firing('elsewhere', id))).toEqual(SHOWN.map(() => null))
  expect(SHOWN.map(([id]) => firing('', id))).toEqual(SHOWN.map(() => note))
})

test('a table without columns of its own carries all that fires, and two are told in one line', () => {
  const widget = widgetOf(companyPulse, 'w7') as TableWidget
  const alerts = [{ column: 'any', text: 'One' }, { column: '', text: 'Two' }]
  const result = { ...(companyPulse.results[widget.query as string] as DataResult), alerts }
  const whole: TableWidget = { ...widget, options: { ...widget.options, columns: [] } }
  expect([viewOf(whole, result, now, reader).note?.text, viewOf(widget, result, now, reader).note?.text]).toEqual(['One; Two', 'Two'])
})

test('what fires is drawn, said, and goes again', () => {
  const fresh = { ...(companyPulse.results.q1 as DataResult), alerts: [{ column: '', text: 'Revenue is low: 12, below 20' }] }
  const late = viewOf(widgetOf(companyPulse, 'w1'), fresh, now + 3600000, reader).note
  expect(late).toEqual({
    tone: 'alert', text: 'Revenue is low: 12, below 20 · 1 hour old', short: '1 hour old · Revenue is low: 12, below 20',
  })
  const el = box()
  const mounted = mountWidget(el, widgetOf(companyPulse, 'w1'), dark, 'en-GB')
  mounted.update(fresh, now)
  expect(el.querySelector('.ow-note-text')?.textContent).toBe('Revenue is low: 12, below 20')
  expect(el.querySelector('.ow-body')?.getAttribute('aria-label')).toMatch(/below 20$/)
  mounted.update(companyPulse.results.q1 as DataResult, now)
  expect((el.querySelector('.ow-note') as HTMLElement).style.display).toBe('none')
})

test.each(views)('%s shows %s', (id, face, sentence, note) => {
  const widget = widgetOf(allStates, id)
  const view = viewOf(widget, (widget.query && allStates.results[widget.query]) || null, now, reader)
  expect([view.face, view.sentence, view.note ? view.note.text : '']).toEqual([face, sentence, note])
})

test('a column of words is no figure', () => {
  const widget = { ...widgetOf(companyPulse, 'w6'), options: { x: 'orders', y: ['depot'] } } as Widget
  expect(viewOf(widget, companyPulse.results.q3 as DataResult, now, reader).sentence).toBe('The column “depot” holds no figures.')
})

test('a kind from a newer server is named, not guessed', () => {
  const widget = { ...widgetOf(companyPulse, 'w6'), kind: 'hologram' } as unknown as Widget
  expect(viewOf(widget, null, now, reader).sentence).toBe('This screen does not know the widget kind “hologram” yet.')
})

test('one broken widget leaves the others on the wall', () => {
  const broken = { ...companyPulse.document, widgets: companyPulse.document.widgets.map((w, i) => (i === 6 ? { ...w, options: null } : w)) }
  const painted = paintDashboard(box(1920, 1080), broken as never, { theme: light, locale: 'en-GB' })
  painted.setData(companyPulse.results, now)
  expect([painted.paintedWidgets(), painted.errors.map((error) => error.widget)]).toEqual([8, ['w7']])
})
