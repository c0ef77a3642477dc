import type { DataResult, FormatOptions, NumberOptions } from '../wire'
import { changeOf, type Change } from './change'
import { ChangeLine } from './changeline'
import { html, show, style, write } from './dom'
import type { Formatter } from './format'
import type { Reader } from './kinds'
import { textWidth } from './measure'
import { beforeOf, historyOf, noteOf, WORDS, type Note } from './past'

export type Looking = FormatOptions & Pick<NumberOptions, 'value' | 'since' | 'goal'>

/** How a figure moved against its own past, or why that cannot be said yet. */
export interface Moved {
  change: Change | null
  note: Note | null
}

export function movedSince(options: Looking, now: number | null, result: DataResult, say: Formatter, reader: Reader): Moved {
  const { since } = options
  if (!since) return { change: null, note: null }
  const history = historyOf(result, options.value)
  const change = changeOf(now, beforeOf(history, since), options, say, reader.locale, WORDS[since])
  return { change, note: change ? null : noteOf(history, since, reader) }
}

/** What is said of it after the figure: ", up 20% from 100 an hour ago." */
export function movedWords({ change, note }: Moved): string {
  return (change ? ', ' + change.spoken : '') + '.' + (note ? ' ' + note[0] + '.' : '')
}

/** A line under a figure that tells how it moved. */
export class MovedLine {
  readonly element: HTMLElement
  private change: ChangeLine
  private note: HTMLElement

  constructor(parent: HTMLElement, reader: Reader) {
    this.element = html('div', 'ow-said', parent)
    this.change = new ChangeLine(this.element, reader.theme)
    this.note = html('div', 'ow-since', this.element)
    style(this.note, { color: reader.theme.muted })
  }

  paint({ change, note }: Moved, width: number, base: number): void {
    const fits = change !== null && textWidth(change.by, base, 500) + base * 1.5 <= width
    show(this.element, fits || note !== null)
    this.change.paint(fits ? change : null, width, base)
    const text = note ? note.filter((one) => textWidth(one, base, 400) <= width)[0] : ''
    write(this.note, text || '')
  }
}
