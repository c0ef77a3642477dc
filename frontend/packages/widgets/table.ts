import type { Column, DataResult, TableColumn, TableOptions, TableWidget } from '../wire'
import { cells, indexOf, isDated, isFigure } from './columns'
import { html, px, reuse, set, style, write } from './dom'
import { merged } from './inherited'
import type { Drawing, Kind, Reader, Size } from './kinds'
import { icon, setIcon } from './icons'
import { textWidth, widest } from './measure'
import { paintMore, rowWords, textsOf } from './rows'
import { roleColor, roleIcon, verdictOf, type Verdict } from './rules'

/** One column ready to be drawn: its heading and the texts of the rows that may be shown. */
interface Strip {
  label: string
  align: string
  /** Half of a figure or a day is another one: words are cut first. */
  whole: boolean
  texts: string[]
  /** What the column's rules say of each row; null for a column without rules. */
  verdicts: (Verdict | null)[] | null
}

export const table: Kind<TableWidget> = {
  columns: (options) => (options.columns || []).map((column) => column.column),
  figures: () => [],
  draw: (body, widget, reader) => new TableDrawing(body, widget, reader),
  describe: (_, result, reader) => rowWords(result.rows.length, reader.locale) + '.',
}

class TableDrawing implements Drawing {
  private table: HTMLTableElement
  private sizes: HTMLElement
  private head: HTMLTableRowElement
  private rows: HTMLElement
  private more: HTMLElement

  constructor(body: HTMLElement, widget: TableWidget, private reader: Reader) {
    this.options = widget.options
    this.table = html('table', 'ow-table', body)
    if (widget.title) set(this.table, { 'aria-label': widget.title })
    this.sizes = html('colgroup', '', this.table)
    this.head = html('tr', '', html('thead', '', this.table))
    this.rows = html('tbody', '', this.table)
    this.more = html('div', 'ow-more', body)
    style(this.more, { color: reader.theme.muted })
  }

  private options: TableOptions

  paint(result: DataResult | null, size: Size): void {
    if (!result) return
    const wanted = Math.min(result.rows.length, this.options.rows || 50)
    const all = stripsOf(this.options, result, wanted, this.reader)
    const font = fontFor(all, size)
    const { fitting, line } = fit(wanted, result, size.height, font)
    style(this.table, { 'font-size': px(font), width: px(size.width) })
    this.paintHead(all, widths(all, font, size.width), line)
    this.paintRows(all, fitting, line)
    paintMore(this.more, result.rows.length - fitting, result, font * 0.85)
  }

  private paintHead(strips: Strip[], sizes: number[], line: number): void {
    reuse(this.sizes, strips.length, () => html('col', '')).forEach((col, i) => style(col, { width: px(sizes[i] as number) }))
    reuse(this.head, strips.length, heading).forEach((th, i) => {
      const strip = strips[i] as Strip
      write(th, strip.label)
      this.shape(th, strip, line)
      style(th, { color: this.reader.theme.muted })
    })
  }

  private paintRows(strips: Strip[], count: number, line: number): void {
    reuse(this.rows, count, () => html('tr', '')).forEach((tr, row) => {
      reuse(tr, strips.length, () => html('td', '')).forEach((td, i) => {
        this.paintCell(td, strips[i] as Strip, row)
        this.shape(td, strips[i] as Strip, line)
      })
    })
  }

  /** Whoever hears the table is told in a word what the icon shows. */
  private paintCell(td: HTMLElement, strip: Strip, row: number): void {
    const text = strip.texts[row] as string
    if (!strip.verdicts) return write(td, text)
    if (!td.firstChild) {
      icon(td)
      html('span', '', td)
      html('span', 'ow-hidden', td)
    }
    const verdict = strip.verdicts[row]
    const drawn = td.firstChild as SVGSVGElement
    if (verdict) setIcon(drawn, roleIcon(verdict.role))
    drawn.style.display = verdict ? '' : 'none'
    write(td.childNodes[1] as HTMLElement, text)
    write(td.lastChild as HTMLElement, verdict ? ' (' + verdict.word + ')' : '')
    style(td, { color: verdict ? roleColor(verdict.role, this.reader.theme) : '' })
  }

  private shape(cell: HTMLElement, strip: Strip, line: number): void {
    style(cell, { height: px(line), 'text-align': strip.align, 'border-color': this.reader.theme.border })
  }

}

function heading(): HTMLElement {
  const th = html('th', '')
  th.scope = 'col'
  return th
}

function stripsOf(options: TableOptions, result: DataResult, count: number, reader: Reader): Strip[] {
  const chosen: TableColumn[] = options.columns && options.columns.length
    ? options.columns
    : result.columns.map((column) => ({ column: column.name }))
  const shown = { ...result, rows: result.rows.slice(0, count) }
  return chosen.map((choice) => stripOf(choice, shown, reader))
}

function stripOf(choice: TableColumn, result: DataResult, reader: Reader): Strip {
  const index = indexOf(result, choice.column)
  const column = result.columns[index] as Column
  return {
    label: choice.label || choice.column,
    align: choice.align || (isFigure(column) ? 'right' : 'left'),
    whole: isFigure(column) || isDated(column),
    texts: textsOf(result, index, merged(choice, reader.formats || {}, choice.column), reader),
    verdicts: choice.rules && choice.rules.length ? cells(result, choice.column).map((value) => verdictOf(value, choice.rules)) : null,
  }
}

/** Rows that fit under the head, and their height: spare room is shared out, a line stays for how many more there are. */
function fit(wanted: number, result: DataResult, height: number, font: number): { fitting: number; line: number } {
  const least = font * 1.75
  const room = Math.max(1, Math.floor(height / least) - 1)
  const whole = wanted <= room && wanted === result.rows.length && !result.truncated
  const space = whole ? height : height - font * 1.4
  const fitting = whole ? wanted : Math.min(wanted, Math.max(1, Math.floor(space / least) - 1))
  return { fitting, line: Math.min(font * 2.3, space / (fitting + 1)) }
}

/** Engines that set each letter on a whole pixel need a little more than what was measured. */
function naturalWidths(strips: Strip[], font: number): number[] {
  return strips.map((s) => Math.max(widest(s.texts.slice(0, 30), font) * 1.03 + (s.verdicts ? font * 1.4 : 0), textWidth(s.label, font * 0.85, 500)) + font * 1.1)
}

/** Text shrinks to three quarters before words are cut. */
function fontFor(strips: Strip[], size: Size): number {
  const needed = naturalWidths(strips, size.base).reduce((sum, width) => sum + width, 0)
  return size.base * Math.max(0.75, Math.min(1, size.width / Math.max(1, needed)))
}

/**
 * Spare room is shared out evenly; a shortage falls on the widest columns of words, and on figures and days only when nothing
 * of the words would be left.
 */
function widths(strips: Strip[], font: number, width: number): number[] {
  const natural = naturalWidths(strips, font)
  const spare = width - natural.reduce((sum, one) => sum + one, 0)
  if (spare >= 0) return natural.map((one) => one + spare / natural.length)
  return capped(natural, strips.map((strip) => strip.whole), width, font * 3) || (capped(natural, [], width, 1) as number[])
}

/** No column but those that stay whole is wider than what lets all fit; null where that would be less than `least`. */
function capped(natural: number[], whole: boolean[], width: number, least: number): number[] | null {
  for (let cap = width; cap > least; cap *= 0.95) {
    const sizes = natural.map((one, i) => (whole[i] ? one : Math.min(one, cap)))
    if (sizes.reduce((sum, one) => sum + one, 0) <= width) return sizes
  }
  return least > 1 ? null : natural.map(() => width / natural.length)
}
