import type { ImageOptions, ImageWidget } from '../wire'
import { html, show, style, write } from './dom'
import type { Drawing, Kind, Reader } from './kinds'

const AGAIN = 30000
const LOST = 'The picture could not be loaded. It is tried again.'

export const image: Kind<ImageWidget> = {
  columns: () => [],
  figures: () => [],
  missing: (options) => (options.picture ? '' : 'No picture is chosen yet.'),
  draw: (body, widget, reader) => new ImageDrawing(body, widget.options, reader),
  describe: (widget) => widget.options.alt || '',
}

/** Where an uploaded picture is: whoever knows its name may see it. */
export function pictureAddress(name: string): string {
  return '/pictures/' + name
}

class ImageDrawing implements Drawing {
  private picture: HTMLImageElement
  private lost: HTMLElement
  private address: string
  private failedAt = 0

  constructor(body: HTMLElement, options: ImageOptions, reader: Reader) {
    this.address = pictureAddress(options.picture || '')
    this.picture = html('img', 'ow-image', body)
    this.picture.alt = options.alt || ''
    style(this.picture, { 'object-fit': options.fit || 'contain' })
    this.lost = html('div', 'ow-image-lost', body)
    style(this.lost, { color: reader.theme.muted })
    write(this.lost, (options.alt ? options.alt + '. ' : '') + LOST)
    this.picture.onload = () => this.came(true)
    this.picture.onerror = () => this.came(false)
    show(this.lost, false)
    this.picture.src = this.address
  }

  paint(): void {
    return
  }

  /** Without network it may come later. */
  tick(): void {
    if (!this.failedAt || Date.now() - this.failedAt < AGAIN) return
    this.failedAt = 0
    this.picture.src = this.address
  }

  private came(whole: boolean): void {
    this.failedAt = whole ? 0 : Date.now()
    show(this.picture, whole)
    show(this.lost, !whole)
  }
}
