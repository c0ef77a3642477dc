import type { Acknowledgement, DataResult, Manifest, Takeover as Told } from '../../packages/wire'
import { dark, paintDashboard, themes, type DashboardHandle } from '../../packages/widgets'
import { painted } from './device'
import type { Store } from './store'

const KEY = 'takeover'
const HOUR = 3600000
const WORDS = { info: 'Please note', warning: 'Warning', alert: 'Alert' }

/** What lies over the screen, with all that painting it needs: kept as it is for a start without network. */
interface Kept {
  told: Told
  scene: Manifest | null
  locale: string
  zone: string
  /** Of the manifest that said it last. */
  etag: string
}

interface Ended {
  ended: string
}

export interface TakeoverHooks {
  now: () => number
  data: () => { [key: string]: DataResult }
  /** Resolves to true when the server took it, or never will. */
  tell: (body: Acknowledgement) => Promise<boolean>
}

/** The layer above everything: one takeover at a time, until its end by the server's clock, with or without network. */
export class Takeover {
  private on: Kept | null = null
  /** What the server said last, over or not by a clock that may be wrong. */
  private known: Kept | null = null
  private layer: HTMLElement | null = null
  private handle: DashboardHandle | null = null
  private timer = 0
  /** What could not be painted: the next manifest does not try it again. */
  private refused = ''
  private owed: Acknowledgement[] = []
  private telling = false

  constructor(private root: HTMLElement, private store: Store, private hooks: TakeoverHooks) {}

  /** Paints again what lay over the screen when the page ended. */
  load(manifest: Manifest | null): Promise<void> {
    return this.store.get<Kept | Ended>(KEY).then((kept) => {
      if (kept && 'told' in kept) return this.put((this.known = kept))
      // Where nothing could be kept, the manifest may say it still; what was ended is not begun again.
      const told = manifest && manifest.takeover
      if (manifest && told && (!kept || kept.ended !== told.id)) this.follow(manifest)
    })
  }

  /** Follows a manifest: begins, goes on or ends. */
  follow(manifest: Manifest): void {
    const told = manifest.takeover
    if (!told) return this.end()
    const next = { told, scene: sceneOf(manifest), locale: manifest.locale, zone: manifest.time_zone, etag: manifest.etag }
    this.known = next
    this.store.set(KEY, next)
    if (!this.on || keyOf(this.on) !== keyOf(next)) this.put(next)
  }

  /** Begins or ends after all, now that the time turned out to be another. */
  retime(): void {
    if (this.on) this.plan()
    else if (this.known) this.put(this.known)
  }

  /** Whether nothing lies over the screen but what this manifest says: a page may end before it kept the newest. */
  isOf(etag: string): boolean {
    return !this.known || this.known.etag === etag
  }

  data(results: { [key: string]: DataResult }): void {
    if (this.handle) this.handle.setData(results, this.hooks.now())
  }

  /** Ends what is over, also when the clock was put right meanwhile, and says again what was not heard. */
  tick(): void {
    if (this.handle) this.handle.tick(this.hooks.now())
    this.plan()
    this.settle()
  }

  resize(): void {
    if (this.handle) this.handle.resize()
  }

  /** What lies over the screen now. */
  showing(): string | null {
    return this.on && this.on.told.id
  }

  stop(): void {
    this.lift()
    this.known = null
  }

  private put(kept: Kept): void {
    if (this.refused === keyOf(kept)) return
    if (this.left(kept) <= 0) return this.lift()
    this.say(kept.told.id, 'heard')
    this.strike()
    this.on = kept
    const layer = div(this.root, 'pt-takeover pt-takeover-' + kept.told.severity + ' pt-hidden')
    this.layer = layer
    try {
      if (kept.scene) this.paint(layer, kept.scene)
      else message(layer, kept, this.hooks.now())
    } catch (error) {
      return this.failed(kept, error instanceof Error ? error.message : String(error))
    }
    layer.className = layer.className.replace(' pt-hidden', '')
    painted().then(() => this.layer === layer && this.say(kept.told.id, 'done'))
    this.plan()
  }

  private paint(layer: HTMLElement, scene: Manifest): void {
    if (!scene.document) throw new Error('The takeover holds no document.')
    this.handle = paintDashboard(layer, scene.document, {
      theme: themes[scene.theme] || dark,
      locale: scene.locale,
      timeZone: scene.time_zone,
      keys: scene.data,
      readers: false,
      zoom: (scene.glass && scene.glass.zoom) || 100,
      annotations: scene.annotations || [],
      frames: scene.frames || {},
    })
    this.handle.setData(this.hooks.data(), this.hooks.now())
    const first = this.handle.errors[0]
    if (first) throw new Error(first.widget + ': ' + first.message)
  }

  /** What cannot be painted leaves the glass as it is. */
  private failed(kept: Kept, reason: string): void {
    this.strike()
    this.on = null
    this.refused = keyOf(kept)
    this.say(kept.told.id, 'failed', reason)
  }

  private plan(): void {
    clearTimeout(this.timer)
    if (!this.on) return
    const left = this.left(this.on)
    if (left <= 0) return this.lift()
    this.timer = window.setTimeout(() => this.plan(), Math.min(HOUR, left + 1))
  }

  private left(kept: Kept): number {
    return Date.parse(kept.told.until) - this.hooks.now()
  }

  /** The server said that it is over, which holds whatever the time is. */
  private end(): void {
    if (this.known) this.store.set(KEY, { ended: this.known.told.id })
    this.known = null
    this.lift()
  }

  /** Takes it off the glass, and remembers it: by a better clock it may go on. */
  private lift(): void {
    clearTimeout(this.timer)
    this.on = null
    this.strike()
  }

  private strike(): void {
    const { layer, handle } = this
    this.layer = this.handle = null
    try {
      if (handle) handle.destroy()
    } finally {
      if (layer && layer.parentNode) layer.parentNode.removeChild(layer)
    }
  }

  private say(id: string, outcome: 'heard' | 'done' | 'failed', reason = ''): void {
    this.owed.push({ command: id, outcome, reason: reason.slice(0, 500) })
    this.settle()
  }

  /** One after the other, and again until the server took it. */
  private settle(): void {
    const next = this.owed[0]
    if (!next || this.telling) return
    this.telling = true
    this.hooks.tell(next).then((taken) => {
      this.telling = false
      if (!taken) return
      this.owed.shift()
      this.settle()
    })
  }
}

function sceneOf(manifest: Manifest): Manifest | null {
  const scene = manifest.takeover && manifest.takeover.scene
  return scene ? Object.assign({}, manifest, scene, { program: undefined, takeover: undefined }) : null
}

/** Equal for what looks the same. */
function keyOf({ told, scene }: Kept): string {
  return [told.id].concat(scene ? [String(scene.version), JSON.stringify(scene.data), JSON.stringify(scene.glass || {}), scene.theme] : []).join(' ')
}

function message(layer: HTMLElement, { told, locale, zone }: Kept, now: number): void {
  const words = div(layer, 'pt-takeover-words ' + sizeOf(told.text))
  div(words, 'pt-takeover-kind', WORDS[told.severity] || WORDS.info)
  div(words, 'pt-takeover-text', told.text)
  const until = Date.parse(told.until)
  const day: Intl.DateTimeFormatOptions = until - now > 20 * HOUR ? { weekday: 'long' } : {}
  const time = new Intl.DateTimeFormat(locale, Object.assign({ hour: 'numeric', minute: '2-digit', timeZone: zone }, day)).format(until)
  div(words, 'pt-takeover-until', '\u2192 ' + time)
}

/** Short words are large: a message fills the glass without being measured. */
export function sizeOf(text: string): string {
  return text.length <= 40 ? 'pt-large' : text.length <= 120 ? 'pt-medium' : 'pt-fine'
}

function div(parent: HTMLElement, name: string, text = ''): HTMLElement {
  const element = document.createElement('div')
  element.className = name
  if (text) element.textContent = text
  parent.appendChild(element)
  return element
}
