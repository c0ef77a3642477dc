/** Sentences for the live region and the widgets' own labels. */

import { FACTS } from './kinds'
import { type Layout, type Rect, sameRect } from './grid'
import type { DashboardDocument, Widget } from './types'

export const nameOf = (widget: Widget): string => widget.title.trim() || `Untitled ${FACTS[widget.kind].name.toLowerCase()}`

const cells = (count: number, one: string): string => `${count} ${one}${count === 1 ? '' : 's'}`
export const placeWords = (rect: Rect): string => `column ${rect.x + 1}, row ${rect.y + 1}`
export const sizeWords = (rect: Rect): string => `${cells(rect.w, 'column')} by ${cells(rect.h, 'row')}`

export function labelOf(widget: Widget, problem: string | null): string {
  const kind = FACTS[widget.kind].name.toLowerCase()
  const label = `${nameOf(widget)}, ${kind}, ${placeWords(widget)}, ${sizeWords(widget)}`
  return problem ? `${label}. ${problem}` : label
}

/** "Revenue moved to column 3, row 2. Orders made way." */
export function movedWords(doc: DashboardDocument, id: string, layout: Layout): string {
  const widget = doc.widgets.find((one) => one.id === id)
  const rect = layout.get(id)
  if (!widget || !rect) return ''
  const resized = rect.w !== widget.w || rect.h !== widget.h
  const what = resized ? `resized to ${sizeWords(rect)}` : `moved to ${placeWords(rect)}`
  const others = doc.widgets.filter((one) => one.id !== id && layout.has(one.id) && !sameRect(layout.get(one.id)!, one))
  const aside = others.length === 0 ? '' : ` ${others.map(nameOf).join(', ')} made way.`
  return `${nameOf(widget)} ${what}.${aside}`
}

export const noRoomWords = (widget: Widget): string => `There is no room for ${nameOf(widget)} there.`
export const edgeWords = (widget: Widget): string => `${nameOf(widget)} cannot go further this way.`

/** "14:05" in the reader's own manner. */
export function clockWords(at: Date, locale: string): string {
  return new Intl.DateTimeFormat(locale, { hour: '2-digit', minute: '2-digit' }).format(at)
}

export function refreshWords(seconds: number): string {
  if (seconds < 60) return `Every ${seconds} seconds`
  if (seconds < 3600) return seconds === 60 ? 'Every minute' : `Every ${seconds / 60} minutes`
  if (seconds < 86400) return seconds === 3600 ? 'Every hour' : `Every ${seconds / 3600} hours`
  return 'Once a day'
}
