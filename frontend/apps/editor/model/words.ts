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

/** "Revenue", or "3 widgets"; empty when none of them is there. */
export function groupName(doc: DashboardDocument, ids: readonly string[]): string {
  const group = doc.widgets.filter((one) => ids.includes(one.id))
  return group.length > 1 ? `${group.length} widgets` : group.map(nameOf).join()
}

export const chosenWords = (count: number): string => count === 0 ? 'No widget selected.' : `${cells(count, 'widget')} selected.`

/** "Revenue moved to column 3, row 2. Orders made way." */
export function movedWords(doc: DashboardDocument, ids: readonly string[], layout: Layout): string {
  const first = doc.widgets.find((one) => ids.includes(one.id))
  const rect = first && layout.get(first.id)
  if (!first || !rect) return ''
  const resized = rect.w !== first.w || rect.h !== first.h
  const where = ids.length > 1 ? '' : ` to ${resized ? sizeWords(rect) : placeWords(rect)}`
  const what = (resized ? 'resized' : 'moved') + where
  const others = doc.widgets.filter((one) => !ids.includes(one.id) && layout.has(one.id) && !sameRect(layout.get(one.id)!, one))
  const aside = others.length === 0 ? '' : ` ${others.map(nameOf).join(', ')} made way.`
  return `${groupName(doc, ids)} ${what}.${aside}`
}

export const noRoomWords = (name: string): string => `There is no room for ${name} there.`
export const edgeWords = (name: string): string => `${name} cannot go further this way.`

/** "14:05" in the reader's own manner. */
export function clockWords(at: Date, locale: string): string {
  return new Intl.DateTimeFormat(locale, { hour: '2-digit', minute: '2-digit' }).format(at)
}

const UNITS: [number, string][] = [[86400, 'day'], [3600, 'hour'], [60, 'minute'], [1, 'second']]

export function refreshWords(seconds: number): string {
  if (seconds === 86400) return 'Once a day'
  // The largest unit that it is a whole number of: 90 is no minute and a half.
  const [size, unit] = UNITS.find(([one]) => seconds % one === 0)!
  return seconds === size && size > 1 ? `Every ${unit}` : `Every ${seconds / size} ${unit}${seconds === size ? '' : 's'}`
}
