import { barVerdict, type Bars } from './bar'
import { pathOf } from './icons'
import { textWidth } from './measure'
import type { Label, Mark } from './plot'
import { roleColor, roleIcon } from './rules'
import type { Bar } from './stack'

/** How wide a bar's figure is, with the icon of what rules say of it. */
export function labelWidth(bars: Bars, bar: Bar): number {
  return textWidth(bars.write(bar.to), bars.font, 600) + (barVerdict(bars, bar) ? bars.font * 1.2 : 0)
}

/** A bar's figure at a place, and the icon before it. */
export function figureLabel(bars: Bars, bar: Bar, at: { x: number; y: number }, anchor: 'start' | 'middle' | 'end'): { label: Label; icons: Mark[] } {
  const { font, reader } = bars
  const verdict = barVerdict(bars, bar)
  const width = labelWidth(bars, bar)
  const from = at.x - (anchor === 'end' ? width : anchor === 'middle' ? width / 2 : 0)
  const x = from + (verdict ? font * 1.2 : 0)
  const label: Label = { x, y: at.y, text: bars.write(bar.to), anchor: 'start', color: reader.theme.text, weight: 600, halo: bars.limits.length > 0 }
  if (!verdict) return { label, icons: [] }
  return { label, icons: [{ x: from, y: at.y, size: font, path: pathOf(roleIcon(verdict.role)), color: roleColor(verdict.role, reader.theme) }] }
}
