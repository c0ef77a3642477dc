import { expect, test } from 'vitest'
import type { BarWidget, DataResult, LineWidget } from '../../wire'
import type { Bars } from '../bar'
import { happenedBeside, happenedIn, happenedOn } from '../happened'
import { light } from '../theme'
import { mountWidget } from '../widget'
import { box } from './cast'

const result: DataResult = {
  key: 'k', seq: 1, state: 'ok', computed_at: null, refresh_seconds: 60, truncated: false, error: null,
  columns: [{ name: 'day', type: 'date' }, { name: 'sold', type: 'integer' }],
  rows: [['2026-11-01', 3], ['2026-11-10', 5], ['2026-11-20', 4]],
}
const widget: LineWidget = {
  id: 'w1', kind: 'line', title: 'Sold', query: 'q1', x: 0, y: 0, w: 12, h: 6, options: { x: 'day', y: ['sold'] },
}
const annotations = [
  { at: '2026-11-12T08:00:00Z', text: 'Version 8 went out', tag: 'deploy' },
  { at: '2026-11-05T00:00:00Z', text: 'Power cut', tag: '' },
  { at: '2026-10-01T00:00:00Z', text: 'Long ago', tag: '' },
]

test('what happened stands as lines with texts, and is told', () => {
  const el = box()
  mountWidget(el, widget, light, 'en-GB', { timeZone: 'Europe/Berlin', annotations }).update(result, 0)
  expect(el.querySelectorAll('line[stroke-dasharray]').length).toBe(2)
  const texts = Array.from(el.querySelectorAll('.ow-plot text')).map((one) => one.textContent)
  expect(texts.slice(-2)).toEqual(['Power cut', 'Version 8 we…'])
  expect(el.querySelector('.ow-body')?.getAttribute('aria-label')).toContain(
    'Noted on 5 Nov 2026: Power cut; 12 Nov 2026: Version 8 went out #deploy.',
  )
  mountWidget(el, widget, light, 'en-GB').update(result, 0)
})

test('what happened after the last reading began stands at the end, and not for longer than a reading lasts', () => {
  const months = ['2026-10-01', '2026-11-01'].map((one) => Date.parse(one + 'T00:00:00Z'))
  const noted = ['2026-11-23T10:00:00Z', '2026-12-05T10:00:00Z'].map((at) => ({ at, text: at.slice(0, 10), tag: '' }))
  const reader = { theme: light, locale: 'en-GB', timeZone: 'UTC', annotations: noted }
  expect(happenedIn({ kind: 'time', at: months, zoned: false }, months, reader)).toEqual(
    [{ at: months[1], when: Date.parse('2026-11-23T10:00:00Z'), text: '2026-11-23' }],
  )
})

test('an instant stands where the wall clock showed it, and only on charts over time', () => {
  const reader = { theme: light, locale: 'en-GB', timeZone: 'Europe/Berlin', annotations }
  const range = [0, Date.parse('2027-01-01T00:00:00Z')]
  const places = (zoned: boolean) => happenedIn({ kind: 'time', at: [], zoned }, range, reader).map((one) => new Date(one.at).toISOString().slice(5, 16))
  expect(places(true)).toEqual(['10-01T00:00', '11-05T00:00', '11-12T08:00'])
  expect(places(false)).toEqual(['10-01T02:00', '11-05T01:00', '11-12T09:00'])
  expect(happenedIn({ kind: 'order', at: [], zoned: false }, range, reader)).toEqual([])
})

test('lying bars that begin with the newest show it too, from the newest on', () => {
  const el = box()
  const bars = { ...widget, kind: 'bar', options: { x: 'day', y: ['sold'], horizontal: true } } as unknown as BarWidget
  const down = { ...result, rows: result.rows.slice().reverse() }
  const noted = [...annotations, { at: '2026-11-25T00:00:00Z', text: 'Since the last', tag: '' }]
  mountWidget(el, bars, light, 'en-GB', { timeZone: 'Europe/Berlin', annotations: noted }).update(down, 0)
  const lines = Array.from(el.querySelectorAll('line[stroke-dasharray]'))
  const room = Math.max(...lines.map((line) => Number(line.getAttribute('y1')))) / 2.5
  expect(lines.map((line) => Math.floor(Number(line.getAttribute('y1')) / room))).toEqual([0, 1, 2])
  expect(happenedOn({ result: down, options: bars.options, reader: { theme: light, locale: 'en-GB', timeZone: 'UTC', annotations: noted } } as unknown as Bars, 0, 3, 0, 100)
    .map((one) => [Math.round(one.at), one.text])).toEqual([[50, 'Since the last'], [177, 'Version 8 went out #deploy'], [256, 'Power cut']])
})

test('bars over time show what happened within their period', () => {
  const el = box()
  const bars = { ...widget, kind: 'bar', options: { x: 'day', y: ['sold'] } } as unknown as BarWidget
  mountWidget(el, bars, light, 'en-GB', { timeZone: 'Europe/Berlin', annotations }).update(result, 0)
  const lines = Array.from(el.querySelectorAll('line[stroke-dasharray]')).map((line) => Number(line.getAttribute('x1')))
  const room = 600 / 3
  expect(lines.map((x) => Math.floor(x / room))).toEqual([0, 1])
  expect(el.querySelector('.ow-body')?.getAttribute('aria-label')).toContain('Noted on 5 Nov 2026: Power cut; 12 Nov 2026: Version 8 went out #deploy.')
})

test('bars in no order of time have no place for it', () => {
  const el = box()
  const bars = { ...widget, kind: 'bar', options: { x: 'day', y: ['sold'] } } as unknown as BarWidget
  mountWidget(el, bars, light, 'en-GB', { annotations }).update({ ...result, rows: [1, 0, 2].map((row) => result.rows[row]!) }, 0)
  expect(el.querySelectorAll('line[stroke-dasharray]').length).toBe(0)
})

test('lying bars over time show it across, each within its period, and their figures stay readable', () => {
  const el = box()
  const bars = { ...widget, kind: 'bar', options: { x: 'day', y: ['sold'], horizontal: true } } as unknown as BarWidget
  mountWidget(el, bars, light, 'en-GB', { timeZone: 'Europe/Berlin', annotations }).update(result, 0)
  const lines = Array.from(el.querySelectorAll('line[stroke-dasharray]')).map((line) => ['y1', 'y2'].map((name) => Number(line.getAttribute(name))))
  const height = Number(el.querySelector('.ow-plot')?.getAttribute('height'))
  expect(lines.map(([from, to]) => [from === to, Math.floor((from as number) / (height / 3))])).toEqual([[true, 0], [true, 1]])
  const texts = Array.from(el.querySelectorAll('.ow-plot text')).map((one) => one.textContent)
  expect(texts.slice(-2)).toEqual(['Power cut', 'Version 8 went out #deploy'])
  mountWidget(box(), bars, light, 'en-GB', { annotations }).update({ ...result, rows: result.rows.slice().reverse() }, 0)
})

test('texts beside lying bars give way to figures and to each other', () => {
  const area = { left: 100, right: 500, top: 0, bottom: 300 }
  const figure = (x: number, y: number) => ({ x, y, text: '1,234', weight: 600 })
  const all = [{ at: 50, when: 1, text: 'Power cut' }, { at: 55, when: 2, text: 'Too near' }, { at: 150, when: 3, text: 'Power cut' }]
  const found = happenedBeside(all, [figure(120, 50), figure(540, 150)], area, 600, 16, 'black')
  expect(found.map(({ x, y, text, anchor }) => [x, y, text, anchor])).toEqual([[600, 50, 'Power cut', 'end'], [106.4, 150, 'Power cut', 'start']])
})

test.each([['line', { area: true }], ['line', { area: true, stacked: true }], ['bar', {}], ['bar', { stacked: true }], ['bar', { horizontal: true, stacked: true }]])(
  '%s %o: no area and no bar hides it', (kind, more) => {
    const el = box()
    const both = { ...result, columns: [...result.columns, { name: 'more', type: 'integer' as const }], rows: result.rows.map((row) => [...row, 2]) }
    mountWidget(el, { ...widget, kind, options: { x: 'day', y: ['sold', 'more'], ...more } } as LineWidget, light, 'en-GB', { annotations }).update(both, 0)
    const layers = Array.from(el.querySelectorAll('.ow-plot > g'))
    const of = (selector: string) => layers.filter((layer) => layer.querySelector(selector)).map((layer) => layers.indexOf(layer))
    const [noted] = of('line[stroke-dasharray="3 3"]')
    expect(Math.max(...of('path[fill-opacity]'), ...of('rect:not([rx])'), -1) < (noted as number)).toBe(true)
  },
)
