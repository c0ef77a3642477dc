import type { Widget } from '../wire'
import { html, px, remove, set, show, style, write } from './dom'
import { icon, setIcon, type Icon } from './icons'
import type { Size } from './kinds'
import { textWidth } from './measure'
import { skeleton } from './skeleton'
import type { Face, Note, View } from './state'
import type { Theme } from './theme'

const FACES: { [face in Face]: Icon } = {
  ok: 'none', loading: 'clock', empty: 'none', failed: 'alert', forbidden: 'lock', misconfigured: 'wrench',
}

// Tables, texts, pictures and pages speak for themselves.
const SPEAKING = ['table', 'text', 'image', 'web']

/** The card around every widget: title, the drawing or a message instead of it, and a note underneath. */
export class Frame {
  readonly body: HTMLElement
  private card: HTMLElement
  private title: HTMLElement
  private message: HTMLElement
  private messageIcon: SVGSVGElement
  private messageText: HTMLElement
  private note: HTMLElement
  private noteIcon: SVGSVGElement
  private noteText: HTMLElement
  private skeleton: HTMLElement | null = null

  constructor(private el: HTMLElement, private widget: Widget, private theme: Theme) {
    this.card = html('div', 'ow-card ow-kind-' + widget.kind, el)
    this.title = html('div', 'ow-title', this.card)
    this.body = html('div', 'ow-body', this.card)
    this.message = html('div', 'ow-message', this.card)
    this.messageIcon = icon(this.message)
    this.messageText = html('div', 'ow-sentence', this.message)
    this.note = html('div', 'ow-note', this.card)
    this.noteIcon = icon(this.note)
    this.noteText = html('span', 'ow-note-text', this.note)
    this.color()
    write(this.title, widget.title)
  }

  show(view: View, base: number): void {
    style(this.card, { 'font-size': px(base), padding: px(base * 0.6) + ' ' + px(base * 0.75) })
    show(this.title, this.widget.title !== '')
    show(this.body, view.face === 'ok')
    this.showMessage(view)
    this.showSkeleton(view.face === 'loading')
    this.showNote(view.note, base)
    if (view.face !== 'ok') this.fitMessage()
  }

  bodySize(base: number): Size {
    return { width: this.body.clientWidth, height: this.body.clientHeight, base }
  }

  /** What a screen reader says for the whole drawing. */
  describe(sentence: string): void {
    const drawn = SPEAKING.indexOf(this.widget.kind) < 0
    const label = (this.widget.title ? this.widget.title + ': ' : '') + sentence
    set(this.body, drawn ? { role: 'img', 'aria-label': label } : {})
  }

  destroy(): void {
    remove(this.card)
    while (this.el.firstChild) this.el.removeChild(this.el.firstChild)
  }

  private color(): void {
    const { card, border, text, muted } = this.theme
    style(this.card, { 'background-color': card, 'border-color': border, color: text })
    style(this.title, { color: muted })
    style(this.message, { color: muted })
  }

  private showMessage(view: View): void {
    const visible = view.face !== 'ok' && view.sentence !== ''
    show(this.message, visible)
    if (!visible) return
    setIcon(this.messageIcon, FACES[view.face])
    write(this.messageText, view.sentence)
    const { error, warning, muted } = this.theme
    const color = view.face === 'failed' ? error : view.face === 'misconfigured' ? warning : muted
    this.messageIcon.style.color = color
  }

  /** A sentence cut in half helps nobody: it shrinks, and the icon goes first. */
  private fitMessage(): void {
    const { message } = this
    this.messageIcon.style.display = ''
    for (let size = 1; size > 0.5; size -= 0.1) {
      style(message, { 'font-size': size.toFixed(1) + 'em' })
      if (message.scrollHeight <= message.clientHeight) return
      if (size < 0.9) this.messageIcon.style.display = 'none'
    }
  }

  private showSkeleton(visible: boolean): void {
    if (visible && !this.skeleton) {
      this.skeleton = skeleton(this.widget.kind, this.theme)
      this.card.insertBefore(this.skeleton, this.message)
    } else if (!visible && this.skeleton) {
      remove(this.skeleton)
      this.skeleton = null
    }
  }

  private showNote(note: Note | null, base: number): void {
    show(this.note, note !== null)
    if (!note) return
    setIcon(this.noteIcon, note.tone === 'stale' ? 'clock' : 'alert')
    style(this.note, { color: note.tone === 'stale' ? this.theme.warning : this.theme.error })
    const roomy = textWidth(note.text, base * 0.8) + base * 1.5 <= this.card.clientWidth - base * 1.5
    write(this.noteText, roomy ? note.text : note.short)
  }
}
