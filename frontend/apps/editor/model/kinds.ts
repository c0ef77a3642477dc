/** Which widgets a result can become, and why not. */

import { isFigure, isTime } from './columns'
import type { Column, Kind } from './types'

export const KINDS: readonly Kind[] = [
  'number', 'gauge', 'progress',
  'line', 'bar', 'donut',
  'leaderboard', 'status', 'table',
  'text', 'image', 'clock', 'countdown', 'qr', 'web',
]

// They show what their options say.
const WITHOUT_QUERY: readonly Kind[] = ['text', 'image', 'clock', 'countdown', 'qr', 'web']

export const asksQuery = (kind: Kind): boolean => !WITHOUT_QUERY.includes(kind)

export interface KindFacts { name: string; purpose: string; size: { w: number; h: number }; least: { w: number; h: number } }

export const FACTS: Record<Kind, KindFacts> = {
  number: { name: 'Number', purpose: 'One figure, large', size: { w: 6, h: 4 }, least: { w: 3, h: 2 } },
  gauge: { name: 'Gauge', purpose: 'One figure on a scale', size: { w: 6, h: 5 }, least: { w: 3, h: 3 } },
  progress: { name: 'Progress', purpose: 'How far it is to a target', size: { w: 6, h: 4 }, least: { w: 3, h: 2 } },
  line: { name: 'Line', purpose: 'Figures over time, as lines or areas', size: { w: 12, h: 6 }, least: { w: 5, h: 3 } },
  bar: { name: 'Bar', purpose: 'Figures side by side, or stacked', size: { w: 10, h: 6 }, least: { w: 5, h: 3 } },
  donut: { name: 'Donut', purpose: 'Shares of a whole', size: { w: 8, h: 5 }, least: { w: 4, h: 3 } },
  leaderboard: { name: 'Leaders', purpose: 'Who leads, ranked', size: { w: 8, h: 6 }, least: { w: 4, h: 3 } },
  status: { name: 'Status', purpose: 'A tile for each thing: green, amber or red', size: { w: 10, h: 5 }, least: { w: 3, h: 2 } },
  table: { name: 'Table', purpose: 'Rows as they are', size: { w: 12, h: 7 }, least: { w: 5, h: 3 } },
  text: { name: 'Text', purpose: 'A heading or a note', size: { w: 8, h: 3 }, least: { w: 3, h: 1 } },
  image: { name: 'Picture', purpose: 'A logo, a plan or a photo', size: { w: 6, h: 5 }, least: { w: 2, h: 2 } },
  clock: { name: 'Clock', purpose: 'The time, here or elsewhere', size: { w: 5, h: 3 }, least: { w: 3, h: 2 } },
  countdown: { name: 'Countdown', purpose: 'How long until a date', size: { w: 8, h: 4 }, least: { w: 3, h: 2 } },
  qr: { name: 'QR code', purpose: 'An address or a text for phones', size: { w: 4, h: 5 }, least: { w: 2, h: 3 } },
  web: { name: 'Web page', purpose: 'A page from elsewhere', size: { w: 12, h: 7 }, least: { w: 4, h: 3 } },
}

const MOST_BARS = 40

/** Null when the kind can show these columns, otherwise the reason it cannot. */
export function whyNot(kind: Kind, columns: readonly Column[] | null): string | null {
  if (!asksQuery(kind)) return null
  if (columns === null) return 'Needs a query that has run.'
  if (columns.length === 0) return 'The query has no columns.'
  const figures = columns.filter(isFigure)
  if (kind === 'table') return null
  if (kind === 'status') return columns.length < 2 ? 'Needs a column of names and one of states.' : null
  if (figures.length === 0) return 'Needs a column with numbers.'
  if (kind === 'number' || kind === 'gauge' || kind === 'progress') return null
  if (columns.length < 2) return 'Needs a second column to name the figures.'
  if ((kind === 'donut' || kind === 'leaderboard') && columns.every(isFigure)) return 'Needs a column of names.'
  if (kind === 'line' && !columns.some(isTime) && figures.length < 2) return 'Needs a date, or a number, to run along.'
  return null
}

/** The kind that says most about a result at first sight. */
export function bestKind(columns: readonly Column[], rows: number): Kind {
  const figures = columns.filter(isFigure)
  const names = columns.filter((column) => column.type === 'text')
  const times = columns.filter(isTime)
  if (rows === 1 && figures.length === 1 && columns.length === 1) return 'number'
  if (rows < 2 || figures.length === 0) return 'table'
  // Dates beside names are rows as they were collected, not a course over time.
  if (times.length === 1 && names.length === 0) return 'line'
  return names.length === 1 && times.length === 0 && rows <= MOST_BARS ? 'bar' : 'table'
}
