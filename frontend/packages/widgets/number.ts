import type { DataResult, NumberOptions, NumberWidget } from '../wire'
import { cells, figures } from './columns'
import { changeOf, type Change } from './change'
import { html, px, show, style, write } from './dom'
import { formatter, largestOf } from './format'
import { icon, setIcon } from './icons'
import type { Drawing, Kind, Reader, Size } from './kinds'
import { textWidth } from './measure'

interface Figure {
  value: string
  change: Change | null
}

export const number: Kind<NumberWidget> = {
  columns: (options) => (options.compare ? [options.value, options.compare] : [options.value]),
  figures: (options) => number.columns(options),
  draw: (body, widget, reader) => new NumberDrawing(body, widget.options, reader),
  describe(widget, result, reader) {
    const { value, change } = figureOf(widget.options, result, reader)
    return value + (change ? ', ' + change.spoken : '') + '.'
  },
}

function figureOf(options: NumberOptions, result: DataResult, reader: Reader): Figure {
  const now = figures(result, options.value)[0] as number | null
  const before = options.compare ? (figures(result, options.compare)[0] as number | null) : null
  const write = formatter(options, reader.locale, largestOf([now, before]))
  const value = write(cells(result, options.value)[0] as string | number | null)
  return { value, change: options.compare ? changeOf(now, before, options, write, reader.locale) : null }
}

class NumberDrawing implements Drawing {
  private value: HTMLElement
  private delta: HTMLElement
  private arrow: SVGSVGElement
  private by: HTMLElement
  private was: HTMLElement

  constructor(body: HTMLElement, private options: NumberOptions, private reader: Reader) {
    const column = html('div', 'ow-number', body)
    this.value = html('div', 'ow-value', column)
    this.delta = html('div', 'ow-delta', column)
    this.arrow = icon(this.delta)
    this.by = html('span', 'ow-by', this.delta)
    this.was = html('span', 'ow-was', this.delta)
    style(this.was, { color: reader.theme.muted })
  }

  paint(result: DataResult | null, size: Size): void {
    if (!result) return
    const { value, change } = figureOf(this.options, result, this.reader)
    write(this.value, value)
    style(this.value, { 'font-size': px(valueSize(value, size, change !== null)) })
    show(this.delta, change !== null)
    if (change) this.paintChange(change, size)
  }

  private paintChange(change: Change, size: Size): void {
    const { success, error, muted } = this.reader.theme
    setIcon(this.arrow, change.arrow)
    write(this.by, change.by)
    write(this.was, change.was)
    const room = textWidth(change.by + change.was, size.base, 500) + size.base * 2 <= size.width
    show(this.was, room)
    const color = change.news === 'good' ? success : change.news === 'bad' ? error : muted
    style(this.by, { color })
    this.arrow.style.color = color
  }
}

/** As large as the box allows, but alike in boxes of like size, whatever their digits. */
function valueSize(value: string, size: Size, withChange: boolean): number {
  const wide = size.width / Math.max(0.1, textWidth(value, 1, 600))
  const high = (size.height - (withChange ? size.base * 1.5 : 0)) / 1.15
  return Math.max(size.base * 0.6, Math.min(wide, high, Math.max(size.base * 3.6, size.height * 0.36)))
}
