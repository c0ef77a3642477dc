/** Undo without limit for one session. States are immutable, so keeping them all is cheap. */

export interface History<T> {
  readonly past: readonly T[]
  readonly present: T
  readonly future: readonly T[]
  /** Edits with the same key inside one second are one step back (typing a title). */
  readonly key: string | null
  readonly at: number
}

const ONE_STROKE_MS = 1000

export function begin<T>(present: T): History<T> {
  return { past: [], present, future: [], key: null, at: 0 }
}

export function commit<T>(history: History<T>, next: T, key: string | null, now: number): History<T> {
  if (next === history.present) return history
  const sameStroke = key !== null && key === history.key && now - history.at < ONE_STROKE_MS
  const past = sameStroke ? history.past : [...history.past, history.present]
  return { past, present: next, future: [], key, at: now }
}

export function undo<T>(history: History<T>): History<T> {
  const previous = history.past.at(-1)
  if (previous === undefined) return history
  return {
    past: history.past.slice(0, -1), present: previous, future: [history.present, ...history.future], key: null, at: 0,
  }
}

export function redo<T>(history: History<T>): History<T> {
  const [next, ...future] = history.future
  if (next === undefined) return history
  return { past: [...history.past, history.present], present: next, future, key: null, at: 0 }
}

/** Bring somebody else's change into every state, so that no undo takes it back. Where that fails, history ends. */
export function rebase<T>(history: History<T>, present: T, taken: (state: T) => T | null): History<T> {
  const past: T[] = []
  for (const state of [...history.past].reverse()) {
    const next = taken(state)
    if (next === null) break
    past.unshift(next)
  }
  const future: T[] = []
  for (const state of history.future) {
    const next = taken(state)
    if (next === null) break
    future.push(next)
  }
  return { past, present, future, key: null, at: 0 }
}
