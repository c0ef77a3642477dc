import { beforeEach, describe, expect, it } from 'vitest'
import type { Client, PreviewOutcome } from '../api/client'
import { emptyDocument, widgetOf } from '../model/document'
import type { DashboardDocument, DataResult, Draft, Query } from '../model/types'
import { Editor } from './editor.svelte'
import { Notices } from './notices.svelte'
import { Results } from './results.svelte'
import { fullWall, source } from './wall.fixture'

const result = (...columns: DataResult['columns']): DataResult => ({
  key: 'k', seq: 1, state: 'ok', computed_at: null, refresh_seconds: 60, columns, rows: [[1]], truncated: false, error: null,
})

class Answers {
  asked: string[] = []
  open: ((outcome: PreviewOutcome) => void)[] = []
  preview({ sql }: Query): Promise<PreviewOutcome> {
    this.asked.push(sql)
    return new Promise((resolve) => { this.open.push(resolve) })
  }
}

let answers: Answers
let sent: DashboardDocument[]

function open(document: DashboardDocument, can: Draft['can'] = { edit: true, publish: true }) {
  const draft = { revision: 1, document, published: null, sources: [source], annotations: [], can }
  return new Editor(draft, answers as unknown as Client, new Notices(), (doc) => sent.push(doc))
}

beforeEach(() => { answers = new Answers(); sent = [] })

describe('the editor', () => {
  it('deletes with a way back, and later edits stay', () => {
    const editor = open(fullWall())
    editor.select('w2')
    editor.remove(['w2'])
    expect([widgetOf(editor.document, 'w2'), editor.selected]).toEqual([null, null])
    editor.setTitle('w1', 'Orders')
    editor.notices.list[0]!.act!.run!()
    expect([widgetOf(editor.document, 'w2')?.title, widgetOf(editor.document, 'w1')?.title, editor.selected]).toEqual(['Total amount', 'Orders', 'w2'])
  })

  it('speaks of moves and of walls in the way', () => {
    const editor = open(fullWall())
    editor.nudge(['w1'], 0, 1)
    expect(editor.notices.spoken).toBe('Rows moved to column 1, row 4. Total amount made way.')
    editor.nudge(['w1'], -1, 0)
    expect(editor.notices.spoken).toBe('Rows cannot go further this way.')
    editor.grow(['w1'], 1, 0)
    expect(editor.notices.spoken).toBe('There is no room for Rows there.')
    expect(sent).toHaveLength(1)
  })

  it('takes presses apart and a held key together', () => {
    const editor = open({ ...emptyDocument('T'), widgets: fullWall().widgets.slice(0, 1) })
    for (let press = 0; press < 3; press++) editor.nudge(['w1'], 1, 0)
    editor.undo()
    expect(widgetOf(editor.document, 'w1')?.x).toBe(2)
    for (let press = 0; press < 3; press++) editor.nudge(['w1'], 1, 0, true)
    editor.undo()
    expect(widgetOf(editor.document, 'w1')?.x).toBe(2)
  })

  it('rules what is good, and undo takes it back', () => {
    const editor = open(fullWall())
    const before = editor.document
    const rules = [{ when: 'below' as const, value: 7, role: 'bad' as const }]
    editor.setKind('w2', 'gauge')
    editor.setOptions('w2', { rules })
    expect([editor.widget?.kind, widgetOf(editor.document, 'w2')!.options]).toEqual([undefined, { value: '', low: 0, high: 100, rules }])
    editor.undo()
    editor.undo()
    expect(editor.document).toEqual(before)
  })

  it('moves, copies and deletes several as one step, and undo brings each back', () => {
    const two = fullWall().widgets.slice(0, 2)
    const editor = open({ ...fullWall(), widgets: two })
    editor.selectAll()
    expect([editor.selection.ids, editor.widget, editor.notices.spoken]).toEqual([['w1', 'w2'], null, '2 widgets selected.'])
    editor.nudge(editor.selection.ids, 1, 0)
    editor.duplicate(editor.selection.ids)
    expect(editor.selection.ids).toEqual(['w3', 'w4'])
    editor.remove(['w1', 'w2', 'w3'])
    expect([editor.document.widgets.map((one) => one.id), editor.selection.ids]).toEqual([['w4'], ['w4']])
    editor.setTitle('w4', 'Kept')
    editor.notices.list[0]!.act!.run!()
    expect(editor.selection.ids).toEqual(['w1', 'w2', 'w3'])
    expect(editor.document.widgets.map(({ id, x, y }) => `${id} ${x} ${y}`)).toEqual(['w4 7 3', 'w1 1 0', 'w2 1 3', 'w3 7 0'])
    for (let back = 0; back < 5; back++) editor.undo()
    expect(editor.document.widgets).toEqual(two)
    for (let again = 0; again < 5; again++) editor.redo()
    expect(editor.document.widgets).toHaveLength(4)
  })

  it('brings widgets into line, or says that they have no room', () => {
    const editor = open({ ...fullWall(), widgets: fullWall().widgets.slice(0, 3) })
    editor.align(['w1', 'w3'], 'left')
    expect([editor.notices.list[0]!.text, sent]).toEqual(['There is no room: they would lie on each other, or reach over the edge.', []])
    editor.align(['w1', 'w2'], 'left')
    expect(editor.notices.list[0]!.text).toBe('They are in line already.')
    editor.nudge(['w2'], 0, 8)
    editor.nudge(['w2'], 9, 0)
    editor.align(['w1', 'w2'], 'right')
    expect(editor.notices.spoken).toBe('2 widgets moved. Total amount by month made way.')
  })

  it('says when the wall is full and changes nothing', () => {
    const editor = open(fullWall())
    expect(editor.duplicate(['w1'])).toBeNull()
    expect([sent, editor.notices.list[0]?.text]).toEqual([[], 'The wall has no room for them. Make widgets smaller or delete some, then try again.'])
  })

  it('makes room on a full wall once, and says so', () => {
    const editor = open(fullWall())
    expect(editor.add('bar', null)).toBe('w6')
    expect(editor.document.grid).toEqual({ columns: 24, rows: 18 })
    expect(editor.notices.list[0]?.text).toBe('Bar added. The wall was full: it has 4 more rows now, so each widget is a little lower.')
    while (editor.add('table', null));
    expect(editor.document.grid.rows).toBe(18)
  })

  it('changes nothing for those who may only look', () => {
    const editor = open(fullWall(), { edit: false, publish: false })
    editor.remove(['w1'])
    editor.nudge(['w1'], 1, 0)
    editor.setTitle('w1', 'Mine')
    expect(sent).toEqual([])
  })

  it('keeps both documents of a conflict within reach', () => {
    const mine = fullWall()
    const editor = open(mine)
    const theirs = emptyDocument('Theirs')
    editor.remember(theirs)
    expect(editor.document).toBe(mine)
    editor.undo()
    expect(editor.document).toBe(theirs)
    editor.redo()
    editor.adopt(theirs)
    editor.undo()
    expect(editor.document).toBe(mine)
  })
})

describe('results', () => {
  const query: Query = { id: 'q1', name: 'Q', source: 'src_1', sql: 'select 1', refresh_seconds: 60 }
  const settle = () => new Promise((resolve) => { setTimeout(resolve) })

  it('asks two at a time and never twice', async () => {
    const editor = open(fullWall())
    editor.results.runMissing(editor.document)
    editor.results.runMissing(editor.document)
    expect(answers.asked).toHaveLength(2)
    while (answers.open.length > 0) {
      answers.open.shift()!({ kind: 'ok', result: result({ name: 'a', type: 'integer' }), along: [] })
      await settle()
    }
    expect(answers.asked).toHaveLength(5)
  })

  it('keeps the last good rows when a run fails', async () => {
    const results = new Results(answers as unknown as Client, () => [])
    const first = results.run(query)
    answers.open.shift()!({ kind: 'ok', result: result({ name: 'a', type: 'integer' }), along: [] })
    await first
    const broken = { ...query, sql: 'selct' }
    expect([results.isChanged(broken), results.dataFor(broken)?.state]).toEqual([true, 'ok'])
    const second = results.run(broken)
    answers.open.shift()!({ kind: 'failed', message: 'No.', line: 1, column: 1, step: 0, along: [] })
    await second
    expect(results.dataFor(broken)).toMatchObject({ state: 'failed', error: 'No.', rows: [[1]] })
    expect(results.dataFor(query)?.state).toBe('ok')
  })
})
