/** A rectangle drawn over the wall with the pointer: all that it touches is selected. */

import { overlaps, type Placed, type Rect } from '../model/grid'
import type { Surface } from './gesture.svelte'

const THRESHOLD_PX = 4

export class Marquee {
  /** In cells, with fractions; null while nothing is drawn. */
  rect = $state.raw<Rect | null>(null)
  private surface: Surface | null = null
  private start = { x: 0, y: 0 }
  private before: readonly string[] = []
  private readonly onSelect: (ids: readonly string[]) => void

  constructor(onSelect: (ids: readonly string[]) => void) {
    this.onSelect = onSelect
  }

  /** `before` stays selected: whoever holds Shift adds. */
  press(event: PointerEvent, surface: Surface, before: readonly string[]): void {
    if (event.button !== 0 || this.surface !== null) return
    this.surface = surface
    this.before = before
    this.start = { x: event.clientX, y: event.clientY }
    window.addEventListener('pointermove', this.move)
    window.addEventListener('pointerup', this.end)
    window.addEventListener('pointercancel', this.end)
  }

  private readonly move = (event: PointerEvent): void => {
    const { box, grid, items } = this.surface!
    const far = Math.hypot(event.clientX - this.start.x, event.clientY - this.start.y)
    if (this.rect === null && far < THRESHOLD_PX) return
    const across = (px: number) => Math.min(Math.max((px - box.left) / box.width, 0), 1) * grid.columns
    const down = (px: number) => Math.min(Math.max((px - box.top) / box.height, 0), 1) * grid.rows
    this.rect = between(across(this.start.x), down(this.start.y), across(event.clientX), down(event.clientY))
    this.onSelect([...new Set([...this.before, ...touched(items, this.rect)])])
  }

  private readonly end = (): void => {
    this.surface = this.rect = null
    window.removeEventListener('pointermove', this.move)
    window.removeEventListener('pointerup', this.end)
    window.removeEventListener('pointercancel', this.end)
  }
}

export const touched = (items: readonly Placed[], rect: Rect): string[] => items.filter((item) => overlaps(item, rect)).map((item) => item.id)

function between(x1: number, y1: number, x2: number, y2: number): Rect {
  return { x: Math.min(x1, x2), y: Math.min(y1, y2), w: Math.abs(x2 - x1), h: Math.abs(y2 - y1) }
}
