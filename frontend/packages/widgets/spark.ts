import type { DataResult, NumberOptions } from '../wire'
import { set, show } from './dom'
import type { Size } from './kinds'
import { figures } from './columns'
import { historyOf, stretchOf, type History } from './past'
import { linePath, pointsOf, type Point } from './path'
import { Plot, scale } from './plot'
import { placed, positionsOf } from './series'
import type { Theme } from './theme'
import { extent } from './ticks'

/** The course of a figure as a line without axes, beneath it. */
export class Spark {
  private plot: Plot

  constructor(parent: HTMLElement, private theme: Theme) {
    this.plot = new Plot(parent, theme)
  }

  /** Draws where there is a course and room for it, and returns the height taken. */
  paint(raw: DataResult, options: NumberOptions, size: Size): number {
    const height = size.height - size.base * 5 < size.base ? 0 : Math.min(size.height * 0.3, size.base * 5)
    const { at, values } = courseOf(raw, options)
    const drawn = at.length > 1 && height > 0
    show(this.plot.element as unknown as HTMLElement, drawn)
    if (!drawn) return 0
    const [low, high] = extent(values.filter((value) => value !== null) as number[])
    const [from, to] = extent(at)
    const pad = size.base * 0.25
    const x = scale(from, to, pad, size.width - pad)
    const y = scale(low, high, height - pad, size.base * 0.5)
    this.plot.size({ ...size, height })
    this.line(pointsOf(at, values, x, y), size.base)
    return height
  }

  private line(runs: Point[][], base: number): void {
    this.plot.each('lines', 'path', 1, (path) => {
      set(path, { d: linePath(runs), fill: 'none', stroke: this.theme.series[0] as string, 'stroke-width': Math.max(1.5, base * 0.1) })
      set(path, { 'stroke-linejoin': 'round', 'stroke-linecap': 'round' })
    })
    const run = runs[runs.length - 1]
    const end = run && run[run.length - 1]
    this.plot.each('dots', 'circle', end ? 1 : 0, (dot) => {
      set(dot, { cx: (end as Point).x, cy: (end as Point).y, r: base * 0.18, fill: this.theme.series[0] as string })
    })
  }
}

/** Along a column of the answer, or through what its figure was before. */
function courseOf(raw: DataResult, options: NumberOptions): History {
  if (options.since) return stretchOf(historyOf(raw, options.value), options.since)
  if (!options.along) return { at: [], values: [] }
  const result = placed(raw, options.along)
  return { at: positionsOf(result, options.along).at, values: figures(result, options.value) }
}
