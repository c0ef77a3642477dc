import { html, show, write } from './dom'
import { icon, setIcon } from './icons'
import { roleColor, roleIcon, type Verdict } from './rules'
import type { Theme } from './theme'

/** An icon and a word in the color of what rules say: color alone would tell some people nothing. */
export class Badge {
  readonly element: HTMLElement
  private icon: SVGSVGElement
  private word: HTMLElement

  constructor(parent: HTMLElement, private theme: Theme) {
    this.element = html('span', 'ow-badge', parent)
    this.icon = icon(this.element)
    this.word = html('span', 'ow-badge-word', this.element)
  }

  /** Where there is no room for the word the icon stands alone; its shape differs too. */
  paint(verdict: Verdict | null, withWord = true): void {
    show(this.element, verdict !== null)
    if (!verdict) return
    setIcon(this.icon, roleIcon(verdict.role))
    write(this.word, verdict.word)
    show(this.word, withWord)
    this.element.style.color = roleColor(verdict.role, this.theme)
  }
}
