import type { DataResult, DonutOptions, DonutWidget } from '../wire'
import { arcPath, type Ring } from './arc'
import { figures } from './columns'
import { html, px, reuse, set, show, style, write } from './dom'
import { formatter, intlOptions, numberFormat, type Formatter } from './format'
import type { Drawing, Kind, Reader, Size } from './kinds'
import { textWidth, widest } from './measure'
import { Plot } from './plot'
import { endsOf, slicesOf, sumOf, type Slice } from './slices'

export const donut: Kind<DonutWidget> = {
  columns: (options) => [options.names, options.value],
  figures: (options) => [options.value],
  hasRows: true,
  unfit(options, result) {
    const negative = figures(result, options.value).some((value) => value !== null && value < 0)
    if (negative) return 'Shares cannot be negative, and “' + options.value + '” is.'
    return result.rows.length && !figures(result, options.value).some((value) => !!value) ? 'All of “' + options.value + '” is zero.' : null
  },
  draw: (body, widget, reader) => new DonutDrawing(body, widget.options, reader),
  describe(widget, result, reader) {
    const slices = slicesOf(widget.options, result, reader, Infinity)
    const write = formatter(widget.options, reader.locale, slices.map((slice) => slice.value).concat(sumOf(slices)))
    const told = slices.map((slice) => slice.name + ' ' + share(slice, slices, reader))
    return 'Total ' + write(sumOf(slices)) + '. ' + told.join(', ') + '.'
  },
}

function share(slice: Slice, slices: Slice[], reader: Reader): string {
  const part = slice.value / sumOf(slices)
  return numberFormat(reader.locale, intlOptions({ format: 'percent' }, part < 0.1 ? [1, 1] : [0, 0])).format(part)
}

class DonutDrawing implements Drawing {
  private row: HTMLElement
  private plot: Plot
  private list: HTMLElement

  constructor(body: HTMLElement, private options: DonutOptions, private reader: Reader) {
    this.row = html('div', 'ow-donut', body)
    this.plot = new Plot(this.row, reader.theme)
    this.list = html('div', 'ow-slices', this.row)
  }

  paint(result: DataResult | null, size: Size): void {
    if (!result) return
    const line = size.base * 1.55
    const { across, beside } = layoutOf(size, line, widest(namesOf(this.options, result, this.reader), size.base))
    const room = Math.floor((beside ? size.height : size.height - across) / line)
    const slices = slicesOf(this.options, result, this.reader, Math.max(2, room))
    this.row.className = beside ? 'ow-donut' : 'ow-donut ow-donut-tall'
    show(this.plot.element as unknown as HTMLElement, across > 0)
    const said = formatter(this.options, this.reader.locale, slices.map((slice) => slice.value))
    if (across > 0) this.paintRing(slices, across, said, size)
    this.paintList(slices, said, beside ? size.width - across - size.base : size.width, line, size.base)
  }

  private paintRing(slices: Slice[], across: number, said: Formatter, size: Size): void {
    const hole = this.options.hole !== false
    const outer = across / 2 - 1
    const ring: Ring = { x: across / 2, y: across / 2, outer, inner: hole ? outer * 0.64 : 0 }
    const ends = endsOf(slices)
    this.plot.size({ width: across, height: across, base: size.base })
    this.plot.each('areas', 'path', slices.length, (path, i) => {
      const from = i ? (ends[i - 1] as number) * 360 : 0
      const slice = slices[i] as Slice
      // A line of the card between slices: neighbors are told apart without their colors.
      set(path, { d: arcPath(ring, from, (ends[i] as number) * 360), fill: slice.color, stroke: this.reader.theme.card })
      set(path, { 'stroke-width': slices.length > 1 ? Math.max(1, size.base * 0.08) : 0 })
    })
    const total = said(sumOf(slices))
    const font = Math.min(outer * 0.34, (ring.inner * 1.6) / Math.max(0.1, textWidth(total, 1, 600)))
    const shown = hole && font >= size.base * 0.6
    this.plot.labels(shown ? [{ x: ring.x, y: ring.y, text: total, anchor: 'middle', color: this.reader.theme.text, weight: 600, font }] : [], font)
  }

  private paintList(slices: Slice[], said: Formatter, width: number, line: number, base: number): void {
    const { muted } = this.reader.theme
    const figuresFit = width > base * 13
    style(this.list, { width: px(Math.max(0, width)) })
    reuse(this.list, slices.length, entry).forEach((item, i) => {
      const slice = slices[i] as Slice
      const [swatch, name, value, part] = Array.prototype.slice.call(item.childNodes) as HTMLElement[]
      style(item, { height: px(line) })
      style(swatch as HTMLElement, { 'background-color': slice.color })
      write(name as HTMLElement, slice.name)
      write(value as HTMLElement, said(slice.value))
      show(value as HTMLElement, figuresFit)
      style(value as HTMLElement, { color: muted })
      write(part as HTMLElement, share(slice, slices, this.reader))
    })
  }
}

/** The ring stands beside the names or over them; where both have no room the names do without it. */
function layoutOf(size: Size, line: number, names: number): { across: number; beside: boolean } {
  const least = Math.min(names, size.base * 6) + size.base * 6
  const list = Math.max(least, Math.min(size.width * 0.6, names + size.base * 9))
  const across = Math.min(size.height, size.width - list - size.base)
  if (across >= size.base * 3.2) return { across, beside: true }
  const above = Math.min(size.width, size.height - line * 3)
  return { across: above >= size.base * 3.2 ? above : 0, beside: false }
}

function namesOf(options: DonutOptions, result: DataResult, reader: Reader): string[] {
  return slicesOf(options, result, reader, Infinity).map((slice) => slice.name)
}

function entry(): HTMLElement {
  const item = html('div', 'ow-slice')
  html('span', 'ow-swatch', item)
  html('span', 'ow-slice-name', item)
  html('span', 'ow-slice-value', item)
  html('span', 'ow-slice-share', item)
  return item
}
