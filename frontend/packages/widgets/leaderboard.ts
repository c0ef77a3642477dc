import type { Cell, DataResult, LeaderboardOptions, LeaderboardWidget } from '../wire'
import { Badge } from './badge'
import { changeOf, type Change } from './change'
import { ChangeLine } from './changeline'
import { cells, figures } from './columns'
import { html, px, reuse, show, style, write } from './dom'
import { formatter, largestOf, tickFormatter } from './format'
import type { Drawing, Kind, Reader, Size } from './kinds'
import { textWidth, widest } from './measure'
import { paintMore, rowWords } from './rows'
import { roleColor, verdictOf, type Verdict } from './rules'
import { categoriesOf } from './series'

interface Standing {
  rank: string
  name: string
  value: string
  figure: number
  change: Change | null
  verdict: Verdict | null
}

export const leaderboard: Kind<LeaderboardWidget> = {
  columns: (options) => [options.names, options.value].concat(options.compare || []),
  figures: (options) => [options.value].concat(options.compare || []),
  hasRows: true,
  unfit: (options, result) => (result.rows.length && figures(result, options.value).every((one) => one === null) ? 'All of “' + options.value + '” is empty.' : null),
  draw: (body, widget, reader) => new LeaderboardDrawing(body, widget.options, reader),
  describe(widget, result, reader) {
    const first = standingsOf(widget.options, result, reader).slice(0, 3)
    const told = first.map(({ rank, name, value, verdict }) => rank + ' ' + name + ' ' + value + (verdict ? ' (' + verdict.word + ')' : ''))
    return rowWords(result.rows.length, reader.locale) + '. ' + (told.join(', ') || 'No figures') + '.'
  },
}

/** Those with a figure, the leading one first; who has the same figure has the same rank. */
function standingsOf(options: LeaderboardOptions, result: DataResult, reader: Reader): Standing[] {
  const names = categoriesOf(result, options.names, reader)
  const now = figures(result, options.value)
  const raw = cells(result, options.value)
  const before = options.compare ? figures(result, options.compare) : []
  const say = formatter(options, reader.locale, now)
  const sign = options.order === 'lowest' ? 1 : -1
  const order = now.map((_, i) => i).filter((i) => now[i] !== null)
    .sort((a, b) => sign * ((now[a] as number) - (now[b] as number)) || a - b)
  let rank = 0
  return order.map((row, place) => {
    const figure = now[row] as number
    if (!place || figure !== now[order[place - 1] as number]) rank = place + 1
    const was = before[row]
    return {
      rank: String(rank), name: names[row] as string, value: say(raw[row] as Cell), figure,
      change: was === undefined ? null : changeOf(figure, was, options, say, reader.locale),
      verdict: verdictOf(figure, options.rules),
    }
  })
}

class LeaderboardDrawing implements Drawing {
  private list: HTMLElement
  private more: HTMLElement
  private rows: Row[] = []

  constructor(body: HTMLElement, private options: LeaderboardOptions, private reader: Reader) {
    this.list = html('div', 'ow-leaders', body)
    this.more = html('div', 'ow-more', body)
    style(this.more, { color: reader.theme.muted })
  }

  /** Text shrinks by a fifth before names are cut to nothing. */
  paint(result: DataResult | null, box: Size): void {
    if (!result) return
    const all = this.shortened(standingsOf(this.options, result, this.reader), box)
    const size = box.width < box.base * 12 ? { ...box, base: box.base * 0.8 } : box
    style(this.list, { 'font-size': px(size.base) })
    const wanted = Math.min(all.length, this.options.rows || 10)
    const least = size.base * 1.8
    const whole = wanted === all.length && wanted * least <= size.height
    const space = whole ? size.height : size.height - size.base * 1.4
    const shown = all.slice(0, Math.max(1, Math.min(wanted, Math.floor(space / least))))
    const elements = reuse(this.list, shown.length, () => html('div', 'ow-leader'))
    this.rows = elements.map((element, i) => (this.rows[i] && this.rows[i]?.element === element ? (this.rows[i] as Row) : new Row(element, this.reader)))
    const widths = widthsOf(shown, size)
    const most = largestOf(shown.map((one) => one.figure))
    this.rows.forEach((row, i) => row.paint(shown[i] as Standing, Math.min(size.base * 3, space / shown.length), widths, most, size))
    paintMore(this.more, all.length - shown.length, result, size.base * 0.85)
  }

  /** Figures that would leave no room for names are shortened as on an axis. */
  private shortened(all: Standing[], { width, base }: Size): Standing[] {
    if (widest(all.map((one) => one.value), base, 600) <= width * 0.45) return all
    return all.map((one) => {
      const size = Math.abs(one.figure)
      return size < 10000 ? one : { ...one, value: tickFormatter(this.options, this.reader.locale, size / 100, size)(one.figure) }
    })
  }

}

interface Widths {
  rank: number
  value: number
  change: number
  withWord: boolean
}

/** Ranks and figures stand under each other; how they moved is shown where the names keep room. */
function widthsOf(shown: Standing[], size: Size): Widths {
  const rank = widest(shown.map((one) => one.rank), size.base, 600) + size.base * 0.7
  const value = widest(shown.map((one) => one.value), size.base, 600)
  const changes = shown.map((one) => (one.change ? textWidth(one.change.by, size.base * 0.85, 500) + size.base * 2 : 0))
  const change = Math.max(0, ...changes)
  const words = widest(shown.map((one) => (one.verdict ? one.verdict.word : '')), size.base * 0.85, 500)
  const rest = size.width - rank - value - size.base * 2
  return { rank, value, change: rest - change >= size.base * 6 ? change : 0, withWord: words > 0 && rest - change - words >= size.base * 8 }
}

class Row {
  private rank: HTMLElement
  private name: HTMLElement
  private badge: Badge
  private change: ChangeLine
  private moved: HTMLElement
  private value: HTMLElement
  private bar: HTMLElement

  constructor(readonly element: HTMLElement, private reader: Reader) {
    this.rank = html('span', 'ow-rank', element)
    this.name = html('span', 'ow-leader-name', element)
    this.badge = new Badge(element, reader.theme)
    this.moved = html('span', 'ow-moved', element)
    this.change = new ChangeLine(this.moved, reader.theme)
    this.value = html('span', 'ow-leader-value', element)
    style(html('div', 'ow-leader-track', element), { 'background-color': reader.theme.grid })
    this.bar = html('div', 'ow-leader-bar', element.lastChild as HTMLElement)
    style(this.rank, { color: reader.theme.muted })
  }

  /** A bar grows from nothing to the largest figure; one below zero has none. */
  paint(standing: Standing, height: number, widths: Widths, most: number, size: Size): void {
    const { rank, name, value, figure, change, verdict } = standing
    const { theme } = this.reader
    style(this.element, { height: px(height) })
    style(this.rank, { width: px(widths.rank) })
    write(this.rank, rank)
    write(this.name, name)
    write(this.value, value)
    this.badge.paint(verdict, widths.withWord)
    show(this.moved, widths.change > 0)
    style(this.moved, { width: px(widths.change) })
    this.change.paint(change, 0, size.base * 0.85)
    const share = most > 0 ? Math.max(0, figure) / most : 0
    const color = verdict ? roleColor(verdict.role, theme) : (theme.series[0] as string)
    style(this.bar, { width: Math.round(share * 1e4) / 100 + '%', 'background-color': color })
    style(this.value, { width: px(widths.value + 1) })
  }
}
