/** From a widget on a page to the query behind it: its SQL, its runs and who watches. */

import type { Document } from '../../packages/wire'

export function lead(place: HTMLElement, document: Document, pages: { [query: string]: string }): void {
  for (const widget of document.widgets) {
    const address = pages[widget.query ?? '']
    const box = place.querySelector<HTMLElement>(`[data-widget="${CSS.escape(widget.id)}"]`)
    if (!address || !box) continue
    const link = window.document.createElement('a')
    link.className = 'ot-drill'
    link.href = address
    link.title = 'The query and its runs'
    link.setAttribute('aria-label', `The query of ${widget.title || 'this widget'} and its runs`)
    const icon = window.document.createElement('span')
    icon.className = 'iconify lucide--database size-4'
    icon.setAttribute('aria-hidden', 'true')
    link.append(icon)
    box.append(link)
  }
}
