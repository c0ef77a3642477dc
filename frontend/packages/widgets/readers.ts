import type { DataResult } from '../wire'
import { cellText } from './cells'
import { html, remove, reuse, write } from './dom'
import { merged } from './inherited'
import type { Reader } from './kinds'

const MOST = 50

/** A chart's figures as a table that only screen readers meet. */
export class HiddenTable {
  private element: HTMLElement
  private head: HTMLTableRowElement
  private rows: HTMLElement

  constructor(private parent: HTMLElement, title: string, private reader: Reader) {
    this.element = html('div', 'ow-hidden')
    const table = html('table', '', this.element)
    write(html('caption', '', table), title || 'Data')
    this.head = html('tr', '', html('thead', '', table))
    this.rows = html('tbody', '', table)
  }

  /** Shows the first rows, or leaves the page when there is nothing drawn. */
  fill(result: DataResult | null): void {
    if (!result) return remove(this.element)
    if (!this.element.parentNode) this.parent.appendChild(this.element)
    const { columns } = result
    reuse(this.head, columns.length, heading).forEach((th, i) => write(th, (columns[i] as { name: string }).name))
    const shown = result.rows.slice(0, MOST)
    reuse(this.rows, shown.length, () => html('tr', '')).forEach((tr, r) => {
      reuse(tr, columns.length, () => html('td', '')).forEach((td, c) => {
        write(td, cellText(result, r, c, merged({}, this.reader.formats || {}, (columns[c] as { name: string }).name), this.reader))
      })
    })
  }
}

function heading(): HTMLElement {
  const th = html('th', '')
  th.scope = 'col'
  return th
}
