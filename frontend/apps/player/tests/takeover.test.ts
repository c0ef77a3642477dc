import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import type { Acknowledgement, Manifest } from '../../../packages/wire'
import type { Store } from '../store'
import { sizeOf, Takeover } from '../takeover'

const NOW = Date.parse('2026-11-23T09:00:00Z')
let root: HTMLElement
let kept: { [key: string]: unknown }
let told: Acknowledgement[]
let offset: number
let reachable: boolean

const store: Store = {
  get: (key) => Promise.resolve((kept[key] as never) || null),
  set: (key, value) => {
    kept[key] = JSON.parse(JSON.stringify(value))
    return Promise.resolve(true)
  },
  clear: () => Promise.resolve(),
}

function opened(): Takeover {
  return new Takeover(root, store, {
    now: () => Date.now() + offset,
    data: () => ({}),
    tell: (body) => {
      if (reachable) told.push(body)
      return Promise.resolve(reachable)
    },
  })
}

function manifest(changes: object | null = {}): Manifest {
  const takeover = { id: 'tko_1', until: '2026-11-23T09:15:00Z', text: 'Leave the building', severity: 'alert', scene: null }
  const given = { etag: 'e1', locale: 'en-GB', time_zone: 'Europe/Berlin', theme: 'dark', data: {}, document: null }
  return Object.assign(given, changes ? { takeover: Object.assign(takeover, changes) } : {}) as unknown as Manifest
}

const settled = (): Promise<unknown> => vi.advanceTimersByTimeAsync(50)
const words = (): string | null => root.querySelector('.pt-takeover')?.textContent ?? null

beforeEach(() => {
  vi.useFakeTimers({ now: NOW })
  root = document.createElement('div')
  document.body.appendChild(root)
  kept = {}
  told = []
  offset = 0
  reachable = true
})

afterEach(() => {
  document.body.removeChild(root)
  vi.useRealTimers()
})

test('a message lies over everything, is answered, and ends by itself', async () => {
  const takeover = opened()
  takeover.follow(manifest())
  await settled()
  expect(words()).toBe('AlertLeave the building\u2192 10:15')
  expect(told.map((each) => each.outcome)).toEqual(['heard', 'done'])
  await vi.advanceTimersByTimeAsync(15 * 60000 - 100)
  expect(takeover.showing()).toBe('tko_1')
  await vi.advanceTimersByTimeAsync(100)
  expect([takeover.showing(), words()]).toEqual([null, null])
})

test('the same is painted once, another takes its place, and a manifest without one ends it', async () => {
  const takeover = opened()
  takeover.follow(manifest())
  const layer = root.firstChild
  takeover.follow(manifest())
  expect([root.childNodes.length, root.firstChild === layer]).toEqual([1, true])
  takeover.follow(manifest({ id: 'tko_2', text: 'All clear', severity: 'info' }))
  expect([root.childNodes.length, words()]).toEqual([1, 'Please noteAll clear\u2192 10:15'])
  takeover.follow(manifest(null))
  expect(words()).toBeNull()
})

test('it survives a page that ends, and what was ended does not come back', async () => {
  const takeover = opened()
  takeover.follow(manifest())
  takeover.stop()
  const second = opened()
  await second.load(null)
  expect(second.showing()).toBe('tko_1')
  second.follow(manifest(null))
  const third = opened()
  await third.load(manifest())
  expect(third.showing()).toBeNull()
})

test('where nothing could be kept, the manifest says it', async () => {
  const takeover = opened()
  await takeover.load(manifest())
  expect(takeover.showing()).toBe('tko_1')
})

test("the server's time ends it, whatever the clock of the device says", async () => {
  const takeover = opened()
  takeover.follow(manifest())
  offset = 15 * 60000
  takeover.tick()
  expect(takeover.showing()).toBeNull()
  const late = opened()
  late.follow(manifest({ id: 'tko_2' }))
  expect(late.showing()).toBeNull()
})

test('what ended by a wrong clock goes on by the right one, also after the page ended', async () => {
  const takeover = opened()
  takeover.follow(manifest())
  offset = 10 * 3600000
  takeover.tick()
  expect(takeover.showing()).toBeNull()
  offset = 0
  takeover.retime()
  expect([takeover.showing(), root.childNodes.length]).toEqual(['tko_1', 1])
  offset = 10 * 3600000
  takeover.tick()
  takeover.stop()
  const second = opened()
  await second.load(null)
  expect(second.showing()).toBeNull()
  offset = 0
  second.retime()
  expect(second.showing()).toBe('tko_1')
  second.follow(manifest(null))
  second.retime()
  expect([second.showing(), root.childNodes.length]).toEqual([null, 0])
})

test('what was ended after its time by this clock is forgotten as well', async () => {
  const takeover = opened()
  takeover.follow(manifest())
  offset = 10 * 3600000
  takeover.tick()
  takeover.follow(manifest(null))
  offset = 0
  const second = opened()
  await second.load(manifest())
  expect([kept, second.showing()]).toEqual([{ takeover: { ended: 'tko_1' } }, null])
})

test('it knows of which manifest it is, the newest that said it', async () => {
  const takeover = opened()
  expect(takeover.isOf('e0')).toBe(true)
  takeover.follow(manifest())
  takeover.follow(Object.assign(manifest(), { etag: 'e2' }))
  takeover.stop()
  const second = opened()
  await second.load(manifest(null))
  expect([second.isOf('e1'), second.isOf('e2')]).toEqual([false, true])
})

test('answers that nobody heard are given again, in their order', async () => {
  reachable = false
  const takeover = opened()
  takeover.follow(manifest())
  await settled()
  expect(told).toEqual([])
  reachable = true
  takeover.tick()
  await settled()
  expect(told.map((each) => [each.command, each.outcome])).toEqual([['tko_1', 'heard'], ['tko_1', 'done']])
})

test('what cannot be painted leaves the glass as it was, says why, and is not tried again', async () => {
  const takeover = opened()
  const scene = { version: 'ver_1', number: 1, dashboard: null, document: null, data: {} }
  takeover.follow(manifest({ scene }))
  takeover.follow(manifest({ scene }))
  await settled()
  expect([root.childNodes.length, takeover.showing()]).toEqual([0, null])
  expect(told.map((each) => [each.outcome, each.reason])).toEqual([['heard', ''], ['failed', 'The takeover holds no document.']])
})

test('short words are large', () => {
  expect([sizeOf('x'.repeat(40)), sizeOf('x'.repeat(41)), sizeOf('x'.repeat(121))]).toEqual(['pt-large', 'pt-medium', 'pt-fine'])
})
