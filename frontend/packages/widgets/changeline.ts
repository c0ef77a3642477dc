import type { Change } from './change'
import { html, show, style, write } from './dom'
import { icon, setIcon } from './icons'
import { textWidth } from './measure'
import type { Theme } from './theme'

/** "↑ +12% from €431,204": how a figure moved, in the color of the news it is. */
export class ChangeLine {
  private element: HTMLElement
  private arrow: SVGSVGElement
  private by: HTMLElement
  private was: HTMLElement

  constructor(parent: HTMLElement, private theme: Theme) {
    this.element = html('div', 'ow-delta', parent)
    this.arrow = icon(this.element)
    this.by = html('span', 'ow-by', this.element)
    this.was = html('span', 'ow-was', this.element)
    style(this.was, { color: theme.muted })
  }

  /** Where the width has no room for what it moved from, it says when that was, or nothing. */
  paint(change: Change | null, width: number, base: number): void {
    show(this.element, change !== null)
    if (!change) return
    const { success, error, muted } = this.theme
    setIcon(this.arrow, change.arrow)
    write(this.by, change.by)
    const fits = [change.was, change.then].filter((text) => text && textWidth(change.by + text, base, 500) + base * 2 <= width)
    write(this.was, fits[0] || '')
    show(this.was, fits.length > 0)
    const color = change.news === 'good' ? success : change.news === 'bad' ? error : muted
    style(this.by, { color })
    this.arrow.style.color = color
  }
}
