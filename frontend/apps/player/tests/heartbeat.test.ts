import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { Clock } from '../clock'
import { Errors } from '../errors'
import { Heartbeat } from '../heartbeat'
import { silence } from '../screen'
import type { Session } from '../session'

let beats: number
let heartbeat: Heartbeat

beforeEach(() => {
  vi.useFakeTimers({ now: Date.parse('2026-11-23T09:00:00Z') })
  beats = 0
  const answer = { status: 200, body: { wanted: null, etag: '', server_time: '2026-11-23T09:00:00Z', next_in: 30 }, text: '', etag: '', retryAfter: 0 }
  const session = { send: () => Promise.resolve(answer).then((given) => (beats++, given)) } as unknown as Session
  const clock = new Clock()
  heartbeat = new Heartbeat(session, clock, new Errors(() => clock.iso()), () => ({ version: null, at: null }), () => 0, () => undefined)
  heartbeat.start()
})

afterEach(() => {
  heartbeat.stop()
  vi.useRealTimers()
})

test.each([-3600000, -366 * 86400000, 3600000, 366 * 86400000])('a clock that is put %i ms on keeps the beat', async (jump) => {
  await vi.advanceTimersByTimeAsync(1000)
  expect(beats).toBe(1)
  vi.setSystemTime(Date.now() + jump)
  heartbeat.soon()
  await vi.advanceTimersByTimeAsync(13000)
  expect(beats).toBe(2)
  await vi.advanceTimersByTimeAsync(5 * 60000)
  expect(beats).toBeGreaterThan(8)
  expect(beats).toBeLessThan(16)
})

test('silence says what may be wrong', () => {
  expect([silence(120000, false, true), silence(120000, true, true), silence(120000, true, false)]).toEqual([
    'No connection for 2 minutes. These are the last figures.',
    'No connection for 2 minutes: the server does not answer, its certificate ran out, or the clock of this device is wrong. These are the last figures.',
    'This device has had no network for 2 minutes. These are the last figures.',
  ])
})
