import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { SILENCE } from '../http'
import { Clock } from '../clock'
import type { Session } from '../session'
import { Shelf } from '../shelf'
import { Sync } from '../sync'
import type { Manifest } from '../../../packages/wire'

const NOWHERE = { get: () => Promise.resolve(null), set: () => Promise.resolve(true), clear: () => Promise.resolve() }

let asked: string[]
let sync: Sync

beforeEach(() => {
  vi.useFakeTimers()
  asked = []
  const session = { send: (url: string) => { asked.push(url); return Promise.resolve(SILENCE) } }
  sync = new Sync(
    session as unknown as Session, new Shelf(NOWHERE, () => undefined), new Clock(), () => undefined, () => undefined, () => undefined,
  )
  sync.resume({ etag: 'e', data: { q1: 'k1', q2: 'k2' } } as unknown as Manifest)
})

afterEach(() => {
  vi.useRealTimers()
  vi.restoreAllMocks()
})

test.each([
  ['one screen alone asks at once', 1, 12],
  ['of many each waits its part', 450, 460],
  ['whoever is not told how many there are waits as one of many', undefined, 460],
])('%s', (_, within, most) => {
  vi.spyOn(Math, 'random').mockReturnValue(0.999)
  sync.news({ k1: 1 }, within)
  vi.advanceTimersByTime(most - 4)
  expect(asked).toEqual([])
  vi.advanceTimersByTime(4)
  expect(asked).toEqual(['/relay/data?keys=k1'])
})

test('what comes at the same moment is asked for together', () => {
  sync.news({ k1: 1 }, 1)
  sync.news({ k2: 1, other: 1 }, 1)
  vi.advanceTimersByTime(20)
  expect(asked).toEqual(['/relay/data?keys=k1,k2'])
})
