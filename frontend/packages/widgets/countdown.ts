import type { CountdownOptions, CountdownWidget } from '../wire'
import { formatMoment } from './dates'
import { html, px, reuse, show, style, write } from './dom'
import type { Drawing, Kind, Reader, Size } from './kinds'
import { textWidth } from './measure'
import { Ticking } from './ticking'
import { DAY, HOUR, instantOf, MINUTE, SECOND, unknownZone } from './zones'

const UNITS = [
  { name: 'days', one: 'day', span: DAY }, { name: 'hours', one: 'hour', span: HOUR },
  { name: 'minutes', one: 'minute', span: MINUTE }, { name: 'seconds', one: 'second', span: SECOND },
]

export const countdown: Kind<CountdownWidget> = {
  columns: () => [],
  figures: () => [],
  missing: (options) => (options.to ? unknownZone(options.zone || '') : 'No date is chosen yet.'),
  draw: (body, widget, reader) => new CountdownDrawing(body, widget.options, reader),
  describe(widget, _, reader, now) {
    const parts = remaining(widget.options, reader, now)
    const until = untilWords(widget.options, reader)
    return parts.length ? parts.map((part) => part.count + ' ' + part.name).join(', ') + ' until ' + until + '.' : afterWords(widget.options)
  },
}

interface Part {
  count: number
  name: string
}

/** What is left, in units that grow smaller; nothing once the time has come. The smallest is rounded up: "0 days" is never still to come. */
export function remaining(options: CountdownOptions, reader: Reader, now: number): Part[] {
  const smallest = UNITS.map((unit) => unit.name).indexOf(options.unit || 'minutes')
  const { span } = UNITS[smallest] as { span: number }
  let left = Math.ceil((instantOf(options.to || '', options.zone || reader.timeZone) - now) / span) * span
  if (!(left > 0)) return []
  const parts = UNITS.slice(0, smallest + 1).map((unit) => {
    const count = Math.floor(left / unit.span)
    left -= count * unit.span
    return { count, name: count === 1 ? unit.one : unit.name }
  })
  while (parts.length > 1 && (parts[0] as Part).count === 0) parts.shift()
  return parts
}

function afterWords(options: CountdownOptions): string {
  return options.after || 'The time has come.'
}

function untilWords(options: CountdownOptions, reader: Reader): string {
  const zone = options.zone || reader.timeZone
  return formatMoment({ time: instantOf(options.to || '', zone), zoned: true }, true, reader.locale, zone)
}

class CountdownDrawing implements Drawing {
  private parts: HTMLElement
  private after: HTMLElement
  private until: HTMLElement
  private ticking: Ticking
  private size: Size | null = null
  private shown = ''

  constructor(body: HTMLElement, private options: CountdownOptions, private reader: Reader) {
    const box = html('div', 'ow-countdown', body)
    this.parts = html('div', 'ow-countdown-parts', box)
    this.after = html('div', 'ow-countdown-after', box)
    this.until = html('div', 'ow-countdown-until', box)
    style(this.until, { color: reader.theme.muted })
    write(this.after, afterWords(options))
    write(this.until, untilWords(options, reader))
    this.ticking = new Ticking(options.unit === 'seconds' ? SECOND : MINUTE, (now) => this.tell(now))
  }

  paint(_: unknown, size: Size): void {
    this.size = size
    this.shown = ''
  }

  tick(now: number): void {
    this.ticking.set(now)
  }

  stop(): void {
    this.ticking.stop()
  }

  private tell(now: number): void {
    const parts = remaining(this.options, this.reader, now)
    const stamp = parts.map((part) => part.count).join(':') || 'over'
    if (!this.size || stamp === this.shown) return
    this.shown = stamp
    show(this.parts, parts.length > 0)
    show(this.after, parts.length === 0)
    const under = this.size.height > this.size.base * 6
    show(this.until, under && parts.length > 0)
    const height = this.size.height - (under && parts.length ? this.size.base * 1.6 : 0)
    if (parts.length) this.tellParts(parts, this.size, height)
    else this.tellAfter(this.size)
  }

  private tellParts(parts: Part[], size: Size, height: number): void {
    const share = size.width / parts.length
    const widest = parts.reduce((most, part) => Math.max(most, textWidth(String(part.count), 1, 600)), textWidth('00', 1, 600))
    const figure = Math.min((share * 0.9) / widest, height * 0.6, size.base * 7)
    const label = Math.max(size.base * 0.6, Math.min(figure * 0.3, (share * 0.92) / textWidth('minutes', 1), size.base * 1.4))
    reuse(this.parts, parts.length, makePart).forEach((element, i) => {
      const part = parts[i] as Part
      const [count, name] = [element.firstChild as HTMLElement, element.lastChild as HTMLElement]
      write(count, String(part.count))
      write(name, part.name)
      style(count, { 'font-size': px(figure) })
      style(name, { 'font-size': px(label), color: this.reader.theme.muted })
    })
  }

  /** A sentence as large as it can be without being cut. */
  private tellAfter(size: Size): void {
    const words = afterWords(this.options)
    const lines = Math.sqrt((size.width * size.height) / (textWidth(words, 1, 600) * 1.5))
    style(this.after, { 'font-size': px(Math.max(size.base * 0.8, Math.min(lines * 0.8, size.base * 4, size.width / 5))) })
  }
}

function makePart(): HTMLElement {
  const element = html('div', 'ow-countdown-part')
  html('div', 'ow-countdown-count', element)
  html('div', 'ow-countdown-name', element)
  return element
}
