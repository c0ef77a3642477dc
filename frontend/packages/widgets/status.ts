import type { Cell, Column, DataResult, Role, StatusOptions, StatusWidget } from '../wire'
import { Badge } from './badge'
import { columnWriter } from './cells'
import { cells, indexOf } from './columns'
import { html, px, reuse, show, style, write } from './dom'
import type { Drawing, Kind, Reader, Size } from './kinds'
import { textWidth } from './measure'
import { paintMore } from './rows'
import { roleColor, SEVERITY, verdictOf, type Verdict } from './rules'
import { categoriesOf } from './series'
import { tilesIn, type Tiles } from './tiles'

interface State {
  name: string
  value: string
  verdict: Verdict | null
}

export const status: Kind<StatusWidget> = {
  columns: (options) => [options.names, options.value],
  figures: () => [],
  hasRows: true,
  draw: (body, widget, reader) => new StatusDrawing(body, widget.options, reader),
  describe(widget, result, reader) {
    const states = statesOf(widget.options, result, reader)
    const troubled = states.filter((one) => severity(one) >= 1).sort((a, b) => severity(b) - severity(a))
    const named = troubled.slice(0, 5).map((one) => one.name + ' ' + (one.verdict as Verdict).word)
    const more = troubled.length > named.length ? ' and ' + (troubled.length - named.length) + ' more' : ''
    return countWords(states) + '.' + (named.length ? ' ' + named.join(', ') + more + '.' : '')
  },
}

function statesOf(options: StatusOptions, result: DataResult, reader: Reader): State[] {
  const names = categoriesOf(result, options.names, reader)
  const values = cells(result, options.value)
  const say = columnWriter(result.columns[indexOf(result, options.value)] as Column, values, options, reader)
  return values.map((value: Cell, i) => ({ name: names[i] as string, value: say(value), verdict: verdictOf(value, options.rules) }))
}

/** What no rule knows is neither well nor in trouble; it stands before what is well. */
function severity(state: State): number {
  return state.verdict ? SEVERITY[state.verdict.role] : 0.5
}

function countWords(states: State[]): string {
  const count = (role: Role | null): number => states.filter((one) => (one.verdict ? one.verdict.role : null) === role).length
  const said = [[count('bad'), 'bad'], [count('warning'), 'warning'], [count('good'), 'good'], [count(null), 'without a rule']]
  return said.filter(([n]) => n).map(([n, word]) => n + ' ' + word).join(', ')
}

class StatusDrawing implements Drawing {
  private grid: HTMLElement
  private more: HTMLElement
  private tiles: Tile[] = []

  constructor(body: HTMLElement, private options: StatusOptions, private reader: Reader) {
    this.grid = html('div', 'ow-tiles', body)
    this.more = html('div', 'ow-more', body)
    style(this.more, { color: reader.theme.muted })
  }

  paint(result: DataResult | null, size: Size): void {
    if (!result) return
    const all = statesOf(this.options, result, this.reader)
    const whole = tilesIn(all.length, size)
    const fit = whole || tilesIn(null, { ...size, height: size.height - size.base * 1.4 })
    if (!fit) return
    const shown = whole ? all : worst(all, fit.columns * fit.rows)
    const elements = reuse(this.grid, shown.length, () => html('div', 'ow-tile'))
    this.tiles = elements.map((element, i) => (this.tiles[i] && this.tiles[i]?.element === element ? (this.tiles[i] as Tile) : new Tile(element, this.reader)))
    const fits = (font: number): boolean => shown.every((one) => lineWidth(one, font) <= fit.width - font * 1.6)
    let { font } = fit
    // Large tiles write a little smaller before they leave words out.
    while (!fits(font) && font > size.base) font *= 0.95
    this.tiles.forEach((tile, i) => tile.paint(shown[i] as State, { ...fit, font }, fits(font)))
    const left = all.filter((one) => shown.indexOf(one) < 0)
    paintMore(this.more, left.length, result, size.base * 0.85, left.length ? ': ' + countWords(left) : '')
  }
}

/** Where not all fit, trouble is shown before what is well; in the order of the rows all the same. */
function worst(all: State[], room: number): State[] {
  const order = all.map((_, i) => i).sort((a, b) => severity(all[b] as State) - severity(all[a] as State) || a - b)
  return order.slice(0, room).sort((a, b) => a - b).map((i) => all[i] as State)
}

class Tile {
  private tint: HTMLElement
  private name: HTMLElement
  private line: HTMLElement
  private badge: Badge
  private value: HTMLElement

  constructor(readonly element: HTMLElement, private reader: Reader) {
    const inner = html('div', 'ow-tile-inner', element)
    this.tint = html('div', 'ow-tile-tint', inner)
    this.name = html('div', 'ow-tile-name', inner)
    this.line = html('div', 'ow-tile-line', inner)
    this.badge = new Badge(this.line, reader.theme)
    this.value = html('span', 'ow-tile-value', this.line)
    style(this.value, { color: reader.theme.muted })
  }

  paint(state: State, { width, height, font }: Tiles, withWord: boolean): void {
    const { verdict } = state
    const { muted, grid } = this.reader.theme
    const color = verdict ? roleColor(verdict.role, this.reader.theme) : muted
    style(this.element, { width: px(width), height: px(height), 'font-size': px(font), padding: px(font * 0.15) })
    const inner = this.element.firstChild as HTMLElement
    style(inner, { 'border-left-width': px(Math.max(3, font * 0.28)), 'border-left-color': verdict ? color : grid, padding: '0 ' + px(font * 0.5) })
    style(this.tint, { 'background-color': color, opacity: verdict ? '0.16' : '0.08' })
    this.write(state, height >= font * 2.6, withWord)
  }

  /** In a low tile one line has to do: the icon and the name. A ruled figure keeps the icon where the word has no room. */
  private write({ name, value, verdict }: State, isHigh: boolean, withWord: boolean): void {
    const isWord = !!verdict && verdict.isWord
    show(this.name, isHigh)
    write(this.name, name)
    this.badge.paint(verdict, isHigh && (withWord || isWord))
    write(this.value, !isHigh ? name : isWord ? '' : value)
  }
}

/** What a tile says under its name, with the word of a ruled figure beside it; a ruled word stands alone. */
function lineWidth({ value, verdict }: State, font: number): number {
  const word = verdict ? textWidth(verdict.word, font * 0.9, 500) + font * 2 : 0
  return verdict && verdict.isWord ? 0 : word + textWidth(value, font * 0.9)
}
