import { describe, expect, it } from 'vitest'
import { arrange, clamp, firstFree, nearestFree, overlaps, type Placed, readingOrder, sameRect, step } from './grid'

const grid = { columns: 24, rows: 14 }
const at = (id: string, x: number, y: number, w: number, h: number): Placed => ({ id, x, y, w, h })

function whole(items: readonly Placed[], layout: ReadonlyMap<string, { x: number; y: number; w: number; h: number }>) {
  const rects = items.map((item) => layout.get(item.id)!)
  expect(rects.filter((rect) => !sameRect(clamp(rect, grid), rect))).toEqual([])
  expect(rects.filter((a, i) => rects.slice(i + 1).some((b) => overlaps(a, b)))).toEqual([])
}

describe('clamp', () => {
  it.each([
    [{ x: -3, y: -1, w: 6, h: 4 }, { x: 0, y: 0, w: 6, h: 4 }],
    [{ x: 22, y: 13, w: 6, h: 4 }, { x: 18, y: 10, w: 6, h: 4 }],
    [{ x: 3, y: 3, w: 40, h: 0 }, { x: 0, y: 3, w: 24, h: 1 }],
  ])('keeps %o on the wall', (wanted, kept) => expect(clamp(wanted, grid)).toEqual(kept))
})

describe('firstFree', () => {
  it('reads like a page', () => {
    expect(firstFree([at('a', 0, 0, 20, 4)], { w: 6, h: 4 }, grid)).toEqual({ x: 0, y: 4, w: 6, h: 4 })
  })

  it('shrinks to what is left', () => {
    const taken = [at('a', 0, 0, 24, 12)]
    expect(firstFree(taken, { w: 12, h: 6 }, grid, { w: 5, h: 2 })).toEqual({ x: 0, y: 12, w: 8, h: 2 })
  })

  it('says when the wall is full', () => {
    expect(firstFree([at('a', 0, 0, 24, 14)], { w: 6, h: 4 }, grid, { w: 1, h: 1 })).toBeNull()
  })
})

describe('nearestFree', () => {
  it('prefers below to above at the same distance', () => {
    const taken = [at('a', 0, 4, 24, 2)]
    expect(nearestFree(taken, { x: 0, y: 4, w: 4, h: 2 }, grid)).toEqual({ x: 0, y: 6, w: 4, h: 2 })
  })
})

describe('arrange', () => {
  it('moves to a free place and leaves others alone', () => {
    const items = [at('a', 0, 0, 6, 4), at('b', 12, 0, 6, 4)]
    const layout = arrange(items, 'a', { x: 6, y: 0, w: 6, h: 4 }, grid)!
    expect(layout.get('a')).toEqual({ x: 6, y: 0, w: 6, h: 4 })
    expect(layout.get('b')).toEqual({ x: 12, y: 0, w: 6, h: 4 })
  })

  it('asks the one in the way to step aside, at its size', () => {
    const items = [at('a', 0, 0, 6, 4), at('b', 6, 0, 8, 4)]
    const layout = arrange(items, 'a', { x: 4, y: 0, w: 6, h: 4 }, grid)!
    expect(layout.get('a')).toEqual({ x: 4, y: 0, w: 6, h: 4 })
    expect(layout.get('b')).toEqual({ x: 10, y: 0, w: 8, h: 4 })
    whole(items, layout)
  })

  it('lets two of a size change places on a full wall', () => {
    const items = [at('a', 0, 0, 12, 14), at('b', 12, 0, 12, 14)]
    const layout = arrange(items, 'a', { x: 7, y: 0, w: 12, h: 14 }, grid)!
    expect(layout.get('a')).toEqual({ x: 12, y: 0, w: 12, h: 14 })
    expect(layout.get('b')).toEqual({ x: 0, y: 0, w: 12, h: 14 })
  })

  it('refuses what has no room', () => {
    const items = [at('a', 0, 0, 12, 14), at('b', 12, 0, 12, 14)]
    expect(arrange(items, 'a', { x: 0, y: 0, w: 13, h: 14 }, grid)).toBeNull()
  })

  it('pushes when a widget grows', () => {
    const items = [at('a', 0, 0, 6, 4), at('b', 6, 0, 6, 4)]
    const layout = arrange(items, 'a', { x: 0, y: 0, w: 8, h: 4 }, grid)!
    expect(layout.get('b')).toEqual({ x: 8, y: 0, w: 6, h: 4 })
  })

  it('never overlaps and never leaves the wall, whatever is asked', () => {
    let seed = 7
    const random = (most: number) => { seed = (seed * 1103515245 + 12345) % 2 ** 31; return seed % most }
    for (let round = 0; round < 400; round++) {
      const items: Placed[] = []
      for (let n = 0; n < 7; n++) {
        const place = firstFree(items, { w: 1 + random(9), h: 1 + random(6) }, grid)
        if (place) items.push({ id: `w${n}`, ...place })
      }
      const wanted = { x: random(30) - 3, y: random(20) - 3, w: 1 + random(12), h: 1 + random(8) }
      const layout = arrange(items, items[random(items.length)]!.id, wanted, grid)
      if (!layout) continue
      expect(layout.size).toBe(items.length)
      whole(items, layout)
    }
  })
})

describe('step', () => {
  it('moves by one cell', () => {
    expect(step([at('a', 0, 0, 6, 4)], 'a', 1, 0, grid)!.get('a')).toEqual({ x: 1, y: 0, w: 6, h: 4 })
  })

  it('stops at the edge', () => {
    expect(step([at('a', 0, 0, 6, 4)], 'a', -1, 0, grid)).toBeNull()
  })

  it('jumps over a neighbour that fills the way', () => {
    const items = [at('a', 0, 0, 12, 14), at('b', 12, 0, 12, 14)]
    expect(step(items, 'a', 1, 0, grid)!.get('a')).toEqual({ x: 12, y: 0, w: 12, h: 14 })
  })
})

it('reads top to bottom, left to right', () => {
  expect(readingOrder([at('c', 0, 4, 1, 1), at('b', 5, 0, 1, 1), at('a', 0, 0, 1, 1)])).toEqual(['a', 'b', 'c'])
})
