import '../../packages/widgets/widgets.css'
import './fonts.css'
import './player.css'
import { Clock } from './clock'
import { Errors, listenForErrors } from './errors'
import { send, type Answer, type Asking } from './http'
import { PairingFlow } from './pairing'
import { isLeaving } from './reach'
import { Screen } from './screen'
import { Session, type Kept } from './session'
import { openStore, type Store } from './store'
import { View } from './view'

const UNPAIRED = 'This screen was unpaired. Pair it again to show a dashboard.'

/** The page: one device that is pairing or paired, and the events of its window. */
class Player {
  private clock = new Clock()
  private errors = new Errors(() => this.clock.iso(), () => this.screen && this.screen.newError())
  private view: View
  private session: Session
  private screen: Screen | null = null
  private flow: PairingFlow | null = null
  private contact = Date.now()

  constructor(root: HTMLElement, private glass: HTMLElement, private store: Store) {
    this.view = new View(root)
    this.session = new Session(store, () => this.unpaired(), (url, asking) => this.ask(url, asking))
  }

  start(): void {
    listenForErrors(this.errors, (message) => this.screen && this.screen.stage.thrown(message))
    this.listen()
    this.expose()
    this.session.load().then((kept) => (kept ? this.begin(kept) : this.pair('')))
  }

  private ask(url: string, asking?: Asking): Promise<Answer> {
    return send(url, asking).then((answer) => {
      if (answer.status) this.contact = Date.now()
      return answer
    })
  }

  private begin(kept: Kept): void {
    this.contact = Date.now()
    const { glass, view, store, session, errors, clock } = this
    this.screen = new Screen({ glass, view, store, session, errors, clock, contact: () => this.contact, restart: () => this.restart(kept) }, kept)
    this.screen.start()
  }

  private restart(kept: Kept): void {
    if (this.screen) this.screen.stop()
    this.view.clear()
    this.begin(kept)
  }

  private pair(sentence: string): void {
    this.flow = new PairingFlow(this.view, sentence, (pairing) => {
      this.flow = null
      const kept = { screen: pairing.screen, name: pairing.name, refresh: pairing.refresh }
      this.session.begin(kept, pairing).then(() => this.begin(kept))
    })
    this.flow.start()
  }

  private unpaired(): void {
    if (this.screen) this.screen.stop()
    this.screen = null
    this.session.forget().then(() => this.pair(UNPAIRED))
  }

  private listen(): void {
    let settle = 0
    window.addEventListener('resize', () => {
      clearTimeout(settle)
      settle = window.setTimeout(() => this.screen && this.screen.changed(), 150)
    })
    window.addEventListener('online', () => this.screen && this.screen.returned())
    window.addEventListener('pagehide', () => this.goodbye())
    window.addEventListener('pageshow', (event) => event.persisted && this.screen && this.screen.back())
    // Widths were measured with another font until this one has come.
    const fonts = document.fonts as FontFaceSet | undefined
    if (fonts) fonts.ready.then(() => this.screen && this.screen.stage.resize())
  }

  private goodbye(): void {
    if (this.screen) this.screen.left()
    const access = this.session.current()
    if (access && !isLeaving() && navigator.sendBeacon) navigator.sendBeacon('/relay/goodbye', JSON.stringify({ access }))
  }

  /** What tests and a person at the console may read. */
  private expose(): void {
    const { session } = this
    const read = {
      state: () => (this.screen ? 'paired' : 'pairing'),
      screen: () => (session.paired() ? this.screen && this.screen.stage.manifest() : null),
      version: () => (this.screen ? this.screen.rendered.version : null),
      stream: () => (this.screen ? this.screen.stream.state : 'closed'),
      widgets: () => (this.screen ? this.screen.stage.widgets() : 0),
      errors: () => this.errors.report(),
    }
    Object.defineProperty(window, 'operantPlayer', { value: Object.freeze(read) })
  }
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
