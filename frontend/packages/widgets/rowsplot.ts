import { lanes, paintBoxes, type Bars } from './bar'
import { figureLabel, labelWidth } from './barlabels'
import { cleared, happenedBeside, happenedOn } from './happened'
import { limitValues, uprightLabels } from './limits'
import { fitText, textWidth, widest } from './measure'
import { scale, type Area, type Label, type Mark } from './plot'
import { extent } from './ticks'
import { barsOf, type Bar } from './stack'

/** Paints lying bars, largest room for their names, and returns how many categories found no room. */
export function paintRows(bars: Bars): number {
  const { size, font, plot, options } = bars
  const height = size.height - (bars.limits.length ? font * 1.5 : 0)
  const perCategory = font * Math.max(1.5, options.stacked ? 1.5 : bars.series.length * 0.9)
  const room = Math.max(1, Math.floor(height / perCategory))
  const shown = bars.categories.length <= room ? bars.categories.length : Math.max(1, Math.floor((height - font * 1.6) / perCategory))
  const left = bars.categories.length - shown
  const all = barsOf(bars.series, 0, shown, !!options.stacked)
  const labeled = !options.stacked
  const area = areaOf(bars, all, shown, labeled, left > 0)
  // Without an axis nobody reads round ends; the longest bar takes all the room.
  const ends = all.map((bar) => bar.to).concat(0, limitValues(bars.limits))
  const [low, high] = extent(ends)
  const x = scale(low, high, area.left, area.right)
  const step = (area.bottom - area.top) / shown
  const lane = lanes(bars, step)
  const top = (bar: Bar): number => area.top + bar.category * step + lane.offset(bar.lane)
  paintBoxes(bars, all, (bar) => ({ along: top(bar), thick: lane.thick, from: x(bar.from), to: x(bar.to) }))
  plot.rules([{ x1: x(0), x2: x(0), y1: area.top, y2: area.bottom, strong: true }])
  plot.limits(bars.limits.map(({ value, color, isTarget }) => ({ x1: x(value), x2: x(value), y1: area.top, y2: area.bottom, color, isTarget })))
  const figures = labeled ? all.map((bar) => valueLabel(bars, bar, x, top(bar) + lane.thick / 2)) : []
  plot.icons(figures.reduce((icons: Mark[], one) => icons.concat(one.icons), []))
  const happened = happenedOn(bars, 0, shown, area.top, step)
  const values = cleared(labeled ? figures.map((one) => one.label) : totals(bars, all, shown, x, area, step), happened)
  plot.happened(happened.map(({ at }) => ({ x1: area.left, x2: size.width, y1: at, y2: at })))
  const noted = happenedBeside(happened, values, area, size.width, font, bars.reader.theme.text)
  plot.labels(values.concat(names(bars, shown, area, step), uprightLabels(bars.limits, x, area, font), noted), font)
  return left
}

function areaOf(bars: Bars, all: Bar[], shown: number, labeled: boolean, more: boolean): Area {
  const { size, font } = bars
  const widths = labeled ? all.map((bar) => labelWidth(bars, bar)) : sums(bars, shown).map((sum) => textWidth(bars.write(sum), font, 600))
  const values = Math.max(0, ...widths) + font * 0.6
  const name = Math.min(size.width * 0.4, widest(bars.categories.slice(0, shown), font) + font * 0.8)
  const negative = all.some((bar) => bar.to < 0) ? values : 0
  return { left: name + negative, right: size.width - values, top: bars.limits.length ? font * 1.5 : 0, bottom: size.height - (more ? font * 1.6 : 0) }
}

function valueLabel(bars: Bars, bar: Bar, x: (value: number) => number, y: number): { label: Label; icons: Mark[] } {
  const negative = bar.to < 0
  const at = x(bar.to) + (negative ? -1 : 1) * bars.font * 0.4
  return figureLabel(bars, bar, { x: at, y }, negative ? 'end' : 'start')
}

/** A stack tells its sum. */
function totals(bars: Bars, all: Bar[], shown: number, x: (value: number) => number, area: Area, step: number): Label[] {
  return sums(bars, shown).map((sum, category) => {
    const end = Math.max(0, ...all.filter((bar) => bar.category === category).map((bar) => bar.to))
    const y = area.top + (category + 0.5) * step
    return { x: x(end) + bars.font * 0.4, y, text: bars.write(sum), color: bars.reader.theme.text, weight: 600 }
  })
}

function sums(bars: Bars, shown: number): number[] {
  return bars.categories.slice(0, shown).map((_, i) => bars.series.reduce((sum, one) => sum + (one.values[i] || 0), 0))
}

function names(bars: Bars, shown: number, area: Area, step: number): Label[] {
  const width = Math.min(bars.size.width * 0.4, area.left) - bars.font * 0.6
  return bars.categories.slice(0, shown).map((name, i) => ({
    x: 0, y: area.top + (i + 0.5) * step, text: fitText(name, width, bars.font),
  }))
}
