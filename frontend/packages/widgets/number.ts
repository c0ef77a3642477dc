import type { DataResult, NumberOptions, NumberWidget } from '../wire'
import { Badge } from './badge'
import { cells, figures } from './columns'
import { changeOf, type Change } from './change'
import { ChangeLine } from './changeline'
import { html, px, show, style, write } from './dom'
import { formatter } from './format'
import type { Drawing, Kind, Reader, Size } from './kinds'
import { textWidth } from './measure'
import { movedSince, movedWords } from './moved'
import type { Note } from './past'
import { roleColor, verdictOf, type Verdict } from './rules'
import { placed } from './series'
import { Spark } from './spark'

interface Figure {
  value: string
  change: Change | null
  verdict: Verdict | null
  /** Why there is nothing to compare with. */
  note: Note | null
}

export const number: Kind<NumberWidget> = {
  columns: (options) => [options.value].concat(options.compare || [], options.along || []),
  figures: (options) => [options.value].concat(options.compare || []),
  draw: (body, widget, reader) => new NumberDrawing(body, widget.options, reader),
  describe(widget, result, reader) {
    const { value, change, verdict, note } = figureOf(widget.options, result, reader)
    return value + (verdict ? ', ' + verdict.word : '') + movedWords({ change, note })
  },
}

/** Along a column the last row is now; otherwise it is the first. */
function figureOf(options: NumberOptions, raw: DataResult, reader: Reader): Figure {
  const result = options.along ? placed(raw, options.along) : raw
  const row = options.along ? result.rows.length - 1 : 0
  const now = figures(result, options.value)[row] as number | null
  const before = options.compare ? (figures(result, options.compare)[row] as number | null) : null
  const write = formatter(options, reader.locale, [now, before])
  const value = cells(result, options.value)[row] as string | number | null
  const { change, note } = options.since ? movedSince(options, now, raw, write, reader)
    : { change: changeOf(now, before, options, write, reader.locale), note: null }
  return { value: write(value), change, verdict: verdictOf(value, options.rules), note }
}

class NumberDrawing implements Drawing {
  private value: HTMLElement
  private said: HTMLElement
  private badge: Badge
  private change: ChangeLine
  private spark: Spark
  private note: HTMLElement

  constructor(body: HTMLElement, private options: NumberOptions, private reader: Reader) {
    const column = html('div', 'ow-number', body)
    this.value = html('div', 'ow-value', column)
    this.said = html('div', 'ow-said', column)
    this.badge = new Badge(this.said, reader.theme)
    this.change = new ChangeLine(this.said, reader.theme)
    this.note = html('div', 'ow-since', this.said)
    style(this.note, { color: reader.theme.muted })
    this.spark = new Spark(column, reader.theme)
  }

  paint(result: DataResult | null, size: Size): void {
    if (!result) return
    const { value, change, verdict, note } = figureOf(this.options, result, this.reader)
    const taken = this.spark.paint(result, this.options, size)
    const font = valueSize(value, { ...size, height: size.height - taken }, change !== null || verdict !== null || note !== null)
    write(this.value, value)
    style(this.value, { 'font-size': px(font), color: verdict ? roleColor(verdict.role, this.reader.theme) : '' })
    show(this.said, change !== null || verdict !== null || note !== null)
    const wide = change ? textWidth(change.by, size.base, 500) + size.base * 2 : 0
    const word = verdict ? textWidth(verdict.word, size.base, 500) + size.base * 2 : 0
    const roomy = wide + word <= size.width
    this.badge.paint(verdict, roomy)
    const left = size.width - (roomy ? word : size.base * 1.5)
    write(this.note, note ? (textWidth(note[0], size.base, 400) <= left ? note[0] : note[1]) : '')
    this.change.paint(change, left, size.base)
  }
}

/** As large as the box allows, but alike in boxes of like size, whatever their digits. */
export function valueSize(value: string, size: Size, withLine: boolean): number {
  const wide = size.width / Math.max(0.1, textWidth(value, 1, 600))
  const high = (size.height - (withLine ? size.base * 1.5 : 0)) / 1.15
  return Math.max(size.base * 0.6, Math.min(wide, high, Math.max(size.base * 3.6, size.height * 0.36)))
}
