import { encode } from 'uqr'
import type { QrOptions, QrWidget } from '../wire'
import { html, px, set, show, style, svg, write } from './dom'
import type { Drawing, Kind, Size } from './kinds'
import { textWidth } from './measure'

const QUIET = 4

export const qr: Kind<QrWidget> = {
  columns: () => [],
  figures: () => [],
  missing: (options) => (options.text && options.text.trim() ? '' : 'No text yet.'),
  draw: (body, widget) => new QrDrawing(body, widget.options),
  describe: (widget) => 'QR code: ' + (widget.options.caption || widget.options.text) + '.',
}

/** Drawn once: nothing about it changes but its size. */
class QrDrawing implements Drawing {
  private code: SVGSVGElement
  private caption: HTMLElement

  constructor(body: HTMLElement, private options: QrOptions) {
    const box = html('div', 'ow-qr', body)
    const { data, size } = encode(options.text || '', { ecc: 'M', border: 0 })
    const whole = size + 2 * QUIET
    // Dark on light in both themes: phones read nothing else reliably.
    this.code = svg('svg', { class: 'ow-qr-code', viewBox: [-QUIET, -QUIET, whole, whole].join(' '), 'shape-rendering': 'crispEdges' }, box)
    svg('rect', { x: -QUIET, y: -QUIET, width: whole, height: whole, rx: 1, fill: '#ffffff' }, this.code)
    svg('path', { d: modules(data), fill: '#000000' }, this.code)
    this.caption = html('div', 'ow-qr-caption', box)
    write(this.caption, options.caption || '')
  }

  paint(_: unknown, size: Size): void {
    const caption = this.options.caption || ''
    const font = Math.max(size.base * 0.8, Math.min(size.height * 0.09, size.base * 1.6))
    const lines = Math.min(2, Math.ceil(textWidth(caption, font) / Math.max(1, size.width)))
    const room = caption && size.height > font * 7
    show(this.caption, !!room)
    style(this.caption, { 'font-size': px(font), 'max-height': px(font * 2.7) })
    const side = Math.floor(Math.min(size.width, size.height - (room ? font * (lines * 1.35 + 0.5) : 0)))
    set(this.code, { width: side, height: side })
  }
}

/** One path of horizontal runs: some hundred rectangles would be slow to lay out on a television. */
function modules(rows: boolean[][]): string {
  let path = ''
  rows.forEach((row, y) => {
    for (let x = 0; x < row.length; x++) {
      const start = x
      while (x < row.length && row[x]) x++
      if (x > start) path += 'M' + start + ' ' + y + 'h' + (x - start) + 'v1h' + (start - x) + 'z'
    }
  })
  return path
}
