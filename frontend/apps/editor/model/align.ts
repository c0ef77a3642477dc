/** Bringing several widgets into line. Each answers with places; whether there is room is for others to say. */

import type { Placed, Rect } from './grid'
import { frameOf } from './group'

export type Alignment = 'left' | 'right' | 'top' | 'bottom' | 'across' | 'down' | 'size'
export type Places = [string, Rect][]

export const ALIGNMENTS: readonly { value: Alignment; label: string; icon: string; least: number }[] = [
  { value: 'left', label: 'Align left edges', icon: 'iconify lucide--align-start-vertical', least: 2 },
  { value: 'right', label: 'Align right edges', icon: 'iconify lucide--align-end-vertical', least: 2 },
  { value: 'top', label: 'Align top edges', icon: 'iconify lucide--align-start-horizontal', least: 2 },
  { value: 'bottom', label: 'Align bottom edges', icon: 'iconify lucide--align-end-horizontal', least: 2 },
  { value: 'across', label: 'Same gaps from left to right', icon: 'iconify lucide--align-horizontal-space-between', least: 3 },
  { value: 'down', label: 'Same gaps from top to bottom', icon: 'iconify lucide--align-vertical-space-between', least: 3 },
  { value: 'size', label: 'Same size as the first', icon: 'iconify lucide--scaling', least: 2 },
]

/** Places for widgets in the order in which they were chosen. */
export function aligned(group: readonly Placed[], how: Alignment): Places {
  const frame = frameOf(group)
  const [right, bottom] = [frame.x + frame.w, frame.y + frame.h]
  if (how === 'across') return spread(group, 'x', 'w')
  if (how === 'down') return spread(group, 'y', 'h')
  return group.map((one): [string, Rect] => {
    const rect = { x: one.x, y: one.y, w: one.w, h: one.h }
    if (how === 'left') rect.x = frame.x
    else if (how === 'right') rect.x = right - one.w
    else if (how === 'top') rect.y = frame.y
    else if (how === 'bottom') rect.y = bottom - one.h
    else Object.assign(rect, { w: group[0]!.w, h: group[0]!.h })
    return [one.id, rect]
  })
}

/** The outer two stay; the gaps between are whole cells, as even as they can be. */
function spread(group: readonly Placed[], at: 'x' | 'y', length: 'w' | 'h'): Places {
  const sorted = [...group].sort((a, b) => a[at] - b[at])
  const start = sorted[0]![at]
  const room = sorted.at(-1)![at] + sorted.at(-1)![length] - start
  const gap = (room - sorted.reduce((sum, one) => sum + one[length], 0)) / (sorted.length - 1)
  let before = 0
  return sorted.map((one, index): [string, Rect] => {
    const rect = { x: one.x, y: one.y, w: one.w, h: one.h }
    rect[at] = start + Math.round(before + gap * index)
    before += one[length]
    return [one.id, rect]
  })
}
