import type { DataResult } from '../wire'
import { html, remove, reuse, write } from './dom'
import { merged } from './inherited'
import type { Reader } from './kinds'
import { textsOf } from './rows'

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
    const shown = { ...result, rows: result.rows.slice(0, MOST) }
    const texts = columns.map((column, c) => textsOf(shown, c, merged({}, this.reader.formats || {}, column.name), this.reader))
    reuse(this.rows, shown.rows.length, () => html('tr', '')).forEach((tr, r) => {
      reuse(tr, columns.length, () => html('td', '')).forEach((td, c) => write(td, (texts[c] as string[])[r] as string))
    })
  }
}

function heading(): HTMLElement {
  const th = html('th', '')
  th.scope = 'col'
  return th
}
