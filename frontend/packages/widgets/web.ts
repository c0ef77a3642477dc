import type { WebWidget } from '../wire'
import { html, remove, set, style, write } from './dom'
import { icon, setIcon } from './icons'
import type { Drawing, Kind, Reader } from './kinds'

export const web: Kind<WebWidget> = {
  columns: () => [],
  figures: () => [],
  missing: (options) => (options.address ? '' : 'No address yet.'),
  draw: (body, widget, reader) => new WebDrawing(body, widget, reader),
  describe: (widget) => 'Web page ' + hostOf(widget.options.address || '') + '.',
}

export function hostOf(address: string): string {
  return (/^https:\/\/([^/?#]+)/.exec(address) || ['', address])[1] as string
}

/**
 * A page from elsewhere. The server gives an address that frames it and allows exactly it; where it gives none, as in the
 * editor, the card says which page will stand here.
 */
class WebDrawing implements Drawing {
  private frame: HTMLIFrameElement | null = null
  private loadedAt = 0
  private address: string

  constructor(private body: HTMLElement, private widget: WebWidget, reader: Reader) {
    this.address = (reader.frames || {})[widget.options.address || ''] || ''
    if (!this.address) this.stand(reader)
  }

  paint(): void {
    if (this.address && !this.frame) this.load()
  }

  /** A page is loaded anew by another frame: what stands in the old one cannot be reached. */
  tick(): void {
    const every = (this.widget.options.refresh_seconds || 0) * 1000
    const isDue = every > 0 && this.loadedAt > 0 && Date.now() - this.loadedAt >= every
    // Without network the page that is there is better than the browser's word about it.
    if (isDue && navigator.onLine !== false) this.load()
  }

  private load(): void {
    if (this.frame) remove(this.frame)
    this.frame = html('iframe', 'ow-web')
    const title = this.widget.title || hostOf(this.widget.options.address || '')
    set(this.frame, { src: this.address, title, frameborder: '0', referrerpolicy: 'no-referrer' })
    this.body.appendChild(this.frame)
    this.loadedAt = Date.now()
  }

  private stand(reader: Reader): void {
    const box = html('div', 'ow-web-stand', this.body)
    style(box, { color: reader.theme.muted })
    setIcon(icon(box), 'globe')
    write(html('div', '', box), hostOf(this.widget.options.address || ''))
  }
}
