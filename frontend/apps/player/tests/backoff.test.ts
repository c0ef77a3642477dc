import { expect, test } from 'vitest'
import { Backoff, jitter } from '../backoff'

test('steps double up to thirty seconds and begin anew after success', () => {
  const backoff = new Backoff(() => 0.5)
  expect([0, 1, 2, 3, 4, 5, 6].map(() => backoff.next())).toEqual([1000, 2000, 4000, 8000, 16000, 30000, 30000])
  backoff.reset()
  expect(backoff.next()).toBe(1000)
})

test('every step is moved by up to a quarter', () => {
  expect(new Backoff(() => 0).next()).toBe(750)
  expect(new Backoff(() => 1).next()).toBe(1250)
})

test('jitter stays within its share', () => {
  expect(jitter(15000, 0.2, () => 0)).toBe(12000)
  expect(jitter(15000, 0.2, () => 1)).toBe(18000)
})
