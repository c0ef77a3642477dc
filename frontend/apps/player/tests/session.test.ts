import { beforeEach, expect, test } from 'vitest'
import { SILENCE, type Answer, type Asking } from '../http'
import { Session } from '../session'
import type { Store } from '../store'

const KEPT = { refresh: 'r1', screen: 'scr_1', name: 'Lobby' }

class Memory implements Store {
  values: { [key: string]: unknown } = {}
  get<T>(key: string): Promise<T | null> {
    return Promise.resolve((this.values[key] as T) || null)
  }
  set(key: string, value: unknown): Promise<boolean> {
    this.values[key] = value
    return Promise.resolve(true)
  }
  clear(): Promise<void> {
    this.values = {}
    return Promise.resolve()
  }
}

/** A server that answers as it is told and remembers what it was asked. */
class Server {
  asked: string[] = []
  token: (refresh: string) => Answer = (refresh) => ok({ access: 'a-' + refresh, access_expires_in: 900, refresh: refresh + '+' })
  other: (access: string) => Answer = () => ok({})
  ask = (url: string, asking: Asking = {}): Promise<Answer> => {
    const refresh = (asking.body as { refresh?: string } | undefined)?.refresh || ''
    this.asked.push(url === '/relay/token' ? 'token ' + refresh : url + ' ' + asking.access)
    return Promise.resolve(url === '/relay/token' ? this.token(refresh) : this.other(asking.access || ''))
  }
}

const ok = (body: unknown): Answer => ({ ...SILENCE, status: 200, body })
const refused: Answer = { ...SILENCE, status: 401, body: { error: 'unpaired', message: '' } }
const portal: Answer = { ...SILENCE, status: 401, text: '<html>Sign in to the hotel</html>' }

let store: Memory
let server: Server
let unpaired: number
let why: string
let now: number

function session(): Session {
  return new Session(store, (code) => {
    unpaired++
    why = code
  }, server.ask, () => now)
}

async function loaded(): Promise<Session> {
  const one = session()
  await one.load()
  return one
}

beforeEach(() => {
  store = new Memory()
  store.values.session = { ...KEPT }
  server = new Server()
  unpaired = 0
  now = 0
})

test('asks for an access token first, and keeps the rotated refresh token before using it', async () => {
  const one = await loaded()
  server.other = () => {
    expect((store.values.session as typeof KEPT).refresh).toBe('r1+')
    return ok({})
  }
  await one.send('/relay/manifest')
  expect(server.asked).toEqual(['token r1', '/relay/manifest a-r1'])
})

test('renews the access token before it ends', async () => {
  const one = await loaded()
  await one.send('/a')
  now = 900 * 800 - 1
  await one.send('/b')
  now = 900 * 800
  await one.send('/c')
  expect(server.asked).toEqual(['token r1', '/a a-r1', '/b a-r1', 'token r1+', '/c a-r1+'])
})

test('several requests at once share one refresh', async () => {
  const one = await loaded()
  await Promise.all([one.send('/a'), one.send('/b')])
  expect(server.asked.filter((line) => line.startsWith('token'))).toEqual(['token r1'])
})

test('a refused access token is renewed and the request sent again', async () => {
  const one = await loaded()
  server.other = (access) => (access === 'a-r1' ? refused : ok({ fine: true }))
  const answer = await one.send('/a')
  expect(answer.body).toEqual({ fine: true })
  expect(server.asked).toEqual(['token r1', '/a a-r1', 'token r1+', '/a a-r1+'])
})

test('silence on a refresh is not "unpaired": the old token is tried again later', async () => {
  const one = await loaded()
  server.token = () => SILENCE
  expect((await one.send('/a')).status).toBe(0)
  expect([unpaired, one.paired()]).toEqual([0, true])
  server.token = (refresh) => ok({ access: 'a-' + refresh, access_expires_in: 900, refresh: 'r2' })
  expect((await one.send('/a')).status).toBe(200)
})

test.each([['a server error', { ...SILENCE, status: 500 }], ['a captive portal', portal], ['nonsense', ok('hello')]])(
  '%s on a refresh is not "unpaired"', async (_, answer) => {
    const one = await loaded()
    server.token = () => answer as Answer
    await one.send('/a')
    expect([unpaired, one.paired()]).toEqual([0, true])
  },
)

test('our own 401 on a refresh is "unpaired", told once', async () => {
  const one = await loaded()
  server.token = () => refused
  await Promise.all([one.send('/a'), one.send('/b')])
  await one.send('/c')
  expect([unpaired, one.paired(), why]).toEqual([1, false, 'unpaired'])
})

test('a token that another window rotated meanwhile is used instead', async () => {
  const one = await loaded()
  server.token = (refresh) => {
    if (refresh === 'r1') {
      store.values.session = { ...KEPT, refresh: 'r9' }
      return refused
    }
    return ok({ access: 'a', access_expires_in: 900, refresh: 'r10' })
  }
  expect((await one.send('/a')).status).toBe(200)
  expect(unpaired).toBe(0)
})

test('forgetting leaves nothing behind', async () => {
  const one = await loaded()
  await one.send('/a')
  await one.forget()
  expect([store.values, one.current(), one.paired()]).toEqual([{}, '', false])
})

test('what is refused after the goodbye is not sent again before the page is back', async () => {
  const one = await loaded()
  server.other = () => {
    one.leave()
    return refused
  }
  expect((await one.send('/beat')).status).toBe(0)
  expect((await one.send('/beat')).status).toBe(0)
  expect(server.asked).toEqual(['token r1', '/beat a-r1'])
  server.other = () => ok({})
  one.back()
  expect((await one.send('/beat')).status).toBe(200)
  expect(server.asked.slice(2)).toEqual(['token r1+', '/beat a-r1+'])
})

test('what waits for a token is not sent after the goodbye', async () => {
  const one = await loaded()
  const told = server.token
  server.token = (refresh) => {
    one.leave()
    return told(refresh)
  }
  expect((await one.send('/beat')).status).toBe(0)
  expect(server.asked).toEqual(['token r1'])
})
