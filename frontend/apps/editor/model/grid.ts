/** Places on the wall: pure geometry, in whole cells. Nothing here can put a widget off the grid. */

export interface Rect { x: number; y: number; w: number; h: number }
export interface Placed extends Rect { id: string }
export interface Grid { columns: number; rows: number }
export type Layout = ReadonlyMap<string, Rect>

export function overlaps(a: Rect, b: Rect): boolean {
  return a.x < b.x + b.w && b.x < a.x + a.w && a.y < b.y + b.h && b.y < a.y + a.h
}

export function sameRect(a: Rect, b: Rect): boolean {
  return a.x === b.x && a.y === b.y && a.w === b.w && a.h === b.h
}

/** The nearest rectangle of whole cells that lies inside the grid. */
export function clamp(rect: Rect, grid: Grid): Rect {
  const w = within(rect.w, 1, grid.columns)
  const h = within(rect.h, 1, grid.rows)
  return { x: within(rect.x, 0, grid.columns - w), y: within(rect.y, 0, grid.rows - h), w, h }
}

/** The free place of this size nearest to `near`, or null when the wall has no such hole. */
export function nearestFree(taken: readonly Rect[], near: Rect, grid: Grid): Rect | null {
  let best: Rect | null = null
  let bestCost = Infinity
  for (let y = 0; y <= grid.rows - near.h; y++) {
    for (let x = 0; x <= grid.columns - near.w; x++) {
      const cost = distance(near, x, y)
      if (cost >= bestCost) continue
      const here = { x, y, w: near.w, h: near.h }
      if (taken.some((other) => overlaps(other, here))) continue
      best = here
      bestCost = cost
    }
  }
  return best
}

/** The first free place in reading order; the size shrinks down to `least` when the wall is nearly full. */
export function firstFree(
  taken: readonly Rect[], size: { w: number; h: number }, grid: Grid, least: { w: number; h: number } = size,
): Rect | null {
  for (const { w, h } of shrinking(size, least)) {
    for (let y = 0; y <= grid.rows - h; y++) {
      for (let x = 0; x <= grid.columns - w; x++) {
        const here = { x, y, w, h }
        if (!taken.some((other) => overlaps(other, here))) return here
      }
    }
  }
  return null
}

/**
 * What the wall looks like when `id` takes `wanted`: whoever is in the way steps aside to the nearest free place,
 * or changes places. Null when there is no room; sizes of others are never touched.
 */
export function arrange(items: readonly Placed[], id: string, wanted: Rect, grid: Grid): Layout | null {
  const target = clamp(wanted, grid)
  const before = items.find((item) => item.id === id)
  if (!before) return null
  const others = items.filter((item) => item.id !== id)
  const inTheWay = others.filter((other) => overlaps(other, target))
  if (inTheWay.length === 0) return layoutOf(others, [[id, target]])
  const moved = before.w === target.w && before.h === target.h
  if (!moved) return stepAside(others, inTheWay, id, target, grid)
  return exchangeAlike(others, before, target)
    ?? stepAside(others, inTheWay, id, target, grid)
    ?? exchange(others, before, target, grid)
}

/** One step by keyboard; a neighbour that fills the way is jumped over, so that no key press is a dead end. */
export function step(items: readonly Placed[], id: string, dx: number, dy: number, grid: Grid): Layout | null {
  const from = items.find((item) => item.id === id)
  if (!from) return null
  for (let cells = 1; cells <= Math.max(grid.columns, grid.rows); cells++) {
    const wanted = { ...pick(from), x: from.x + dx * cells, y: from.y + dy * cells }
    if (!sameRect(clamp(wanted, grid), wanted)) return null
    const layout = arrange(items, id, wanted, grid)
    if (layout) return layout
  }
  return null
}

/** Ids in reading order: top to bottom, then left to right. */
export function readingOrder(items: readonly Placed[]): string[] {
  return [...items].sort((a, b) => a.y - b.y || a.x - b.x).map((item) => item.id)
}

function stepAside(others: readonly Placed[], inTheWay: readonly Placed[], id: string, target: Rect, grid: Grid): Layout | null {
  const staying = others.filter((other) => !inTheWay.includes(other))
  const taken: Rect[] = [target, ...staying]
  const found: [string, Rect][] = [[id, target]]
  // The largest first: small ones find a hole more easily.
  for (const other of [...inTheWay].sort((a, b) => b.w * b.h - a.w * a.h)) {
    const place = nearestFree(taken, other, grid)
    if (!place) return null
    taken.push(place)
    found.push([other.id, place])
  }
  return layoutOf(staying, found)
}

/** Two widgets of one size change places as soon as one is mostly over the other: the natural reading of that drag. */
function exchangeAlike(others: readonly Placed[], before: Placed, target: Rect): Layout | null {
  const other = others.find((one) => one.w === before.w && one.h === before.h && centerInside(target, one))
  if (!other) return null
  return layoutOf(others, [[before.id, pick(other)], [other.id, pick(before)]])
}

function exchange(others: readonly Placed[], before: Placed, target: Rect, grid: Grid): Layout | null {
  const other = others.find((one) => centerInside(target, one))
  if (!other) return null
  const mine = clamp({ ...target, x: other.x, y: other.y }, grid)
  const theirs = clamp({ ...pick(other), x: before.x, y: before.y }, grid)
  const rest = others.filter((one) => one !== other)
  const clash = overlaps(mine, theirs) || rest.some((one) => overlaps(one, mine) || overlaps(one, theirs))
  return clash ? null : layoutOf(rest, [[before.id, mine], [other.id, theirs]])
}

function centerInside(rect: Rect, other: Rect): boolean {
  const x = rect.x + rect.w / 2
  const y = rect.y + rect.h / 2
  return x >= other.x && x <= other.x + other.w && y >= other.y && y <= other.y + other.h
}

function layoutOf(staying: readonly Placed[], moved: [string, Rect][]): Layout {
  return new Map([...staying.map((one): [string, Rect] => [one.id, pick(one)]), ...moved])
}

function* shrinking(size: { w: number; h: number }, least: { w: number; h: number }) {
  let { w, h } = size
  yield { w, h }
  while (w > least.w || h > least.h) {
    if (w > least.w) w--
    if (h > least.h) h--
    yield { w, h }
  }
}

function distance(from: Rect, x: number, y: number): number {
  // Equal distances fall downwards, then to the right: how people expect things to make way.
  const up = y < from.y ? 0.2 : 0
  const left = x < from.x ? 0.1 : 0
  return Math.abs(x - from.x) + Math.abs(y - from.y) + up + left
}

function pick(rect: Rect): Rect {
  return { x: rect.x, y: rect.y, w: rect.w, h: rect.h }
}

function within(value: number, least: number, most: number): number {
  return Math.min(Math.max(Math.round(value), least), Math.max(least, most))
}
