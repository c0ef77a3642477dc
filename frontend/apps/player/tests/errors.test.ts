import { expect, test } from 'vitest'
import { Errors } from '../errors'
import { scrub } from '../scrub'

test.each([
  ['GET https://x.example/relay/stream?ticket=abc failed', 'GET https://x.example/relay/stream failed'],
  ['at /relay/data?keys=1,2 now', 'at /relay/data now'],
  ['no access for ada@harbour.example today', 'no access for [email] today'],
  ['Authorization: Bearer abc.def', 'Authorization: Bearer [token]'],
  ['token eyJhbGciOiJI.eyJzdWIiOiIx.c2lnbmF0dXJl refused', 'token [token] refused'],
  ['key 4f2a9c1b7e6d5f4a3b2c1d0e refused', 'key [token] refused'],
  ['customer 123456 and 12345', 'customer [number] and 12345'],
  ['call +49 40 123 456', 'call [number]'],
  ["Cannot read property 'getBoundingClientRect' of null", "Cannot read property 'getBoundingClientRect' of null"],
])('scrubs %s', (message, clean) => {
  expect(scrub(message)).toBe(clean)
})

test('cuts a message to 200 characters', () => {
  expect(scrub('word '.repeat(100)).length).toBe(200)
})

test('counts an error that repeats and keeps its first and last time', () => {
  let at = 0
  const errors = new Errors(() => 't' + at++)
  errors.add('script_error', 'broken')
  errors.add('script_error', 'broken')
  expect(errors.report()).toEqual([{ code: 'script_error', message: 'broken', count: 2, first: 't0', last: 't1' }])
})

test('keeps the ten newest', () => {
  const errors = new Errors(() => 't')
  for (let i = 0; i < 12; i++) errors.add('script_error', 'e' + i)
  expect(errors.report().map((one) => one.message)).toEqual(['e2', 'e3', 'e4', 'e5', 'e6', 'e7', 'e8', 'e9', 'e10', 'e11'])
})

test('forgets what was delivered and keeps what came meanwhile', () => {
  const errors = new Errors(() => 't')
  errors.add('a', 'x')
  errors.add('b', 'y')
  const sent = errors.report()
  errors.add('a', 'x')
  errors.delivered(sent)
  expect(errors.report()).toEqual([{ code: 'a', message: 'x', count: 1, first: 't', last: 't' }])
})

test('tells of a new error once', () => {
  let told = 0
  const errors = new Errors(() => 't', () => told++)
  errors.add('a', 'x')
  errors.add('a', 'x')
  expect(told).toBe(1)
})
