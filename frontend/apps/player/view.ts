import type { Brand, Hello } from '../../packages/wire'

/** The full-glass messages of a screen without a dashboard, and the words laid over one. */
export class View {
  private identifying = 0

  constructor(private root: HTMLElement) {}

  /** The large code, the QR code and the way to use them. */
  pairing(hello: Hello, sentence: string, renewal: string): void {
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
    if (hello.qr && hello.qr_size) qrCode(panel, hello.qr, hello.qr_size)
  }

  message(title: string, sentence: string, brand?: Brand): void {
    const words = div(this.fresh('pt-message'), 'pt-words')
    if (brand) face(words, brand)
    div(words, 'pt-title', title)
    div(words, 'pt-sentence', sentence)
  }

  clear(): void {
    const old = this.root.querySelector('.pt-panel')
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
    this.root.className = sentence ? 'pt-with-strip' : ''
    if (!sentence) this.drop('.pt-strip')
    else (line || div(this.root, 'pt-strip')).textContent = sentence
    return (line !== null) !== (sentence !== '')
  }

  private fresh(name: string): HTMLElement {
    this.clear()
    return div(this.root, 'pt-panel ' + name)
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
