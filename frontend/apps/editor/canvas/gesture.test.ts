import { describe, expect, it } from 'vitest'
import { resized } from './gesture.svelte'

const grid = { columns: 24, rows: 14 }
const from = { x: 6, y: 4, w: 6, h: 4 }

describe('resized', () => {
  it.each([
    ['e', 2, 0, { x: 6, y: 4, w: 8, h: 4 }],
    ['s', 0, 3, { x: 6, y: 4, w: 6, h: 7 }],
    ['w', -2, 0, { x: 4, y: 4, w: 8, h: 4 }],
    ['n', 0, 1, { x: 6, y: 5, w: 6, h: 3 }],
    ['se', 40, 40, { x: 6, y: 4, w: 18, h: 10 }],
    ['nw', -40, -40, { x: 0, y: 0, w: 12, h: 8 }],
    ['nw', 40, 40, { x: 11, y: 7, w: 1, h: 1 }],
    ['se', -40, -40, { x: 6, y: 4, w: 1, h: 1 }],
  ] as const)('pulled at %s by %i, %i', (handle, dx, dy, wanted) => expect(resized(from, handle, dx, dy, grid)).toEqual(wanted))
})
