import { describe, expect, it } from 'vitest'
import { fullWall } from '../state/wall.fixture'
import { changeOptions, changeQuery, changeWidget, emptyDocument, removeWidget, setTitle } from './document'
import { overlaps } from './grid'
import { begin, commit, rebase, undo } from './history'
import { merge } from './merge'
import type { DashboardDocument, Widget } from './types'

const base = { ...fullWall(), widgets: fullWall().widgets.slice(0, 3) }
const noted = (doc: DashboardDocument, title: string): DashboardDocument => ({
  ...doc, widgets: [...doc.widgets, { id: 'w9', kind: 'text', title, query: null, x: 0, y: 8, w: 8, h: 3, options: { text: title } } as Widget],
})

describe('two editors', () => {
  it('keep what each changed, also of one widget', () => {
    const mine = changeWidget(setTitle(base, 'Mine'), 'w1', { title: 'Rows now' })
    const theirs = changeWidget(changeQuery(removeWidget(base, 'w3'), 'q2', { sql: 'select 9' }), 'w1', { x: 12, y: 8 })
    const { document, clashes } = merge(base, mine, theirs)
    expect(clashes).toEqual([])
    expect(document.title).toBe('Mine')
    expect(document.queries[1]!.sql).toBe('select 9')
    expect(document.widgets.map(({ id, title, x, y }) => [id, title, x, y])).toEqual([['w1', 'Rows now', 12, 8], ['w2', 'Total amount', 0, 3]])
  })

  it('that both add a widget, under one id and at one place, have two', () => {
    const { document, clashes } = merge(base, noted(base, 'Mine'), noted(base, 'Theirs'))
    expect(clashes).toEqual([])
    expect(document.widgets.slice(3).map(({ id, title }) => [id, title])).toEqual([['w9', 'Theirs'], ['w10', 'Mine']])
    expect(document.widgets.filter((a, i) => document.widgets.slice(i + 1).some((b) => overlaps(a, b)))).toEqual([])
  })

  it('that change the same are told what it is', () => {
    const mine = changeWidget(changeQuery(setTitle(base, 'A'), 'q1', { sql: 'a' }), 'w2', { title: 'A' })
    const theirs = removeWidget(changeQuery(setTitle(base, 'B'), 'q1', { sql: 'b' }), 'w2')
    expect(merge(base, mine, theirs).clashes).toEqual(['the title', 'the query “Rows”', '“A”'])
    expect(merge(base, changeOptions(base, 'w1', { format: 'number' }), changeOptions(base, 'w1', { format: 'percent' })).clashes).toEqual(['“Rows”'])
  })

  it('keep the query that a new variable offers, and are told of a variable that a query lost', () => {
    const region = (query: string) => ({ name: 'region', label: '', type: 'text' as const, default: null, choices_from: { query, column: 'a' } })
    const added = (name: string) => ({ ...base.queries[0]!, id: 'q90', name, sql: name })
    const mine = { ...base, queries: [...base.queries, added('mine')], variables: [region('q90')] }
    const { document, clashes } = merge(base, mine, { ...base, queries: [...base.queries, added('theirs')] })
    const named = (name: string) => document.queries.find((one) => one.name === name)!.id
    expect([clashes, named('theirs'), document.variables]).toEqual([[], 'q90', [region(named('mine'))]])
    const [had, takes] = [{ ...base, variables: [region('q2')] }, [{ name: 'where', type: 'variable' as const, variable: 'region' }]]
    const taking = { ...had, queries: had.queries.map((one) => one.id === 'q1' ? { ...one, parameters: takes } : one) }
    expect(merge(had, { ...had, variables: [] }, taking).clashes).toEqual(['the variable “region”'])
    const without = { ...base, queries: base.queries.filter(({ id }) => id !== 'q4') }
    expect(merge(base, { ...base, variables: [region('q4')] }, without).document.queries.map(({ id }) => id)).toContain('q4')
  })

  it('keep a query that one deleted and the other shows anew', () => {
    const empty = { ...emptyDocument('T'), queries: base.queries.slice(0, 1) }
    const mine = { ...empty, widgets: [{ ...base.widgets[0]! }] }
    expect(merge(empty, mine, { ...empty, queries: [] }).document.queries.map((one) => one.id)).toEqual(['q1'])
  })
})

it('brings their change into every step of the history, and ends it where it cannot', () => {
  const history = commit(commit(begin(1), 2, null, 0), 3, null, 0)
  expect(rebase(history, 30, (state) => state * 10)).toMatchObject({ past: [10, 20], present: 30 })
  expect(undo(rebase(history, 30, (state) => state === 1 ? null : state * 10))).toMatchObject({ past: [], present: 20, future: [30] })
})
