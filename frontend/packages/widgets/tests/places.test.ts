import { expect, test } from 'vitest'
import { placesOf, standingRows } from '../places'
import { companyPulse } from './cast'

const whole = (n: number): number => Math.round(n * 1000) / 1000

test('a lying screen follows the grid', () => {
  const { w1, w9 } = placesOf(companyPulse.document, 1920, 1080)
  expect(w1).toEqual({ left: 0, top: 0, width: 0.25, height: 3 / 14 })
  expect(w9).toEqual({ left: 19 / 24, top: 9 / 14, width: 5 / 24, height: 5 / 14 })
})

test('a standing screen packs the boxes anew and fills itself', () => {
  const places = placesOf(companyPulse.document, 1080, 1920)
  expect(whole(places.w1?.width || 0)).toBe(0.5)
  expect(whole(places.w5?.width || 0)).toBe(1)
  const area = Object.keys(places).reduce((sum, id) => sum + (places[id]?.width || 0) * (places[id]?.height || 0), 0)
  expect(whole(area)).toBe(1)
})

test('a standing screen has as many rows as its boxes want', () => {
  const { document } = companyPulse
  const heights = Object.values(placesOf(document, 390, 844)).map((place) => Math.round(place.height * standingRows(document) * 1000) / 1000)
  expect(heights.every((rows) => Number.isInteger(rows))).toBe(true)
  expect(standingRows({ ...document, grid: { ...document.grid, columns: 12, rows: 24 } })).toBe(24)
})

test('boxes of a standing screen do not overlap', () => {
  const places = placesOf(companyPulse.document, 390, 844)
  const all = Object.keys(places).map((id) => places[id] as NonNullable<(typeof places)[string]>)
  const overlaps = all.filter((a) => all.some((b) => a !== b
    && a.left + a.width > b.left + 1e-9 && b.left + b.width > a.left + 1e-9
    && a.top + a.height > b.top + 1e-9 && b.top + b.height > a.top + 1e-9))
  expect(overlaps).toEqual([])
})
