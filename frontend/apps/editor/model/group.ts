/** Several widgets as one: their common frame, and where they land when it is moved or resized. */

import { arrange, clamp, firstFree, type Grid, type Layout, nearestFree, overlaps, type Placed, type Rect, sameRect } from './grid'

export const picked = <Item extends Placed>(items: readonly Item[], ids: readonly string[]): Item[] => items.filter((item) => ids.includes(item.id))

/** The smallest rectangle around all of them. */
export function frameOf(rects: readonly Rect[]): Rect {
  const x = Math.min(...rects.map((one) => one.x))
  const y = Math.min(...rects.map((one) => one.y))
  const right = Math.max(...rects.map((one) => one.x + one.w))
  const bottom = Math.max(...rects.map((one) => one.y + one.h))
  return { x, y, w: right - x, h: bottom - y }
}

/** Where widgets land when their frame becomes `wanted`; others step aside. Null when there is no room. */
export function arrangeGroup(items: readonly Placed[], ids: readonly string[], wanted: Rect, grid: Grid): Layout | null {
  const [only] = ids
  if (ids.length === 1 && only) return arrange(items, only, wanted, grid)
  const group = picked(items, ids)
  const from = frameOf(group)
  const to = clamp(wanted, grid)
  return put(items, group.map((one) => [one.id, fitted(one, from, to)]), grid)
}

/** One step by keyboard; what fills the way is jumped over. */
export function stepGroup(items: readonly Placed[], ids: readonly string[], dx: number, dy: number, grid: Grid): Layout | null {
  const from = frameOf(picked(items, ids))
  for (let cells = 1; cells <= Math.max(grid.columns, grid.rows); cells++) {
    const wanted = { ...from, x: from.x + dx * cells, y: from.y + dy * cells }
    if (!sameRect(clamp(wanted, grid), wanted)) return null
    const layout = arrangeGroup(items, ids, wanted, grid)
    if (layout) return layout
  }
  return null
}

/** Put some widgets at exact places; whoever is in their way goes to the nearest free one, at its size. */
export function put(items: readonly Placed[], places: readonly (readonly [string, Rect])[], grid: Grid): Layout | null {
  const rects = places.map(([, rect]) => rect)
  if (rects.some((rect, at) => rect.w < 1 || rect.h < 1 || !sameRect(clamp(rect, grid), rect) || hits(rects.slice(at + 1), rect))) return null
  const chosen = new Set(places.map(([id]) => id))
  const others = items.filter((item) => !chosen.has(item.id))
  const staying = others.filter((other) => !hits(rects, other))
  const taken: Rect[] = [...rects, ...staying]
  const layout = new Map<string, Rect>([...places, ...staying.map((one) => [one.id, plain(one)] as const)])
  // The largest first: small ones find a hole more easily.
  for (const other of others.filter((one) => !staying.includes(one)).sort((a, b) => b.w * b.h - a.w * a.h)) {
    const place = nearestFree(taken, plain(other), grid)
    if (!place) return null
    taken.push(place)
    layout.set(other.id, place)
  }
  return layout
}

/** Free places for copies: together as they stand, else one by one, smaller when they must be. Null when the wall is full. */
export function freePlaces(
  taken: readonly Rect[], copies: readonly { rect: Rect; least: { w: number; h: number } }[], grid: Grid,
): Rect[] | null {
  const rects = copies.map(({ rect }) => rect)
  const together = freeTogether(taken, rects, grid)
  if (together) return together
  const found: Rect[] = []
  for (const { rect, least } of copies) {
    const size = { w: Math.min(rect.w, grid.columns), h: Math.min(rect.h, grid.rows) }
    const place = firstFree([...taken, ...found], size, grid, least)
    if (!place) return null
    found.push(place)
  }
  return found
}

function freeTogether(taken: readonly Rect[], rects: readonly Rect[], grid: Grid): Rect[] | null {
  const from = frameOf(rects)
  let best: Rect[] | null = null
  let least = Infinity
  for (let y = 0; y <= grid.rows - from.h; y++) {
    for (let x = 0; x <= grid.columns - from.w; x++) {
      const far = Math.abs(x - from.x) + Math.abs(y - from.y)
      if (far >= least) continue
      const here = rects.map((one) => ({ ...plain(one), x: one.x - from.x + x, y: one.y - from.y + y }))
      if (here.some((one) => hits(taken, one))) continue
      best = here
      least = far
    }
  }
  return best
}

/** Edges keep their share of the frame: what touched still touches, and nothing comes to lie on anything. */
function fitted(rect: Rect, from: Rect, to: Rect): Rect {
  const across = (edge: number) => to.x + Math.round(((edge - from.x) * to.w) / from.w)
  const down = (edge: number) => to.y + Math.round(((edge - from.y) * to.h) / from.h)
  const [x, y] = [across(rect.x), down(rect.y)]
  return { x, y, w: across(rect.x + rect.w) - x, h: down(rect.y + rect.h) - y }
}

const hits = (rects: readonly Rect[], rect: Rect): boolean => rects.some((one) => overlaps(one, rect))
const plain = ({ x, y, w, h }: Rect): Rect => ({ x, y, w, h })
