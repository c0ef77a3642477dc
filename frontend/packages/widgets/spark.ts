import type { DataResult, NumberOptions } from '../wire'
import { set, show } from './dom'
import type { Size } from './kinds'
import { figures } from './columns'
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
    const drawn = !!options.along && raw.rows.length > 1 && height > 0
    show(this.plot.element as unknown as HTMLElement, drawn)
    if (!drawn) return 0
    const result = placed(raw, options.along as string)
    const { at } = positionsOf(result, options.along as string)
    const values = figures(result, options.value)
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
