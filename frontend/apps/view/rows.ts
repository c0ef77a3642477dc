/** What a widget shows, as a table that everybody can read: every row of its answer, in a dialog over the page. */

import { isFigure } from '../../packages/widgets/columns'
import { formatsIn, formatsOf, merged } from '../../packages/widgets/inherited'
import { rowWords, textsOf } from '../../packages/widgets/rows'
import { dark } from '../../packages/widgets/theme'
import type { DataResult, Query, Widget } from '../../packages/wire'

export interface Behind { href: string; words: string }

export interface Shown { widget: Widget; query: Query | undefined; result: DataResult; locale: string; timeZone: string; behind: Behind[] }

/** Opens the table; whoever closes it is back at what opened it. */
export function openRows(shown: Shown): HTMLDialogElement {
  const dialog = document.createElement('dialog')
  dialog.className = 'ot-dialog ot-dialog-wide'
  dialog.setAttribute('aria-labelledby', 'ot-rows-title')
  dialog.append(head(shown.widget.title || shown.query?.name || 'Rows'), body(shown), foot(shown.behind))
  dialog.addEventListener('close', () => dialog.remove())
  document.body.append(dialog)
  dialog.showModal()
  return dialog
}

function head(title: string): HTMLElement {
  const header = made('header', 'ot-dialog-head')
  const heading = made('h2', 'ot-dialog-title grow', title)
  heading.id = 'ot-rows-title'
  const close = made('button', 'btn btn-ghost btn-square')
  close.type = 'button'
  close.dataset.closes = ''
  close.setAttribute('aria-label', 'Close')
  close.append(made('span', 'iconify lucide--x size-4'))
  header.append(heading, close)
  return header
}

function body(shown: Shown): HTMLElement {
  const { result, locale } = shown
  const part = made('div', 'ot-dialog-body')
  const more = result.truncated ? ', and there are more' : ''
  part.append(made('p', 'ot-quiet', result.error ?? `${rowWords(result.rows.length, locale)}${more}.`))
  if (result.columns.length === 0) return part
  const scroll = made('div', 'ot-table-scroll max-h-96')
  scroll.tabIndex = 0
  scroll.setAttribute('role', 'region')
  scroll.setAttribute('aria-label', 'Rows')
  scroll.append(table(shown))
  part.append(scroll)
  return part
}

function table({ widget, query, result, locale, timeZone }: Shown): HTMLTableElement {
  const formats = formatsIn(widget, formatsOf(query?.columns))
  const reader = { theme: dark, locale, timeZone, formats }
  const drawn = made('table', 'ot-grid')
  const line = drawn.createTHead().insertRow()
  result.columns.forEach((column) => {
    const cell = made('th', isFigure(column) ? 'ot-align-end' : '', column.name)
    cell.scope = 'col'
    line.append(cell)
  })
  const texts = result.columns.map((column, index) => textsOf(result, index, merged({}, formats, column.name), reader))
  const rows = drawn.createTBody()
  result.rows.forEach((_, at) => {
    const row = rows.insertRow()
    result.columns.forEach((column, index) => {
      const cell = made('td', isFigure(column) ? 'ot-align-end' : '', texts[index]?.[at])
      cell.dataset.label = column.name
      row.append(cell)
    })
  })
  return drawn
}

function foot(behind: Behind[]): HTMLElement {
  const footer = made('footer', 'ot-dialog-foot')
  behind.forEach(({ href, words }) => {
    const link = made('a', 'btn ot-btn-plain', words)
    link.href = href
    footer.append(link)
  })
  return footer
}

function made<K extends keyof HTMLElementTagNameMap>(tag: K, name: string, text = ''): HTMLElementTagNameMap[K] {
  const element = document.createElement(tag)
  if (name) element.className = name
  if (text) element.textContent = text
  return element
}
