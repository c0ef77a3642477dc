import { expect, test } from 'vitest'
import { Clock } from '../clock'
import { browser } from '../device'
import { refusedByUs, SILENCE } from '../http'
import { quoted } from '../sync'
import { heapIsHigh, isQuietHour, shiftAt } from '../upkeep'
import { addressOf } from '../view'

test('the clock follows the server, halfway through the request', () => {
  const clock = new Clock(() => 10_000, () => 10_000)
  clock.learn(new Date(100_500).toISOString(), 9_000, 10_000)
  expect([clock.now(), clock.error()]).toEqual([101_000, 91_000])
  clock.learn('nonsense', 0, 0)
  expect(clock.now()).toBe(101_000)
})

test('a device that puts its own clock right changes nothing, and how far it is off is told anew', () => {
  let [passed, device] = [0, 0]
  const told: number[] = []
  const clock = new Clock(() => passed, () => device)
  clock.onLearned = (offset) => told.push(offset)
  clock.learn(new Date(36_000_000).toISOString(), 0, 0)
  passed = 1000
  device = 36_001_000
  expect([clock.now(), clock.error()]).toEqual([36_001_000, 0])
  clock.learn(new Date(36_001_000).toISOString(), 1000, 1000)
  expect(told).toEqual([36_000_000, 0])
})

test('what was kept counts until the server says better', () => {
  const clock = new Clock(() => 0, () => 0)
  clock.recall(5000)
  clock.recall(7000)
  expect(clock.now()).toBe(5000)
  clock.learn(new Date(3000).toISOString(), 0, 0)
  clock.recall(9000)
  expect(clock.now()).toBe(3000)
})

test.each([
  ['Mozilla/5.0 (Web0S; Linux/SmartTV) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/53.0.2785.34 Safari/537.36', 'Chromium', 53],
  ['Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0', 'Gecko', 140],
  ['Mozilla/5.0 (Macintosh) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.1 Safari/605.1.15', 'WebKit', 18],
  ['curl/8', 'unknown', 0],
])('reads the engine of %s', (agent, engine, major) => {
  expect(browser(agent)).toEqual({ engine, major })
})

test('a person types the address without protocol and code', () => {
  expect(addressOf('https://operant.example.com/pair?code=K7M4QX')).toBe('operant.example.com/pair')
})

test('only our own JSON refuses', () => {
  expect(refusedByUs({ ...SILENCE, status: 401, body: { error: 'unpaired' } })).toBe(true)
  expect(refusedByUs({ ...SILENCE, status: 401, body: null })).toBe(false)
})

test('entity tags are quoted once', () => {
  expect([quoted('abc'), quoted('"abc"'), quoted('W/"abc"')]).toEqual(['"abc"', '"abc"', 'W/"abc"'])
})

test('memory is high above seven tenths', () => {
  expect(heapIsHigh({ usedJSHeapSize: 71, jsHeapSizeLimit: 100 })).toBe(true)
  expect(heapIsHigh({ usedJSHeapSize: 69, jsHeapSizeLimit: 100 })).toBe(false)
  expect(heapIsHigh(undefined)).toBe(false)
})

test('the quiet hour is four in the morning of the screen, for a page that has run half a day', () => {
  const four = Date.parse('2026-11-22T03:30:00Z')
  const day = 24 * 3600_000
  expect(isQuietHour(four, 'Europe/Berlin', day)).toBe(true)
  expect(isQuietHour(four, 'UTC', day)).toBe(false)
  expect(isQuietHour(four, 'Europe/Berlin', 3600_000)).toBe(false)
})

test('the picture never stands more than two pixels aside and returns', () => {
  const places = Array.from({ length: 13 }, (_, i) => shiftAt(i * 180_000))
  expect(Math.max(...places.flat().map(Math.abs))).toBe(2)
  expect(shiftAt(13 * 180_000)).toEqual(shiftAt(0))
})
