import type { Brand, Glass, Hello } from '../../packages/wire'
import type { Fact } from './about'
import { dimmedAt, layoutOf } from './glass'

/** A button, and what it does. */
export type Act = [string, () => void]

/** The full-glass messages of a screen without a dashboard, and the words laid over one. */
export class View {
  private identifying = 0
  private glass: Glass = {}
  /** The words of the button that opened what is known of this screen. */
  private cameFrom = ''
  /** The words of the button where a remote was, of the panel that was drawn anew. */
  private wasAt = ''

  constructor(readonly root: HTMLElement) {}

  /** Lays the whole picture out; true when it has got another size by it. */
  lay(glass: Glass = this.glass): boolean {
    this.glass = glass
    const { width, height, left, top, transform } = layoutOf(window.innerWidth, window.innerHeight, glass)
    const style = this.root.style
    const before = [style.width, style.height].join()
    style.left = left + 'px'
    style.top = top + 'px'
    style.right = style.bottom = 'auto'
    style.width = width + 'px'
    style.height = height + 'px'
    style.transform = transform
    this.mark('pt-upright', height > width)
    return before !== [style.width, style.height].join()
  }

  /** Darkens the picture at night; what lies over it stays bright. */
  dim(now: number, timeZone: string): void {
    const percent = dimmedAt(now, timeZone, this.glass)
    const veil = this.root.querySelector('.pt-dim') as HTMLElement | null
    if (!percent) return this.drop('.pt-dim')
    ;(veil || div(this.root, 'pt-dim')).style.opacity = String(percent / 100)
  }

  /** The large code, the QR code and the way to use them. */
  pairing(hello: Hello, sentence: string, renewal: string, acts: Act[] = []): void {
    const panel = this.fresh('pt-pairing')
    const words = div(panel, 'pt-words')
    if (sentence) div(words, 'pt-notice', sentence)
    div(words, 'pt-title', 'Pair this screen')
    const steps = div(words, 'pt-steps')
    div(steps, 'pt-step', 'On a phone or computer, open')
    div(steps, 'pt-address', addressOf(hello.url))
    div(steps, 'pt-step', 'and enter this code:')
    div(words, 'pt-code', hello.code.slice(0, 3) + '\u2009' + hello.code.slice(3))
    div(words, 'pt-small', renewal)
    buttons(words, acts)
    if (hello.qr && hello.qr_size) qrCode(panel, hello.qr, hello.qr_size)
    focusFirst(panel, this.wasAt)
  }

  message(title: string, sentence: string, brand?: Brand, acts: Act[] = []): void {
    const panel = this.fresh('pt-message')
    const words = div(panel, 'pt-words')
    if (brand) face(words, brand)
    div(words, 'pt-title', title)
    div(words, 'pt-sentence', sentence)
    buttons(words, acts)
    focusFirst(panel, this.wasAt)
  }

  /** What is known of this screen, over everything else until somebody goes back. */
  about(known: Fact[], acts: Act[]): void {
    this.closeAbout()
    this.cameFrom = (document.activeElement && document.activeElement.textContent) || ''
    const panel = div(this.root, 'pt-panel pt-about')
    const words = div(panel, 'pt-facts')
    div(words, 'pt-title', 'About this screen')
    known.forEach(([name, said]) => {
      const line = div(words, 'pt-fact')
      div(line, 'pt-fact-name', name)
      div(line, 'pt-fact-said', said)
    })
    buttons(words, acts)
    focusFirst(panel)
  }

  /** True when it was open. */
  closeAbout(): boolean {
    const panel = this.root.querySelector('.pt-about')
    if (!panel) return false
    this.root.removeChild(panel)
    const below = this.root.querySelector('.pt-panel')
    if (below) focusFirst(below as HTMLElement, this.cameFrom)
    return true
  }

  clear(): void {
    const old = this.root.querySelector('.pt-panel:not(.pt-about)')
    if (old) this.root.removeChild(old)
  }

  /** The screen's name over everything for ten seconds. */
  identify(name: string): void {
    this.drop('.pt-identify')
    const over = div(this.root, 'pt-identify')
    div(over, 'pt-name', name)
    clearTimeout(this.identifying)
    this.identifying = window.setTimeout(() => this.drop('.pt-identify'), 10000)
  }

  /** A line under the picture, or none; true when the picture has got another size by it. */
  strip(sentence: string): boolean {
    const line = this.root.querySelector('.pt-strip')
    this.mark('pt-with-strip', !!sentence)
    if (!sentence) this.drop('.pt-strip')
    else (line || div(this.root, 'pt-strip')).textContent = sentence
    return (line !== null) !== (sentence !== '')
  }

  private mark(name: string, is: boolean): void {
    if (is) this.root.classList.add(name)
    else this.root.classList.remove(name)
  }

  private fresh(name: string): HTMLElement {
    const old = this.root.querySelector('.pt-panel:not(.pt-about)')
    const focused = document.activeElement
    this.wasAt = (old && focused && old.contains(focused) && focused.textContent) || ''
    this.clear()
    const panel = div(this.root, 'pt-panel ' + name)
    const above = this.root.querySelector('.pt-about')
    if (above) this.root.insertBefore(panel, above)
    return panel
  }

  private drop(selector: string): void {
    const element = this.root.querySelector(selector)
    if (element) this.root.removeChild(element)
  }
}

/** "operant.example.com/pair": what a person types. */
export function addressOf(url: string): string {
  return url.replace(/^https?:\/\//, '').replace(/[?#].*$/, '')
}

function buttons(parent: HTMLElement, acts: Act[]): void {
  if (!acts.length) return
  const row = div(parent, 'pt-buttons')
  acts.forEach(([words, act]) => {
    const button = document.createElement('button')
    button.type = 'button'
    button.className = 'pt-button'
    button.textContent = words
    button.onclick = act
    row.appendChild(button)
  })
}

/**
 * A remote begins somewhere: at the button with these words, where it was before, since another one would do something else at
 * the next OK. What lies beneath another panel is left alone.
 */
function focusFirst(panel: HTMLElement, words = ''): void {
  const buttons: HTMLElement[] = [].slice.call(panel.querySelectorAll('button'))
  const first = buttons.filter((each) => each.textContent === words)[0] || buttons[0]
  const parent = panel.parentNode as HTMLElement
  if (first && (panel.classList.contains('pt-about') || !parent.querySelector('.pt-about'))) first.focus()
}

function div(parent: HTMLElement, name: string, text = ''): HTMLElement {
  const element = document.createElement('div')
  element.className = name
  if (text) element.textContent = text
  parent.appendChild(element)
  return element
}

/** Whose screen it is: logo and name, with a line in their color. */
function face(parent: HTMLElement, brand: Brand): void {
  const place = div(parent, 'pt-brand')
  if (brand.logo) {
    const logo = document.createElement('img')
    logo.className = 'pt-logo'
    logo.alt = ''
    // Without network there is the name alone.
    logo.onerror = () => place.removeChild(logo)
    logo.src = brand.logo
    place.appendChild(logo)
  }
  const name = div(place, 'pt-brand-name', brand.name)
  if (brand.color) name.style.borderColor = brand.color
}

function qrCode(parent: HTMLElement, path: string, size: number): void {
  const space = 'http://www.w3.org/2000/svg'
  const svg = document.createElementNS(space, 'svg')
  svg.setAttribute('class', 'pt-qr')
  // Readers want four modules of quiet around the code.
  svg.setAttribute('viewBox', [-4, -4, size + 8, size + 8].join(' '))
  svg.setAttribute('shape-rendering', 'crispEdges')
  svg.setAttribute('role', 'img')
  svg.setAttribute('aria-label', 'QR code with the address and the code')
  const shape = document.createElementNS(space, 'path')
  shape.setAttribute('d', path)
  svg.appendChild(shape)
  parent.appendChild(svg)
}
