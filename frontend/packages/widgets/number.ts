import type { DataResult, NumberOptions, NumberWidget } from '../wire'
import { Badge } from './badge'
import { cells, figures } from './columns'
import { changeOf, type Change } from './change'
import { ChangeLine } from './changeline'
import { html, px, show, style, write } from './dom'
import { formatter, largestOf } from './format'
import type { Drawing, Kind, Reader, Size } from './kinds'
import { textWidth } from './measure'
import { roleColor, verdictOf, type Verdict } from './rules'
import { placed } from './series'
import { Spark } from './spark'

interface Figure {
  value: string
  change: Change | null
  verdict: Verdict | null
}

export const number: Kind<NumberWidget> = {
  columns: (options) => [options.value].concat(options.compare || [], options.along || []),
  figures: (options) => [options.value].concat(options.compare || []),
  draw: (body, widget, reader) => new NumberDrawing(body, widget.options, reader),
  describe(widget, result, reader) {
    const { value, change, verdict } = figureOf(widget.options, result, reader)
    return value + (verdict ? ', ' + verdict.word : '') + (change ? ', ' + change.spoken : '') + '.'
  },
}

/** Along a column the last row is now; otherwise it is the first. */
function figureOf(options: NumberOptions, raw: DataResult, reader: Reader): Figure {
  const result = options.along ? placed(raw, options.along) : raw
  const row = options.along ? result.rows.length - 1 : 0
  const now = figures(result, options.value)[row] as number | null
  const before = options.compare ? (figures(result, options.compare)[row] as number | null) : null
  const write = formatter(options, reader.locale, largestOf([now, before]))
  const value = cells(result, options.value)[row] as string | number | null
  const change = options.compare ? changeOf(now, before, options, write, reader.locale) : null
  return { value: write(value), change, verdict: verdictOf(value, options.rules) }
}

class NumberDrawing implements Drawing {
  private value: HTMLElement
  private said: HTMLElement
  private badge: Badge
  private change: ChangeLine
  private spark: Spark

  constructor(body: HTMLElement, private options: NumberOptions, private reader: Reader) {
    const column = html('div', 'ow-number', body)
    this.value = html('div', 'ow-value', column)
    this.said = html('div', 'ow-said', column)
    this.badge = new Badge(this.said, reader.theme)
    this.change = new ChangeLine(this.said, reader.theme)
    this.spark = new Spark(column, reader.theme)
  }

  paint(result: DataResult | null, size: Size): void {
    if (!result) return
    const { value, change, verdict } = figureOf(this.options, result, this.reader)
    const taken = this.spark.paint(result, this.options, size)
    const font = valueSize(value, { ...size, height: size.height - taken }, change !== null || verdict !== null)
    write(this.value, value)
    style(this.value, { 'font-size': px(font), color: verdict ? roleColor(verdict.role, this.reader.theme) : '' })
    show(this.said, change !== null || verdict !== null)
    const wide = change ? textWidth(change.by, size.base, 500) + size.base * 2 : 0
    const word = verdict ? textWidth(verdict.word, size.base, 500) + size.base * 2 : 0
    const roomy = wide + word <= size.width
    this.badge.paint(verdict, roomy)
    this.change.paint(change, size.width - (roomy ? word : size.base * 1.5), size.base)
  }
}

/** As large as the box allows, but alike in boxes of like size, whatever their digits. */
export function valueSize(value: string, size: Size, withLine: boolean): number {
  const wide = size.width / Math.max(0.1, textWidth(value, 1, 600))
  const high = (size.height - (withLine ? size.base * 1.5 : 0)) / 1.15
  return Math.max(size.base * 0.6, Math.min(wide, high, Math.max(size.base * 3.6, size.height * 0.36)))
}
