/** Which widgets are chosen, in the order they were; the last one is what a single act is about. */

import type { Placed } from '../model/grid'
import { readingOrder } from '../model/grid'

export class Selection {
  ids = $state.raw<readonly string[]>([])
  /** True while the keyboard gathers: then going from widget to widget chooses nothing. */
  gathering = $state(false)

  get last(): string | null { return this.ids.at(-1) ?? null }
  get isSeveral(): boolean { return this.ids.length > 1 }
  has(id: string): boolean { return this.ids.includes(id) }

  only(id: string | null): void { this.set(id === null ? [] : [id]) }

  set(ids: readonly string[]): void {
    this.ids = ids
    this.gathering = false
  }

  toggle(id: string): void {
    this.ids = this.has(id) ? this.ids.filter((one) => one !== id) : [...this.ids, id]
  }

  all(widgets: readonly Placed[]): void { this.set(readingOrder(widgets)) }

  /** Drop what is no longer there. */
  keep(widgets: readonly Placed[]): void {
    const left = this.ids.filter((id) => widgets.some((one) => one.id === id))
    if (left.length !== this.ids.length) this.set(left)
  }
}
