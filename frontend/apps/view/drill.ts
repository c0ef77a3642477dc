/** From a widget on a page to what is behind it: its rows as a table, its query, and the log of its runs. */

import type { DataResult, Document, Query, Widget } from '../../packages/wire'
import { openRows, type Behind } from './rows'

export interface Leading {
  document: Document
  /** The page of each query, by its id: what is nowhere to be looked at leads nowhere. */
  pages: { [query: string]: string }
  /** The page of each saved query, by its public id. */
  saved: { [id: string]: string }
  result: (query: string) => DataResult | undefined
  locale: string
  timeZone: string
}

export function lead(place: HTMLElement, leading: Leading): void {
  for (const widget of leading.document.widgets) {
    const address = leading.pages[widget.query ?? '']
    const box = place.querySelector<HTMLElement>(`[data-widget="${CSS.escape(widget.id)}"]`)
    if (!address || !box) continue
    const query = leading.document.queries.find((one) => one.id === widget.query)
    const group = document.createElement('div')
    group.className = 'ot-drill'
    group.append(rows(widget, query, address, leading), link(widget, address))
    box.append(group)
  }
}

function rows(widget: Widget, query: Query | undefined, address: string, leading: Leading): HTMLElement {
  const button = document.createElement('button')
  button.type = 'button'
  named(button, 'Its rows as a table', `The rows of ${widget.title || 'this widget'} as a table`, 'iconify lucide--table size-4')
  button.addEventListener('click', () => {
    const result = leading.result(widget.query ?? '')
    if (result) openRows({ ...leading, widget, query, result, behind: behind(query, address, leading) })
  })
  return button
}

function link(widget: Widget, address: string): HTMLElement {
  const anchor = document.createElement('a')
  anchor.href = address
  named(anchor, 'The query and its runs', `The query of ${widget.title || 'this widget'} and its runs`, 'iconify lucide--database size-4')
  return anchor
}

function behind(query: Query | undefined, address: string, { saved }: Leading): Behind[] {
  const kept = query?.saved ? saved[query.saved] : undefined
  return [...(kept ? [{ href: kept, words: 'The saved query' }] : []), { href: address, words: 'The query and its runs' }]
}

function named(element: HTMLElement, title: string, label: string, look: string): void {
  element.className = 'ot-drill-way'
  element.title = title
  element.setAttribute('aria-label', label)
  const icon = document.createElement('span')
  icon.className = look
  icon.setAttribute('aria-hidden', 'true')
  element.append(icon)
}
