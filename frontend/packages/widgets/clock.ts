import type { ClockOptions, ClockWidget } from '../wire'
import { html, px, show, style, write } from './dom'
import type { Drawing, Kind, Reader, Size } from './kinds'
import { textWidth } from './measure'
import { Ticking } from './ticking'
import { cityOf, dayNames, MINUTE, SECOND, timeOfDay, unknownZone } from './zones'

export const clock: Kind<ClockWidget> = {
  columns: () => [],
  figures: () => [],
  missing: (options) => unknownZone(options.zone || ''),
  draw: (body, widget, reader) => new ClockDrawing(body, widget, reader),
  describe: (widget, _, reader, now) => spoken(widget.options, reader, now),
}

function spoken(options: ClockOptions, reader: Reader, now: number): string {
  const zone = options.zone || reader.timeZone
  const { time, half } = timeOfDay(now, zone, options.hours === '12', false)
  const day = options.date === false ? '' : ', ' + dayNames(now, zone, reader.locale)[0]
  return time + (half ? ' ' + half : '') + (options.zone ? ' in ' + cityOf(zone) : '') + day + '.'
}

class ClockDrawing implements Drawing {
  private box: HTMLElement
  private face: HTMLElement
  private digits: HTMLElement
  private half: HTMLElement
  private below: HTMLElement
  private ticking: Ticking
  private size: Size | null = null
  private now = 0
  private day = ''

  constructor(body: HTMLElement, private widget: ClockWidget, private reader: Reader) {
    this.box = html('div', 'ow-clock', body)
    this.face = html('div', 'ow-clock-face', this.box)
    this.digits = html('span', '', this.face)
    this.half = html('span', 'ow-clock-half', this.face)
    this.below = html('div', 'ow-clock-day', this.box)
    style(this.below, { color: reader.theme.muted })
    style(this.half, { color: reader.theme.muted })
    this.ticking = new Ticking(widget.options.seconds ? SECOND : MINUTE, (now) => this.tell(now))
  }

  paint(_: unknown, size: Size): void {
    this.size = size
    this.day = ''
    const { options } = this.widget
    const sample = (options.hours === '12' ? '12' : '00') + ':00' + (options.seconds ? ':00' : '')
    const half = options.hours === '12' ? 0.4 * textWidth('\u2009PM', 1, 500) + 0.1 : 0
    const wide = size.width / (textWidth(sample, 1, 600) + half)
    const under = this.hasDay() ? 0.3 : 0
    style(this.face, { 'font-size': px(Math.min(wide * 0.96, size.height / (1.15 + under * 1.5), size.base * 9)) })
  }

  tick(now: number): void {
    this.ticking.set(now)
  }

  stop(): void {
    this.ticking.stop()
  }

  private hasDay(): boolean {
    return this.widget.options.date !== false || this.city() !== ''
  }

  /** Which place it is, where no title says so. */
  private city(): string {
    return this.widget.title || !this.widget.options.zone ? '' : cityOf(this.widget.options.zone)
  }

  private tell(now: number): void {
    this.now = now
    const { options } = this.widget
    const zone = options.zone || this.reader.timeZone
    const { time, half } = timeOfDay(now, zone, options.hours === '12', options.seconds === true)
    write(this.digits, time)
    write(this.half, half)
    show(this.half, half !== '')
    this.tellDay(zone)
  }

  private tellDay(zone: string): void {
    if (!this.size) return
    const days = this.widget.options.date === false ? [''] : dayNames(this.now, zone, this.reader.locale)
    if (this.day === days[0] && this.day) return
    this.day = days[0] as string
    const { width, height, base } = this.size
    const font = Math.max(base * 0.7, Math.min(height * 0.16, base * 2))
    const texts = days.map((day) => [this.city(), day].filter((one) => one !== '').join(' · '))
    const fits = texts.filter((text) => textWidth(text, font) <= width)[0]
    const text = fits === undefined ? texts[texts.length - 1] as string : fits
    style(this.below, { 'font-size': px(Math.min(font, (font * width) / Math.max(1, textWidth(text, font)))) })
    write(this.below, text)
    show(this.below, text !== '')
  }
}
