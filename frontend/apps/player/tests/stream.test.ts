import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { SILENCE, type Answer } from '../http'
import type { Session } from '../session'
import { Stream } from '../stream'

/** A stream as a browser has it: what the server sends, it is told. */
class Source {
  static open: Source[] = []
  onopen: () => void = () => undefined
  onerror: () => void = () => undefined
  closed = false
  private heard: { [name: string]: (event: { data: string; lastEventId: string }) => void } = {}

  constructor(public url: string) {
    Source.open.push(this)
  }
  addEventListener(name: string, act: (event: { data: string; lastEventId: string }) => void): void {
    this.heard[name] = act
  }
  close(): void {
    this.closed = true
  }
  say(name: string, data: unknown, lastEventId = ''): void {
    const act = this.heard[name]
    if (act) act({ data: JSON.stringify(data), lastEventId })
  }
}

const ticket: Answer = { ...SILENCE, status: 200, body: { ticket: 't' } }
let answer: Answer
let asked: number[]

const session = {
  send: () => {
    asked.push(Date.now())
    return Promise.resolve(answer)
  },
} as unknown as Session

const told = { opened: () => undefined, deploy: () => undefined, data: () => undefined, command: () => undefined }

beforeEach(() => {
  vi.useFakeTimers({ now: 0 })
  vi.stubGlobal('EventSource', Source)
  vi.spyOn(Math, 'random').mockReturnValue(0.5)
  Source.open = []
  answer = ticket
  asked = []
})

afterEach(() => {
  vi.useRealTimers()
  vi.unstubAllGlobals()
  vi.restoreAllMocks()
})

async function opened(): Promise<Source> {
  new Stream(session, told).start()
  await vi.advanceTimersByTimeAsync(0)
  const source = Source.open[0]
  if (!source) throw new Error('No stream was opened.')
  source.onopen()
  return source
}

test('a server that ends is returned to at a moment of this screen alone, as far away as it says', async () => {
  const source = await opened()
  await vi.advanceTimersByTimeAsync(20000)
  source.say('bye', { within: 8000 })
  expect(source.closed).toBe(true)
  await vi.advanceTimersByTimeAsync(3999)
  expect(asked.length).toBe(1)
  await vi.advanceTimersByTimeAsync(1)
  expect(asked).toEqual([0, 24000])
})

test('no server keeps a screen away for longer than a minute', async () => {
  const source = await opened()
  source.say('bye', { within: 86400000 })
  await vi.advanceTimersByTimeAsync(30000)
  expect(asked).toEqual([0, 30000])
})

test('who is refused for now comes back no sooner than told, and spread over as long again', async () => {
  answer = { ...SILENCE, status: 503, retryAfter: 4 }
  new Stream(session, told).start()
  await vi.advanceTimersByTimeAsync(5999)
  expect(asked.length).toBe(1)
  await vi.advanceTimersByTimeAsync(1)
  expect(asked).toEqual([0, 6000])
})

test('what was seen last goes with the next try, although only a deployment says it', async () => {
  const source = await opened()
  source.say('deploy', { version: 'ver_1', etag: 'e1' }, 'e1')
  source.say('data', { key: 'k', seq: 1, within: 1 })
  source.say('ping', {})
  source.onerror()
  await vi.advanceTimersByTimeAsync(2000)
  expect(Source.open.map((each) => each.url)).toEqual(['/relay/stream?ticket=t', '/relay/stream?ticket=t&after=e1'])
})
