import { positionLabels, valueAxis, valueLabels, valueRules } from './axis'
import { lanes, paintBoxes, type Bars } from './bar'
import { isDated, indexOf } from './columns'
import { figureLabel, labelWidth } from './barlabels'
import { cleared, happenedLabels, happenedOn, happenedRules } from './happened'
import { levelLabels, limitValues } from './limits'
import { fitText } from './measure'
import { scale, type Area, type Label, type Mark } from './plot'
import { shortDates } from './shortdates'
import { barsOf, type Bar } from './stack'

/** Paints upright bars and returns how many categories found no room. */
export function paintColumns(bars: Bars): number {
  const { font, plot, reader, options } = bars
  // Below four pixels a bar is a hair; the latest categories are the ones a wall wants.
  const fitting = Math.max(1, Math.floor((bars.size.width - font * 4) / 4))
  const first = Math.max(0, bars.categories.length - fitting)
  // How many more there are stands under the names.
  const size = { ...bars.size, height: bars.size.height - (first ? font * 1.4 : 0) }
  const all = barsOf(bars.series, first, bars.categories.length, !!options.stacked)
  const ends = all.map((bar) => bar.to).concat(0, limitValues(bars.limits))
  const axis = valueAxis(ends, options, reader, size.height - font * 2, font, true)
  const room = (size.width - axis.width) / (bars.categories.length - first)
  const labeled = direct(bars, all, room)
  const area: Area = {
    left: labeled ? 0 : axis.width, right: size.width - font * 0.6,
    top: font * (labeled ? 1.5 : 0.7), bottom: size.height - font * 1.9,
  }
  const y = scale(axis.low, axis.high, area.bottom, area.top)
  const step = (area.right - area.left) / (bars.categories.length - first)
  const lane = lanes(bars, step)
  const left = (bar: Bar): number => area.left + (bar.category - first) * step + lane.offset(bar.lane)
  paintBoxes(bars, all, (bar) => ({ along: left(bar), thick: lane.thick, from: y(bar.from), to: y(bar.to) }))
  const zero = { x1: area.left, x2: area.right, y1: y(0), y2: y(0), strong: true }
  const happened = happenedOn(bars, first, bars.categories.length, area.left, step)
  const at = (place: number): number => place
  plot.rules(labeled ? [zero] : valueRules(axis, y, area).concat(zero))
  plot.happened(happenedRules(happened, at, area))
  plot.limits(bars.limits.map(({ value, color, isTarget }) => ({ x1: area.left, x2: area.right, y1: y(value), y2: y(value), color, isTarget })))
  const figures = labeled ? all.map((bar) => valueLabel(bars, bar, left(bar) + lane.thick / 2, y)) : []
  plot.icons(figures.reduce((icons: Mark[], one) => icons.concat(one.icons), []))
  const values = labeled ? cleared(figures.map((one) => one.label), happened) : valueLabels(axis, y, area, font)
  const noted = happenedLabels(happened, at, { ...area, top: 0 }, font, reader.theme.text)
  plot.labels(values.concat(names(bars, first, area, step), levelLabels(bars.limits, y, area, font, noted), noted), font)
  return first
}

/** Figures on the bars themselves replace the axis where each has room for its own. */
function direct(bars: Bars, all: Bar[], room: number): boolean {
  if (bars.series.length > 1) return false
  return all.every((bar) => labelWidth(bars, bar) <= room * 0.94)
}

function valueLabel(bars: Bars, bar: Bar, x: number, y: (value: number) => number): { label: Label; icons: Mark[] } {
  const away = bar.to < 0 ? bars.font * 0.8 : -bars.font * 0.8
  return figureLabel(bars, bar, { x, y: y(bar.to) + away }, 'middle')
}

function names(bars: Bars, first: number, area: Area, step: number): Label[] {
  const { result, options, reader, font } = bars
  const dated = isDated(result.columns[indexOf(result, options.x)])
  const texts = (dated ? shortDates(result, options.x, reader) : bars.categories).slice(first)
  const order = { kind: 'order' as const, at: [], zoned: false }
  return positionLabels(order, fitted(texts, step, font), (i) => area.left + (i + 0.5) * step, area, font, reader)
}

/** Names are cut to their bar's room where that leaves something to read; otherwise some are left out. */
function fitted(texts: string[], step: number, font: number): string[] {
  return step < font * 4 ? texts : texts.map((text) => fitText(text, step - font * 0.8, font))
}
