import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { emptyDocument, setTitle } from '../model/document'
import { Autosave, type SaveOutcome, type SaveState } from './autosave'
import { browserShelf, type Kept, type Shelf } from './shelf'

const doc = (title: string) => setTitle(emptyDocument(''), title)
const saved = (revision: number): SaveOutcome => ({ kind: 'saved', revision, savedAt: new Date('2026-11-22T12:04:00Z') })

class MemoryShelf implements Shelf {
  kept: Kept | null = null
  keep(kept: Kept) { this.kept = kept }
  take() { return this.kept }
  clear() { this.kept = null }
}

function setUp(...outcomes: (SaveOutcome | Promise<SaveOutcome>)[]) {
  const shelf = new MemoryShelf()
  const states: SaveState['kind'][] = []
  const calls: [number, string][] = []
  const save = (revision: number, document: { title: string }) => {
    calls.push([revision, document.title])
    return Promise.resolve(outcomes.shift() ?? saved(revision + 1))
  }
  const asked: string[] = []
  const takeIn = (base: { title: string }, theirs: { title: string }) => {
    asked.push(`${base.title}/${theirs.title}`)
    return theirs.title === 'beside' ? doc('both') : null
  }
  const autosave = new Autosave({ revision: 1, document: doc(''), takeIn, save, shelf, onState: (state) => states.push(state.kind) })
  return { autosave, shelf, states, calls, asked }
}

beforeEach(() => { vi.useFakeTimers() })
afterEach(() => { vi.useRealTimers() })

describe('autosave', () => {
  it('waits for a pause and sends the newest only', async () => {
    const { autosave, calls, shelf, states } = setUp()
    autosave.change(doc('a'))
    await vi.advanceTimersByTimeAsync(700)
    autosave.change(doc('ab'))
    await vi.advanceTimersByTimeAsync(700)
    expect([calls, autosave.unsaved, shelf.kept?.document.title]).toEqual([[], true, 'ab'])
    await vi.advanceTimersByTimeAsync(100)
    expect([calls, autosave.unsaved, shelf.kept]).toEqual([[[1, 'ab']], false, null])
    expect(states).toEqual(['pending', 'saving', 'saved'])
  })

  it('takes in what somebody else changed beside it, and saves both', async () => {
    const { autosave, calls, asked, states } = setUp({ kind: 'changed', revision: 4, document: doc('beside'), message: 'No.' })
    autosave.change(doc('mine'))
    await vi.advanceTimersByTimeAsync(1000)
    expect([calls, asked]).toEqual([[[1, 'mine'], [4, 'both']], ['/beside']])
    expect(states.slice(-3)).toEqual(['pending', 'saving', 'saved'])
  })

  it('follows a newer draft only while nothing of its own waits', async () => {
    const { autosave, calls, asked } = setUp()
    autosave.change(doc('mine'))
    expect(autosave.isBehind(9)).toBe(false)
    await vi.advanceTimersByTimeAsync(800)
    expect([autosave.isBehind(2), autosave.isBehind(3)]).toEqual([false, true])
    autosave.follow({ revision: 3, document: doc('beside') })
    autosave.change(doc('next'))
    await vi.advanceTimersByTimeAsync(800)
    expect([calls, asked]).toEqual([[[1, 'mine'], [3, 'next']], ['mine/beside']])
  })

  it('has one request in the air and sends what came meanwhile after it', async () => {
    let land: (outcome: SaveOutcome) => void = () => undefined
    const { autosave, calls } = setUp(new Promise((resolve) => { land = resolve }))
    autosave.change(doc('a'))
    await vi.advanceTimersByTimeAsync(800)
    autosave.change(doc('ab'))
    await vi.advanceTimersByTimeAsync(5000)
    expect(calls).toEqual([[1, 'a']])
    land(saved(2))
    await vi.advanceTimersByTimeAsync(800)
    expect(calls).toEqual([[1, 'a'], [2, 'ab']])
  })

  it('tries for ever without a network, ever slower, and keeps the work on the shelf', async () => {
    const { autosave, calls, shelf, states } = setUp(...Array.from({ length: 4 }, (): SaveOutcome => ({ kind: 'unreachable' })))
    autosave.change(doc('a'))
    await vi.advanceTimersByTimeAsync(800)
    expect([states.at(-1), shelf.kept?.document.title]).toEqual(['unreachable', 'a'])
    await vi.advanceTimersByTimeAsync(2000)
    expect(calls.length).toBe(2)
    await vi.advanceTimersByTimeAsync(3999)
    expect(calls.length).toBe(2)
    await vi.advanceTimersByTimeAsync(1)
    expect(calls.length).toBe(3)
    autosave.retry()
    await vi.advanceTimersByTimeAsync(0)
    expect(calls.length).toBe(4)
    await vi.advanceTimersByTimeAsync(60000)
    expect([states.at(-1), shelf.kept, autosave.unsaved]).toEqual(['saved', null, false])
  })

  it('sends the newest after an outage, not what failed first', async () => {
    const { autosave, calls } = setUp({ kind: 'unreachable' })
    autosave.change(doc('a'))
    await vi.advanceTimersByTimeAsync(800)
    autosave.change(doc('ab'))
    await vi.advanceTimersByTimeAsync(3000)
    expect(calls).toEqual([[1, 'a'], [1, 'ab']])
  })

  const conflict = (): SaveOutcome => ({ kind: 'changed', revision: 7, document: doc('theirs'), message: 'Changed.' })

  it('stops at a conflict until somebody decides, and still keeps every edit', async () => {
    const { autosave, calls, shelf } = setUp(conflict())
    autosave.change(doc('mine'))
    await vi.advanceTimersByTimeAsync(800)
    autosave.change(doc('mine too'))
    await vi.advanceTimersByTimeAsync(60000)
    expect([calls.length, autosave.state.kind, shelf.kept?.document.title]).toEqual([1, 'conflict', 'mine too'])
    expect(await autosave.settle()).toBeNull()
  })

  it('can load theirs', async () => {
    const { autosave, calls } = setUp(conflict())
    autosave.change(doc('mine'))
    await vi.advanceTimersByTimeAsync(800)
    expect(autosave.loadTheirs()?.document.title).toBe('theirs')
    expect(autosave.unsaved).toBe(false)
    autosave.change(doc('on top'))
    await vi.advanceTimersByTimeAsync(800)
    expect(calls.at(-1)).toEqual([7, 'on top'])
  })

  it('can keep mine', async () => {
    const { autosave, calls, states } = setUp(conflict())
    autosave.change(doc('mine'))
    await vi.advanceTimersByTimeAsync(800)
    autosave.keepMine()
    await vi.advanceTimersByTimeAsync(0)
    expect([calls.at(-1), states.at(-1)]).toEqual([[7, 'mine'], 'saved'])
  })

  it('recognizes its own work when only the answer was lost', async () => {
    const { autosave, states } = setUp({ kind: 'unreachable' }, { kind: 'changed', revision: 2, document: doc('mine'), message: '' })
    autosave.change(doc('mine'))
    await vi.advanceTimersByTimeAsync(2800)
    expect(states.at(-1)).toBe('saved')
  })

  it('does not repeat an invalid draft, and sends the mended one', async () => {
    const { autosave, calls, states } = setUp({ kind: 'invalid', message: 'No.', fields: [] })
    autosave.change(doc(''))
    await vi.advanceTimersByTimeAsync(60000)
    expect([calls.length, states.at(-1), autosave.unsaved]).toEqual([1, 'invalid', true])
    autosave.change(doc('mended'))
    await vi.advanceTimersByTimeAsync(800)
    expect([calls.length, states.at(-1)]).toEqual([2, 'saved'])
  })

  it('settles before publishing', async () => {
    const { autosave } = setUp()
    autosave.change(doc('a'))
    expect(await autosave.settle()).toBe(2)
    expect(await autosave.settle()).toBe(2)
  })

  it('does not settle what cannot be saved', async () => {
    const { autosave } = setUp({ kind: 'unreachable' })
    autosave.change(doc('a'))
    expect(await autosave.settle()).toBeNull()
  })

  it('asks before older work from the shelf replaces newer work', async () => {
    const { autosave, calls, shelf } = setUp()
    autosave.change(doc('mine'))
    autosave.dispute({ revision: 0, document: doc('mine') }, { revision: 4, document: doc('theirs') }, 'Older.')
    autosave.change(doc('mine too'))
    await vi.advanceTimersByTimeAsync(60000)
    expect([autosave.state.kind, calls, shelf.kept]).toEqual(['conflict', [], { revision: 0, document: doc('mine too') }])
    autosave.keepMine()
    await vi.advanceTimersByTimeAsync(0)
    expect([autosave.state.kind, calls, shelf.kept]).toEqual(['saved', [[4, 'mine too']], null])
  })
})

describe('the shelf', () => {
  const storage = (): Storage => {
    const map = new Map<string, string>()
    return {
      getItem: (key: string) => map.get(key) ?? null, setItem: (key: string, value: string) => { map.set(key, value) },
      removeItem: (key: string) => { map.delete(key) },
    } as Storage
  }

  it('keeps one person apart from another', () => {
    const one = storage()
    browserShelf(one, 'dsh_1', 'per_1').keep({ revision: 3, document: doc('a') })
    expect(browserShelf(one, 'dsh_1', 'per_2').take()).toBeNull()
    expect(browserShelf(one, 'dsh_1', 'per_1').take()?.document.title).toBe('a')
  })

  it('reads nothing into rubbish', () => {
    const one = storage()
    one.setItem('operant:draft:p:d', '{"revision": "x"}')
    expect(browserShelf(one, 'd', 'p').take()).toBeNull()
    one.setItem('operant:draft:p:d', '{')
    expect(browserShelf(one, 'd', 'p').take()).toBeNull()
  })

  it('survives a storage that refuses', () => {
    const full = { setItem() { throw new Error('full') }, getItem() { throw new Error('no') }, removeItem() { throw new Error('no') } }
    const shelf = browserShelf(full as unknown as Storage, 'd', 'p')
    shelf.keep({ revision: 1, document: doc('a') })
    expect(shelf.take()).toBeNull()
    shelf.clear()
  })
})
