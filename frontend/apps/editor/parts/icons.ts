/** Icons by meaning; whole class names, because the stylesheet is made from what stands in the source. */

import type { ColumnType, Kind } from '../model/types'

export const KIND_ICONS: Record<Kind, string> = {
  number: 'iconify lucide--hash', line: 'iconify lucide--chart-line', bar: 'iconify lucide--chart-column',
  table: 'iconify lucide--table', text: 'iconify lucide--type',
  image: 'iconify lucide--image',
  clock: 'iconify lucide--clock',
  countdown: 'iconify lucide--hourglass',
  qr: 'iconify lucide--qr-code',
  web: 'iconify lucide--globe',
}

export const TYPE_ICONS: Record<ColumnType, string> = {
  text: 'iconify lucide--type', integer: 'iconify lucide--hash', decimal: 'iconify lucide--hash', float: 'iconify lucide--hash',
  boolean: 'iconify lucide--toggle-left', date: 'iconify lucide--calendar', datetime: 'iconify lucide--calendar-clock',
  time: 'iconify lucide--clock', json: 'iconify lucide--braces',
}
