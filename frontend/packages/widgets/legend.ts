import { html, px, reuse, style, write } from './dom'
import type { Series } from './series'
import type { Theme } from './theme'

/** Names beside swatches, above a chart of several series. */
export class Legend {
  private element: HTMLElement

  constructor(parent: HTMLElement, private theme: Theme) {
    this.element = html('div', 'ow-legend', parent)
  }

  /** Shows the series and returns the height taken. */
  paint(series: Series[], font: number): number {
    style(this.element, { 'font-size': px(font), color: this.theme.text })
    reuse(this.element, series.length, entry).forEach((item, i) => {
      const { name, color } = series[i] as Series
      style(item.firstChild as HTMLElement, { 'background-color': color })
      write(item.lastChild as HTMLElement, name)
    })
    return series.length ? this.element.offsetHeight : 0
  }
}

function entry(): HTMLElement {
  const item = html('span', 'ow-legend-item')
  html('span', 'ow-swatch', item)
  html('span', 'ow-legend-name', item)
  return item
}
