import type { LineOptions } from '../wire'
import type { Series } from './series'

/** One bar before it has a place: from value to value in a category's lane. */
export interface Bar {
  category: number
  series: number
  from: number
  to: number
  lane: number
}

/** Whether lines stand on each other: one alone stands by itself. */
export function stacks(options: LineOptions): boolean {
  return !!options.stacked && options.y.length > 1
}

/** Returns the bars of a chart. Stacked ones grow from zero, upwards and downwards apart. */
export function barsOf(series: Series[], first: number, last: number, stacked: boolean): Bar[] {
  const bars: Bar[] = []
  for (let category = first; category < last; category++) {
    let above = 0
    let below = 0
    series.forEach((one, index) => {
      const value = one.values[category]
      // Nothing on a stack is nothing to see; alone it is a hairline where a bar would begin.
      if (value === null || value === undefined || (stacked && value === 0)) return
      const from = !stacked ? 0 : value < 0 ? below : above
      if (value < 0) below += value
      else above += value
      bars.push({ category, series: index, from, to: from + value, lane: stacked ? 0 : index })
    })
  }
  return bars
}
