import { describe, expect, it } from 'vitest'
import { begin, commit, redo, undo } from './history'

describe('history', () => {
  it('goes back and forth without limit', () => {
    let history = begin(0)
    for (let n = 1; n <= 500; n++) history = commit(history, n, null, n)
    for (let n = 0; n < 500; n++) history = undo(history)
    expect(history.present).toBe(0)
    expect(undo(history)).toBe(history)
    for (let n = 0; n < 500; n++) history = redo(history)
    expect(history.present).toBe(500)
    expect(redo(history)).toBe(history)
  })

  it('takes one stroke of typing as one step', () => {
    let history = begin('')
    history = commit(history, 'R', 'title:w1', 0)
    history = commit(history, 'Re', 'title:w1', 400)
    history = commit(history, 'Rev', 'title:w1', 800)
    expect(undo(history).present).toBe('')
  })

  it('starts a new step after a pause, at another field, and after an undo', () => {
    let history = commit(begin(''), 'a', 'title:w1', 0)
    expect(undo(commit(history, 'b', 'title:w1', 5000)).present).toBe('a')
    expect(undo(commit(history, 'b', 'title:w2', 10)).present).toBe('a')
    history = undo(commit(history, 'b', 'title:w2', 10))
    expect(undo(commit(history, 'c', 'title:w1', 20)).present).toBe('a')
  })

  it('forgets the future when something new is done', () => {
    const history = commit(undo(commit(begin(1), 2, null, 0)), 3, null, 1)
    expect(history.future).toEqual([])
    expect(undo(history).present).toBe(1)
  })

  it('keeps nothing when nothing changed', () => {
    const history = begin(1)
    expect(commit(history, 1, null, 0)).toBe(history)
  })
})
