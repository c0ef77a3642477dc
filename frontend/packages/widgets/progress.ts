import type { DataResult, ProgressOptions, ProgressWidget } from '../wire'
import { Badge } from './badge'
import { cells } from './columns'
import { html, px, show, style, write } from './dom'
import { formatter, intlOptions, numberFormat, toNumber, written } from './format'
import type { Drawing, Kind, Reader, Size } from './kinds'
import { textWidth } from './measure'
import { movedSince, MovedLine, movedWords, type Moved } from './moved'
import { valueSize } from './number'
import { roleColor, verdictOf, type Verdict } from './rules'

interface Standing {
  value: string
  target: string
  /** Of the target; null where there is none to have a share of. */
  share: number | null
  said: string
  verdict: Verdict | null
  moved: Moved
}

export const progress: Kind<ProgressWidget> = {
  columns: (options) => [options.value].concat(options.target_column || []),
  figures: (options) => progress.columns(options),
  unfit: (options) => (typeof options.target === 'number' || options.target_column ? null : 'No target is set.'),
  draw: (body, widget, reader) => new ProgressDrawing(body, widget.options, reader),
  describe(widget, result, reader) {
    const { value, target, said, verdict, moved } = standingOf(widget.options, result, reader)
    return value + ' of ' + target + (said ? ', ' + said : '') + (verdict ? ', ' + verdict.word : '') + movedWords(moved)
  },
}

function standingOf(options: ProgressOptions, result: DataResult, reader: Reader): Standing {
  const value = cells(result, options.value)[0] as string | number | null
  const target = (options.target_column ? cells(result, options.target_column)[0] : options.target) as string | number | null
  const now = toNumber(value)
  const aim = toNumber(target)
  const write = formatter(options, reader.locale, [now, aim])
  const share = now !== null && aim !== null && aim > 0 ? now / aim : null
  const moved = movedSince(options, now, result, write, reader)
  return { value: write(value), target: write(target), share, said: percent(share, reader), verdict: verdictOf(share, options.rules), moved }
}

function percent(share: number | null, reader: Reader): string {
  if (share === null) return ''
  // 99.6% is not yet there: rounding must not say so.
  const shown = share < 1 && share > 0.99 ? Math.floor(share * 1000) / 1000 : share
  const digits: [number, number] = share < 1 && share > 0.99 ? [1, 1] : [0, 0]
  return written(numberFormat(reader.locale, intlOptions({ format: 'percent' }, digits)), shown)
}

class ProgressDrawing implements Drawing {
  private top: HTMLElement
  private value: HTMLElement
  private aim: HTMLElement
  private track: HTMLElement
  private fill: HTMLElement
  private mark: HTMLElement
  private line: HTMLElement
  private said: HTMLElement
  private badge: Badge
  private target: HTMLElement
  private moved: MovedLine

  constructor(body: HTMLElement, private options: ProgressOptions, private reader: Reader) {
    const column = html('div', 'ow-progress', body)
    this.top = html('div', 'ow-reached', column)
    this.value = html('div', 'ow-value', this.top)
    this.aim = html('span', 'ow-aim', this.top)
    this.track = html('div', 'ow-track', column)
    this.fill = html('div', 'ow-fill', this.track)
    this.mark = html('div', 'ow-mark', this.track)
    this.line = html('div', 'ow-said', column)
    this.said = html('span', 'ow-share', this.line)
    this.badge = new Badge(this.line, reader.theme)
    this.target = html('span', 'ow-target', this.line)
    this.moved = new MovedLine(column, reader)
    style(this.track, { 'background-color': reader.theme.grid })
    style(this.mark, { 'background-color': reader.theme.text })
    style(this.target, { color: reader.theme.muted })
    style(this.aim, { color: reader.theme.muted })
  }

  paint(result: DataResult | null, size: Size): void {
    if (!result) return
    const standing = standingOf(this.options, result, this.reader)
    const { base, width } = size
    // How it moved is a line of its own, where the others keep their room.
    const roomy = !!this.options.since && size.height >= base * 6
    const height = size.height - (roomy ? base * 1.5 : 0)
    this.moved.paint(roomy ? standing.moved : { change: null, note: null }, width, base)
    const thick = Math.max(4, Math.min(base * 1.4, height * 0.12))
    const isLow = height < base * 4
    const font = valueSize(standing.value, { ...size, height: height - thick - base * 0.9 }, true)
    const of = 'of ' + standing.target
    const beside = textWidth(standing.value, font, 600) + textWidth(of, base) + base <= width
    show(this.top, !isLow)
    write(this.value, standing.value)
    style(this.value, { 'font-size': px(font) })
    write(this.aim, of)
    show(this.aim, beside)
    // The share stands in the line too, which may need all the room there is.
    show(this.track, height >= thick + base * 2.3)
    style(this.track, { height: px(thick), 'border-radius': px(thick / 2) })
    this.paintBar(standing)
    this.paintLine(standing, isLow ? standing.value : '', isLow || !beside ? of : '', size)
  }

  /** Under the bar: the share, what it means, and what found no room over it. */
  private paintLine({ said, verdict }: Standing, value: string, of: string, { base, width }: Size): void {
    const icon = base * (verdict ? 2.2 : 0.8)
    const whole = value ? value + ' \u00b7 ' + (said || 'No share') : said || 'No share'
    const share = value && textWidth(whole, base, 600) + icon > width ? value : whole
    write(this.said, share)
    write(this.target, of)
    const needed = textWidth(share, base, 600) + icon
    const word = verdict ? textWidth(verdict.word, base, 500) + base * 0.6 : 0
    const target = of ? textWidth(of, base) : 0
    show(this.target, !!of && needed + target <= width)
    this.badge.paint(verdict, needed + word + (needed + target <= width ? target : 0) <= width)
  }

  /** Beyond the target the bar is whole, and a mark stands where the target was. */
  private paintBar({ share, verdict }: Standing): void {
    const { theme } = this.reader
    const reached = Math.max(0, share || 0)
    const beyond = reached > 1
    style(this.fill, { width: Math.round(Math.min(1, reached) * 1e4) / 100 + '%', 'background-color': verdict ? roleColor(verdict.role, theme) : theme.primary })
    show(this.mark, beyond)
    if (beyond) style(this.mark, { left: Math.round(1e4 / reached) / 100 + '%' })
  }
}
