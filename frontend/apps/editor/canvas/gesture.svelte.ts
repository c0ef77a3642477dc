/** One drag or resize with the pointer, from press to release, in pixels on one side and cells on the other. */

import { clamp, type Grid, type Layout, type Placed, type Rect, sameRect } from '../model/grid'
import { arrangeGroup, frameOf, picked } from '../model/group'

export type Handle = 'n' | 'e' | 's' | 'w' | 'ne' | 'se' | 'sw' | 'nw'
export const HANDLES: readonly Handle[] = ['n', 'e', 's', 'w', 'ne', 'se', 'sw', 'nw']

export interface Surface {
  items: readonly Placed[]
  grid: Grid
  /** The canvas on the page right now. */
  box: DOMRect
}

// A press that trembles is still a press.
const THRESHOLD_PX = 4

export class Gesture {
  ids = $state.raw<readonly string[]>([])
  handle = $state<Handle | null>(null)
  moving = $state(false)
  /** Stays true until the next press: the click that ends a drag is none. */
  dragged = false
  /** Where the widgets would land, and how the wall would look; null layout means no room. */
  target = $state.raw<Rect | null>(null)
  layout = $state.raw<Layout | null>(null)
  shift = $state.raw({ x: 0, y: 0 })
  private lastGood: Layout | null = null
  private surface: Surface | null = null
  private from: Rect | null = null
  private start = { x: 0, y: 0 }
  private readonly onDrop: (ids: readonly string[], layout: Layout | null) => void

  constructor(onDrop: (ids: readonly string[], layout: Layout | null) => void) {
    this.onDrop = onDrop
  }

  press(event: PointerEvent, ids: readonly string[], handle: Handle | null, surface: Surface): void {
    const group = picked(surface.items, ids)
    this.dragged = false
    if (event.button !== 0 || this.ids.length > 0 || group.length === 0) return
    this.from = frameOf(group)
    this.ids = ids
    this.handle = handle
    this.surface = surface
    this.start = { x: event.clientX, y: event.clientY }
    window.addEventListener('pointermove', this.move)
    window.addEventListener('pointerup', this.drop)
    window.addEventListener('pointercancel', this.cancel)
    window.addEventListener('keydown', this.key, true)
  }

  private readonly move = (event: PointerEvent): void => {
    const x = event.clientX - this.start.x
    const y = event.clientY - this.start.y
    if (!this.moving && Math.hypot(x, y) < THRESHOLD_PX) return
    this.moving = this.dragged = true
    const { box, grid, items } = this.surface!
    const cell = { x: box.width / grid.columns, y: box.height / grid.rows }
    const dx = Math.round(x / cell.x)
    const dy = Math.round(y / cell.y)
    this.shift = this.handle ? { x: 0, y: 0 } : this.inside(x, y, cell)
    const wanted = this.handle ? resized(this.from!, this.handle, dx, dy, grid) : { ...this.from!, x: this.from!.x + dx, y: this.from!.y + dy }
    this.target = clamp(wanted, grid)
    this.layout = arrangeGroup(items, this.ids, this.target, grid)
    // Growing into a wall of others stops at the last size that had room; a refused move goes home.
    if (this.layout) this.lastGood = this.layout
    else if (this.handle) this.layout = this.lastGood
  }

  /** The frame of what is moved, as it would land. */
  get landing(): Rect | null {
    const { layout } = this
    return layout && frameOf(this.ids.map((id) => layout.get(id)!))
  }

  /** True when what the hand asks for cannot be had. */
  get refused(): boolean {
    if (!this.moving || !this.target) return false
    return this.landing === null || (this.handle !== null && !sameRect(this.landing, this.target))
  }

  private readonly drop = (): void => {
    const { ids, moving, layout } = this
    this.end()
    if (moving) this.onDrop(ids, layout)
  }

  private readonly cancel = (): void => { this.end() }

  private readonly key = (event: KeyboardEvent): void => {
    if (event.key !== 'Escape') return
    event.preventDefault()
    event.stopPropagation()
    this.end()
  }

  private inside(x: number, y: number, cell: { x: number; y: number }) {
    const { grid } = this.surface!
    const from = this.from!
    return {
      x: Math.min(Math.max(x, -from.x * cell.x), (grid.columns - from.w - from.x) * cell.x),
      y: Math.min(Math.max(y, -from.y * cell.y), (grid.rows - from.h - from.y) * cell.y),
    }
  }

  private end(): void {
    this.ids = []
    this.handle = this.target = this.layout = this.lastGood = this.surface = this.from = null
    this.moving = false
    this.shift = { x: 0, y: 0 }
    window.removeEventListener('pointermove', this.move)
    window.removeEventListener('pointerup', this.drop)
    window.removeEventListener('pointercancel', this.cancel)
    window.removeEventListener('keydown', this.key, true)
  }
}

/** The rectangle when one side or corner is pulled; the opposite side stays where it is. */
export function resized(from: Rect, handle: Handle, dx: number, dy: number, grid: Grid): Rect {
  let { x, y, w, h } = from
  if (handle.includes('e')) w = Math.min(Math.max(from.w + dx, 1), grid.columns - x)
  if (handle.includes('s')) h = Math.min(Math.max(from.h + dy, 1), grid.rows - y)
  if (handle.includes('w')) { x = Math.min(Math.max(from.x + dx, 0), from.x + from.w - 1); w = from.x + from.w - x }
  if (handle.includes('n')) { y = Math.min(Math.max(from.y + dy, 0), from.y + from.h - 1); h = from.y + from.h - y }
  return { x, y, w, h }
}
