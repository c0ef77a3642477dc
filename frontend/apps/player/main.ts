import '../../packages/widgets/widgets.css'
import './fonts.css'
import './player.css'
import { facts } from './about'
import { stayAwake } from './awake'
import { Clock, ticks } from './clock'
import { Errors, listenForErrors } from './errors'
import { send, type Answer, type Asking } from './http'
import { PairingFlow } from './pairing'
import { isLeaving } from './reach'
import { Remote } from './remote'
import { Screen } from './screen'
import { Session, type Kept } from './session'
import { openStore, type Store } from './store'
import { View, type Act } from './view'

const UNPAIRED = 'This screen was unpaired. Pair it again to show a dashboard.'
const REPLACED = 'Another device took the place of this one. It can be paired as a screen of its own.'

/** The page: one device that is pairing or paired, and the events of its window. */
class Player {
  private clock = new Clock()
  private errors = new Errors(() => this.clock.iso(), () => this.screen && this.screen.newError())
  private view: View
  private session: Session
  private screen: Screen | null = null
  private flow: PairingFlow | null = null
  private contact = ticks()
  private reading = 0

  constructor(root: HTMLElement, private glass: HTMLElement, private store: Store) {
    this.view = new View(root)
    this.session = new Session(store, (why) => this.unpaired(why === 'replaced' ? REPLACED : UNPAIRED), (url, asking) => this.ask(url, asking))
  }

  start(): void {
    listenForErrors(this.errors, (message) => this.screen && this.screen.stage.thrown(message))
    this.listen()
    this.expose()
    this.session.load().then((kept) => (kept ? this.begin(kept) : this.pair('')))
  }

  private ask(url: string, asking?: Asking): Promise<Answer> {
    return send(url, asking).then((answer) => {
      if (answer.status) this.contact = ticks()
      return answer
    })
  }

  private begin(kept: Kept): void {
    this.contact = ticks()
    const { glass, view, store, session, errors, clock } = this
    this.screen = new Screen({ glass, view, store, session, errors, clock, silent: () => ticks() - this.contact, restart: () => this.restart(kept) }, kept)
    this.screen.start()
  }

  private restart(kept: Kept): void {
    if (this.screen) this.screen.stop()
    this.view.clear()
    this.begin(kept)
  }

  private pair(sentence: string): void {
    this.flow = new PairingFlow(this.view, sentence, () => this.offered(), (pairing) => {
      this.flow = null
      const kept = { screen: pairing.screen, name: pairing.name, refresh: pairing.refresh }
      this.session.begin(kept, pairing).then(() => this.begin(kept))
    })
    this.flow.start()
  }

  private unpaired(sentence: string): void {
    if (this.screen) this.screen.stop()
    this.screen = null
    this.session.forget().then(() => this.pair(sentence))
  }

  /** What can be done on the glass itself, with a remote. */
  private offered(): Act[] {
    const about: Act = ['About this screen', () => this.about()]
    const full = fullScreen()
    return full ? [full, about] : [about]
  }

  private about(): void {
    clearTimeout(this.reading)
    const { screen, view } = this
    const close = (): void => void view.closeAbout()
    // Nobody reads for longer, and a wall must not be left like this.
    this.reading = window.setTimeout(close, 60000)
    const full = fullScreen()
    facts(screen ? screen.name() : '', screen ? screen.stream.state : 'closed', screen ? screen.turned() : 0).then((known) => {
      const acts: Act[] = [['Back', close]]
      view.about(known, full ? acts.concat([full]) : acts)
    })
  }

  private listen(): void {
    new Remote(this.view.root, { ok: () => this.about(), back: () => void this.view.closeAbout() }).start()
    let settle = 0
    this.view.lay({})
    stayAwake(this.view.root)
    window.addEventListener('resize', () => {
      clearTimeout(settle)
      settle = window.setTimeout(() => (this.screen ? this.screen.changed() : this.view.lay()), 150)
    })
    window.addEventListener('online', () => this.screen && this.screen.returned())
    window.addEventListener('pagehide', () => this.goodbye())
    window.addEventListener('pageshow', (event) => event.persisted && this.back())
    // Widths were measured with another font until this one has come.
    const fonts = document.fonts as FontFaceSet | undefined
    if (fonts) fonts.ready.then(() => this.screen && this.screen.stage.resize())
  }

  private goodbye(): void {
    this.session.leave()
    const access = this.session.current()
    if (access && !isLeaving() && navigator.sendBeacon) navigator.sendBeacon('/relay/goodbye', JSON.stringify({ access }))
  }

  private back(): void {
    this.session.back()
    if (this.screen) this.screen.returned()
  }

  /** What tests and a person at the console may read. */
  private expose(): void {
    const { session } = this
    const read = {
      state: () => (this.screen ? 'paired' : 'pairing'),
      screen: () => (session.paired() ? this.screen && this.screen.stage.manifest() : null),
      version: () => (this.screen ? this.screen.rendered.version : null),
      stream: () => (this.screen ? this.screen.stream.state : 'closed'),
      takeover: () => (this.screen ? this.screen.over() : null),
      widgets: () => (this.screen ? this.screen.stage.widgets() : 0),
      errors: () => this.errors.report(),
    }
    Object.defineProperty(window, 'operantPlayer', { value: Object.freeze(read) })
  }
}

/** Asks for the whole glass, where a browser gives it and the page has not got it. */
function fullScreen(): Act | null {
  const page = document.documentElement as HTMLElement & { webkitRequestFullscreen?: () => void }
  const doc = document as Document & { webkitFullscreenElement?: Element }
  const ask = page.requestFullscreen || page.webkitRequestFullscreen
  const isWhole = document.fullscreenElement || doc.webkitFullscreenElement || window.innerHeight >= window.screen.height
  if (!ask || isWhole) return null
  return ['Full screen', () => {
    const asked = ask.call(page) as Promise<void> | undefined
    if (asked) asked.catch(() => undefined)
  }]
}

/** Keeps the page itself for a start without network, where the browser allows it. */
function registerWorker(): void {
  if (!('serviceWorker' in navigator)) return
  navigator.serviceWorker.register('/tv/sw.js', { scope: '/tv' }).catch(() => undefined)
}

const root = document.getElementById('player') as HTMLElement
const glass = document.getElementById('glass') as HTMLElement
openStore().then((store) => new Player(root, glass, store).start())
registerWorker()
