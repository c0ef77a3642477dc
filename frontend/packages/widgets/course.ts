import { valueAxis, type ValueAxis } from './axis'
import type { EndLabel } from './endlabels'
import type { DataResult, LineOptions } from '../wire'
import type { Reader, Size } from './kinds'
import { limitsOf, limitValues, type Limit } from './limits'
import { scale, type Area } from './plot'
import { allValues, positionsOf, type Positions, type Series } from './series'
import { stacks } from './stack'
import { extent } from './ticks'

/** A chart over time before it is drawn: what stands where. */
export interface Course {
  series: Series[]
  /** The series as they stand on the chart: each on those before it where they are stacked. */
  drawn: Series[]
  isStacked: boolean
  isFilled: boolean
  axis: ValueAxis
  limits: Limit[]
  positions: Positions
  range: [number, number]
  area: Area
  x: (at: number) => number
  y: (value: number) => number
}

export function courseOf(
  result: DataResult, options: LineOptions, series: Series[], direct: EndLabel[] | null, reader: Reader, size: Size, font: number,
): Course {
  const isStacked = stacks(options)
  const isFilled = isStacked || !!options.area
  const drawn = isStacked ? stacked(series) : series
  const limits = limitsOf(options, allValues(drawn), reader)
  const axis = valueAxis(allValues(drawn).concat(limitValues(limits)), options, reader, size.height - font * 2, font, isFilled)
  const right = direct ? Math.max(0, ...direct.map((label) => label.width)) + font : font * 0.5
  const area = { left: axis.width, top: font * 0.7, right: size.width - right, bottom: size.height - font * 1.9 }
  const positions = positionsOf(result, options.x)
  const range = extent(positions.at)
  const x = scale(range[0], range[1], area.left, area.right)
  const y = scale(axis.low, axis.high, area.bottom, area.top)
  return { series, drawn, isStacked, isFilled, axis, limits, positions, range, area, x, y }
}

/** Where the baseline is: zero, or the end of the scale that is nearest to it. */
export function zeroOf({ axis, y }: Course): number {
  return y(Math.max(axis.low, Math.min(axis.high, 0)))
}

/** All figures as high as they stand on the chart. */
export function standing(options: LineOptions, series: Series[]): number[] {
  return allValues(stacks(options) ? stacked(series) : series)
}

/** A stack has no gaps: what is missing adds nothing. */
function stacked(series: Series[]): Series[] {
  const sums: number[] = []
  return series.map((one) => ({ ...one, values: one.values.map((value, i) => (sums[i] = (sums[i] || 0) + (value || 0))) }))
}
