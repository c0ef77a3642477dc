import { describe, expect, it } from 'vitest'
import { addWidget, changeKind, changeQueryOf, emptyDocument } from './document'
import { columnsOf, problemOf } from './problems'
import { begunRule, rewhen } from './rules'
import type { Column, Kind, Widget } from './types'

const COLUMNS: Column[] = [{ name: 'shop', type: 'text' }, { name: 'parcels', type: 'integer' }, { name: 'before', type: 'integer' }]

function made(kind: Kind) {
  const { document, id } = addWidget(emptyDocument('D'), kind, { title: 'T', query: 'q1' }, COLUMNS)!
  const as = (next: Kind, from = document) => changeKind(from, id, next, COLUMNS).widgets[0]!.options
  return { document, id, widget: document.widgets[0]!, as }
}

const given = (widget: Widget, options: object) => ({ ...emptyDocument('D'), widgets: [{ ...widget, options: { ...widget.options, ...options } } as Widget] })

describe('a new widget', () => {
  it.each([
    ['gauge', { value: 'parcels', low: 0, high: 100 }],
    ['progress', { value: 'parcels', target: 100 }],
    ['donut', { names: 'shop', value: 'parcels', hole: true }],
    ['leaderboard', { names: 'shop', value: 'parcels', compare: null, goal: 'none', order: 'highest', rows: 10 }],
    ['status', { names: 'shop', value: 'parcels' }],
  ] as const)('%s shows what the result has', (kind, options) => expect(made(kind).widget.options).toEqual(options))

  it('names the columns that it reads', () => {
    const { widget } = made('leaderboard')
    expect(columnsOf({ ...widget, options: { ...widget.options, compare: 'before' } } as Widget)).toEqual(['shop', 'parcels', 'before'])
  })

  it('says that a target is missing', () => {
    const { widget } = made('progress')
    const doc = { ...given(widget, { target: null }), queries: [{ id: 'q1', name: 'Q', source: '', sql: '', refresh_seconds: 60 }] }
    expect(problemOf(doc, doc.widgets[0]!, () => ({ columns: COLUMNS }))).toBe('No target is set yet.')
  })
})

describe('another kind for the same widget', () => {
  const rules = [{ when: 'below' as const, value: 7, role: 'bad' as const }]

  it('keeps names, figure, target and rules', () => {
    const { widget, as } = made('bar')
    const doc = given(widget, { target: 9, rules })
    expect(as('gauge', doc)).toMatchObject({ value: 'parcels', target: 9, rules })
    expect(as('leaderboard', doc)).toMatchObject({ names: 'shop', value: 'parcels', rules })
    expect(as('donut', doc)).toEqual({ names: 'shop', value: 'parcels', hole: true })
  })

  it('leaves rules about a share and about words where they mean something', () => {
    const progress = made('progress')
    expect(progress.as('gauge', given(progress.widget, { rules }))).not.toHaveProperty('rules')
    const status = made('status')
    const words = [{ when: 'is' as const, value: 'down', role: 'bad' as const }]
    expect(status.as('leaderboard', given(status.widget, { rules: [...words, ...rules] }))).toMatchObject({ rules })
  })
})

it('another query keeps what was chosen for the kind', () => {
  const { widget } = made('gauge')
  const doc = given(widget, { low: 20, high: 40, target: 30 })
  expect(changeQueryOf(doc, widget.id, 'q2', [{ name: 'rows', type: 'float' }]).widgets[0]!.options).toEqual(
    { value: 'rows', low: 20, high: 40, target: 30 },
  )
})

describe('rules', () => {
  it('begin with a role that none has yet, and near the last one', () => {
    const first = begunRule([], { words: false, percent: true })
    expect([first, begunRule([first], { words: false, percent: true })]).toEqual([
      { when: 'at_least', value: 0.9, role: 'good' }, { when: 'below', value: 0.9, role: 'bad' },
    ])
    expect(begunRule([{ when: 'is', value: 'ok', role: 'good' }], { words: true, percent: false })).toEqual({ when: 'is', value: 'bad', role: 'bad' })
  })

  it('keep what they can when their condition changes', () => {
    expect(rewhen({ when: 'below', value: 7, role: 'bad', label: 'Low' }, 'is')).toEqual({ when: 'is', value: '7', role: 'bad', label: 'Low' })
    expect(rewhen({ when: 'is', value: 'down', role: 'bad' }, 'at_least')).toEqual({ when: 'at_least', value: 0, role: 'bad' })
  })
})
