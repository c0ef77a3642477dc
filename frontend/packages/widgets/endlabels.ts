import type { Size } from './kinds'
import { textWidth } from './measure'
import type { Series } from './series'

export interface EndLabel {
  text: string
  width: number
}

/**
 * Returns what stands at the end of each line: the last value of a single one, the names of several. Null where
 * they would take too much of the chart; then a legend names several, and a single one needs none.
 */
export function endLabels(series: Series[], lastTexts: string[], font: number, size: Size): EndLabel[] | null {
  const several = series.length > 1
  const labels = series.map((one, i) => {
    const text = several ? one.name : (lastTexts[i] as string)
    return { text, width: textWidth(text, font, several ? 400 : 600) + (several ? font * 0.75 : 0) }
  })
  const wide = Math.max(0, ...labels.map((label) => label.width))
  const fits = wide <= size.width * 0.28 && labels.length * font * 1.25 <= size.height - font * 3
  return fits ? labels : null
}
