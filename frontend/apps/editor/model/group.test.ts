import { describe, expect, it } from 'vitest'
import { aligned } from './align'
import { clamp, overlaps, type Placed, sameRect } from './grid'
import { arrangeGroup, frameOf, freePlaces, put, stepGroup } from './group'

const grid = { columns: 24, rows: 14 }
const at = (id: string, x: number, y: number, w: number, h: number): Placed => ({ id, x, y, w, h })
const pair = [at('a', 0, 0, 6, 4), at('b', 6, 2, 6, 4)]

describe('several widgets', () => {
  it('move with their frame, and one in their way steps aside', () => {
    const layout = arrangeGroup([...pair, at('c', 12, 0, 6, 4)], ['a', 'b'], { x: 2, y: 0, w: 12, h: 6 }, grid)!
    expect([layout.get('a'), layout.get('b')]).toEqual([{ x: 2, y: 0, w: 6, h: 4 }, { x: 8, y: 2, w: 6, h: 4 }])
    expect(layout.get('c')).toEqual({ x: 14, y: 0, w: 6, h: 4 })
  })

  it('stop at the edge together, and keep what they touched when they grow', () => {
    expect(arrangeGroup(pair, ['a', 'b'], { x: -9, y: 20, w: 12, h: 6 }, grid)!.get('b')).toEqual({ x: 6, y: 10, w: 6, h: 4 })
    const grown = arrangeGroup(pair, ['a', 'b'], { x: 0, y: 0, w: 13, h: 6 }, grid)!
    expect([grown.get('a'), grown.get('b')]).toEqual([{ x: 0, y: 0, w: 7, h: 4 }, { x: 7, y: 2, w: 6, h: 4 }])
  })

  it('do not become nothing, and do not lie on each other', () => {
    expect(arrangeGroup(pair, ['a', 'b'], { x: 0, y: 0, w: 1, h: 6 }, grid)).toBeNull()
    expect(put(pair, [['a', { x: 0, y: 0, w: 6, h: 4 }], ['b', { x: 3, y: 3, w: 6, h: 4 }]], grid)).toBeNull()
  })

  it('jump over what fills the way', () => {
    const wall = [at('a', 0, 0, 6, 7), at('b', 0, 7, 6, 7), at('c', 6, 0, 18, 14)]
    expect(stepGroup(wall, ['a', 'b'], 1, 0, grid)!.get('b')).toEqual({ x: 18, y: 7, w: 6, h: 7 })
    expect(stepGroup(wall, ['a', 'b'], 0, 1, grid)).toBeNull()
  })

  it('never overlap and never leave the wall, whatever is asked', () => {
    let seed = 3
    const random = (most: number) => { seed = (seed * 1103515245 + 12345) % 2 ** 31; return seed % most }
    const items = [0, 1, 2, 3, 4, 5].map((n) => at(`w${n}`, (n % 3) * 7, Math.floor(n / 3) * 6, 2 + random(5), 2 + random(4)))
    let found = 0
    for (let round = 0; round < 300; round++) {
      const ids = items.filter(() => random(2) === 0).map((one) => one.id)
      if (ids.length < 2) continue
      const wanted = { x: random(20) - 2, y: random(12) - 2, w: 3 + random(20), h: 3 + random(10) }
      const rects = [...(arrangeGroup(items, ids, wanted, grid) ?? new Map()).values()]
      if (rects.length > 0) found++
      expect(rects.filter((a, i) => !sameRect(clamp(a, grid), a) || rects.slice(i + 1).some((b) => overlaps(a, b)))).toEqual([])
    }
    expect(found).toBeGreaterThan(50)
  })
})

describe('copies', () => {
  const copies = pair.map((rect) => ({ rect, least: { w: 2, h: 2 } }))

  it('stay as they stand to each other, near where they came from', () => {
    expect(freePlaces(pair, copies, grid)).toEqual([{ x: 0, y: 4, w: 6, h: 4 }, { x: 6, y: 6, w: 6, h: 4 }])
  })

  it('take single holes when there is none for all, and say when the wall is full', () => {
    const narrow = [at('x', 0, 0, 24, 4), at('y', 0, 8, 24, 6), at('z', 7, 4, 10, 4)]
    expect(freePlaces(narrow, copies, grid)).toEqual([{ x: 0, y: 4, w: 6, h: 4 }, { x: 17, y: 4, w: 6, h: 4 }])
    expect(freePlaces([at('x', 0, 0, 24, 14)], copies, grid)).toBeNull()
  })
})

describe('aligned', () => {
  const three = [at('a', 0, 0, 4, 2), at('b', 5, 3, 6, 2), at('c', 18, 6, 4, 3)]
  const xs = (how: Parameters<typeof aligned>[1]) => aligned(three, how).map(([id, { x, y, w, h }]) => [id, x, y, w, h].join(' '))

  it.each([
    ['left', ['a 0 0 4 2', 'b 0 3 6 2', 'c 0 6 4 3']],
    ['right', ['a 18 0 4 2', 'b 16 3 6 2', 'c 18 6 4 3']],
    ['bottom', ['a 0 7 4 2', 'b 5 7 6 2', 'c 18 6 4 3']],
    ['across', ['a 0 0 4 2', 'b 8 3 6 2', 'c 18 6 4 3']],
    ['size', ['a 0 0 4 2', 'b 5 3 4 2', 'c 18 6 4 2']],
  ] as const)('%s', (how, wanted) => expect(xs(how)).toEqual(wanted))

  it('frames them', () => expect(frameOf(three)).toEqual({ x: 0, y: 0, w: 22, h: 9 }))
})
