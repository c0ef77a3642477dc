/** Icons by meaning; whole class names, because the stylesheet is made from what stands in the source. */

import type { ColumnType, Kind, Role } from '../model/types'

export const KIND_ICONS: Record<Kind, string> = {
  number: 'iconify lucide--hash', line: 'iconify lucide--chart-line', bar: 'iconify lucide--chart-column',
  gauge: 'iconify lucide--gauge', progress: 'iconify lucide--goal', donut: 'iconify lucide--chart-pie',
  leaderboard: 'iconify lucide--trophy', status: 'iconify lucide--layout-grid',
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

export const ROLE_ICONS: Record<Role, { icon: string; color: string }> = {
  good: { icon: 'iconify lucide--circle-check', color: 'text-success' },
  warning: { icon: 'iconify lucide--triangle-alert', color: 'text-warning' },
  bad: { icon: 'iconify lucide--octagon-x', color: 'text-error' },
}
