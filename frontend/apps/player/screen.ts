import type { DataResult, HeartbeatAnswer, Manifest } from '../../packages/wire'
import { ageWords, isStale } from '../../packages/widgets'
import { Clock } from './clock'
import { Commands } from './commands'
import type { Errors } from './errors'
import { Heartbeat, type Rendered } from './heartbeat'
import { Poll } from './poll'
import type { Kept, Session } from './session'
import { drawn } from './screenshot'
import { Shelf } from './shelf'
import { Stage, versionName } from './stage'
import type { Store } from './store'
import { Takeover } from './takeover'
import { Stream } from './stream'
import { keysOf, Sync } from './sync'
import { Turner } from './turner'
import { Upkeep } from './upkeep'
import type { View } from './view'

const MINUTE = 60000

/** The parts every life of the page shares. */
export interface House {
  glass: HTMLElement
  view: View
  store: Store
  session: Session
  errors: Errors
  clock: Clock
  /** How many milliseconds ago the server last answered anything. */
  silent: () => number
  /** Begins again from what is kept, on the same page. */
  restart: () => void
}

/** A paired screen: from the cached picture of a cold boot to the day it is unpaired. */
export class Screen {
  readonly stage: Stage
  readonly stream: Stream
  rendered: Rendered = { version: null, at: null }
  private shelf: Shelf
  private sync: Sync
  private poll: Poll
  private heartbeat: Heartbeat
  private commands: Commands
  private upkeep: Upkeep
  private turner: Turner
  private takeover: Takeover
  /** The manifest of which it was last told that it is on the glass. */
  private told = ''
  private manifest: Manifest | null = null
  private refused = ''
  private wasStale = false
  private stopped = false

  constructor(private house: House, private kept: Kept) {
    const { session, store, view, clock, errors } = house
    this.shelf = new Shelf(store, () => errors.add('storage_full', 'The last figures could not be kept for an offline start.'))
    this.sync = new Sync(session, this.shelf, clock, (manifest) => this.follow(manifest), () => this.figures(), (manifest) => this.takeover.follow(manifest))
    this.takeover = this.makeTakeover()
    this.stage = this.makeStage()
    this.turner = this.makeTurner()
    this.commands = new Commands(session, store, view, {
      name: () => this.name(),
      restart: () => this.house.restart(),
      draw: () => drawn(view.root, () => (this.over() ? null : this.rendered.version)).then(({ picture, note }) => ({ picture, version: note })),
    })
    this.stream = this.makeStream()
    this.poll = this.makePoll()
    this.heartbeat = new Heartbeat(session, clock, errors, () => this.rendered, () => this.turned(), (answer) => this.compare(answer))
    this.upkeep = new Upkeep(house.glass, {
      now: () => clock.now(),
      timeZone: () => (this.manifest ? this.manifest.time_zone : 'UTC'),
      failed: (code, message) => errors.add(code, message),
      tick: () => this.tick(),
    })
  }

  /** Paints what was kept, then asks the server. */
  start(): Promise<void> {
    const { store } = this.house
    this.house.clock.onLearned = (offset) => {
      store.set('clock', offset)
      this.takeover.retime()
    }
    return Promise.all([this.shelf.load(), this.commands.load(), store.get<Manifest>('manifest'), store.get<string>('refused'), store.get<number>('clock')])
      .then(([, , manifest, refused, offset]) => {
        if (this.stopped) return
        this.house.clock.recall(offset)
        this.refused = refused || ''
        if (manifest) this.resume(manifest)
        else this.house.view.message('One moment', 'This screen asks for its dashboard.')
        return this.takeover.load(manifest)
      })
      .then(() => {
        if (this.stopped) return
        if (!this.takeover.isOf(this.sync.etag)) this.sync.forget()
        this.sync.check()
        this.stream.start()
        this.poll.start()
        this.heartbeat.start()
        this.upkeep.start()
      })
  }

  stop(): void {
    this.stopped = true
    const parts = [this.stream, this.poll, this.heartbeat, this.upkeep, this.sync, this.shelf, this.turner, this.takeover]
    parts.forEach((part) => part.stop())
    this.stage.clear()
    this.house.view.strip('')
    this.house.view.lay({})
  }

  changed(): void {
    this.house.view.lay()
    this.resize()
    this.heartbeat.soon()
  }

  /** The network or the page is back: ask now instead of at the next turn, and take the sentence about it away. */
  returned(): void {
    this.sync.check().then(() => this.tick())
    this.stream.hurry()
    this.heartbeat.soon()
  }

  /** Which takeover lies over it. */
  over(): string | null {
    return this.takeover.showing()
  }

  name(): string {
    return this.manifest ? this.manifest.screen.name : this.kept.name
  }

  newError(): void {
    this.heartbeat.soon()
  }

  turned(): number {
    return (this.manifest && this.manifest.glass && this.manifest.glass.turned) || 0
  }

  private resize(): void {
    this.stage.resize()
    this.takeover.resize()
  }

  private figures(): void {
    this.stage.data(this.shelf.all())
    this.takeover.data(this.shelf.all())
  }

  private makeTakeover(): Takeover {
    const { view, store, session, clock } = this.house
    return new Takeover(view.root, store, {
      now: () => clock.now(),
      data: () => this.shelf.all(),
      // Silence and a server in trouble are asked again; whatever else it says, it says for good.
      tell: (body) => session.send('/relay/acknowledgement', { method: 'POST', body }).then(({ status }) => !!status && status < 500 && status !== 429),
    })
  }

  private makeStage(): Stage {
    return new Stage(this.house.glass, {
      now: () => this.house.clock.now(),
      data: () => this.shelf.all(),
      rendered: (manifest) => this.painted(manifest),
      accepted: (manifest) => this.turner.turning() || this.keep(manifest),
      rejected: (manifest, reason, back) => this.reject(manifest, reason, back),
      failed: (code, message) => this.house.errors.add(code, message),
    })
  }

  private makeTurner(): Turner {
    const { view } = this.house
    return new Turner({
      now: () => this.house.clock.now(),
      prepare: (scene) => this.stage.prepare(scene),
      show: (scene) => {
        const shown = this.stage.show(scene)
        if (shown) view.clear()
        return shown
      },
      blank: (manifest, why) => (why === 'dark' ? this.darken(manifest) : why === 'empty' ? this.wait(manifest) : this.giveUp('What this screen should show')),
      freshen: (scene) => this.freshen([scene]),
    })
  }

  private makeStream(): Stream {
    return new Stream(this.house.session, {
      opened: () => void this.poll.once(),
      deploy: () => void this.sync.check(),
      data: (event) => this.sync.news({ [event.key]: event.seq }, event.within),
      command: (command) => this.commands.run(command),
    })
  }

  private makePoll(): Poll {
    return new Poll(this.house.session, {
      etag: () => this.sync.etag,
      needed: () => this.stream.state !== 'open',
      changed: () => void this.sync.check(),
      data: (seqs) => this.sync.news(seqs),
      command: (command) => this.commands.run(command),
    })
  }

  private resume(manifest: Manifest): void {
    this.sync.resume(manifest)
    this.show(manifest)
    // A version refused before the restart is still refused after it.
    if (this.refused) this.sync.etag = this.refused
  }

  private follow(manifest: Manifest): void {
    if (this.stopped) return
    // Whoever names again what was refused, after something else, wants it tried again.
    if (manifest.etag !== this.refused) this.forgive()
    this.takeover.follow(manifest)
    this.show(manifest)
  }

  private show(manifest: Manifest): void {
    if (this.stopped || manifest.etag === this.refused) return
    this.manifest = manifest
    // In one go with painting: the picture before is never seen in the new layout.
    this.house.view.lay(manifest.glass || {})
    this.dim()
    if (manifest.program) return this.turner.begin(manifest)
    this.turner.stop()
    if (manifest.document) {
      if (this.stage.show(manifest)) this.house.view.clear()
      return
    }
    this.wait(manifest)
    this.keep(manifest)
  }

  /** There is nothing to show yet: it says whose screen it is. */
  private wait(manifest: Manifest): void {
    this.stage.clear()
    const title = 'This screen is paired as ' + manifest.screen.name + '.'
    this.house.view.message(title, 'Publish a dashboard to it, and it appears here.', manifest.brand)
    this.setRendered(null)
  }

  /** Nothing is to be seen at this time, and somebody wanted it so. */
  private darken(manifest: Manifest): void {
    // It is kept although nothing of it is painted: a screen that is switched off at night wakes with it.
    if (this.told !== manifest.etag) this.keep(manifest)
    this.told = manifest.etag
    this.stage.clear()
    this.house.view.clear()
    this.setRendered(null)
  }

  private painted(scene: Manifest): void {
    const whole = this.turner.turning()
    const isNews = this.told !== (whole || scene).etag || !this.rendered.version
    this.told = (whole || scene).etag
    if (isNews && whole) this.keep(whole)
    this.setRendered(scene.version, isNews)
  }

  /** What turns is told with the next beat: a wall that turns each ten seconds must not beat each ten seconds. */
  private setRendered(version: string | null, isNews = true): void {
    // No version was painted at no time: the server takes both or neither.
    this.rendered = { version, at: version ? this.house.clock.iso() : null }
    if (isNews) this.heartbeat.soon()
  }

  private forgive(): void {
    if (!this.refused) return
    this.refused = ''
    this.house.store.set('refused', '')
  }

  private keep(manifest: Manifest): void {
    this.forgive()
    this.house.store.set('manifest', manifest).then((kept) => {
      if (!kept) this.house.errors.add('storage_full', 'The dashboard could not be kept for an offline start.')
    })
    this.shelf.keepOnly(keysOf(manifest))
  }

  private reject(manifest: Manifest, reason: string, back: Manifest | null): void {
    this.house.errors.add('version_rejected', versionName(manifest) + ': ' + reason)
    // The others of its playlist go on without it.
    if (this.turner.isBroken(manifest)) return
    this.refused = manifest.etag
    this.manifest = back || manifest
    this.house.store.set('refused', manifest.etag)
    if (!back) this.giveUp('Version ' + manifest.number)
  }

  private giveUp(what: string): void {
    this.stage.clear()
    this.rendered = { version: null, at: null }
    this.house.view.message(what + ' could not be drawn here', 'It was reported. This screen shows the next version that works.')
  }

  private freshen(scenes: Manifest[]): void {
    const now = this.house.clock.now()
    scenes.forEach((scene) => this.sync.overdue(keysOf(scene), (result) => isOld(result, now) || (!!this.turner.turning() && isWaiting(result))))
  }

  private compare(answer: HeartbeatAnswer): void {
    if (this.house.clock.error() > 5 * MINUTE) {
      this.house.errors.add('clock_off', 'The clock of this device is off by ' + ageWords(this.house.clock.error()) + '.')
    }
    if (answer.etag && answer.etag !== this.sync.etag) this.sync.check()
  }

  private tick(): void {
    this.stage.tick()
    this.takeover.tick()
    this.dim()
    this.turner.turn()
    const now = this.house.clock.now()
    const shown = this.stage.manifest()
    const silent = this.house.silent()
    // Old for want of a connection is no fault to report, and once there is one again they have a round to catch up.
    const stale = silent <= MINUTE && (shown ? keysOf(shown) : []).some((key) => isOld(this.shelf.get(key), now))
    if (stale && this.wasStale && !this.turner.turning()) this.house.errors.add('data_old', 'Some figures missed two refreshes.')
    this.wasStale = stale
    this.freshen(this.turner.turning() ? this.turner.near() : shown ? [shown] : [])
    if (this.house.view.strip(silent > MINUTE ? silence(silent) : '')) this.resize()
  }

  private dim(): void {
    this.house.view.dim(this.house.clock.now(), this.manifest ? this.manifest.time_zone : 'UTC')
  }
}

/** Why nothing comes, as far as a page can know: browsers do not tell it what was wrong with a certificate. */
export function silence(ms: number, isSecure = location.protocol === 'https:', isOnline = navigator.onLine): string {
  const since = ageWords(ms)
  if (isOnline === false) return 'This device has had no network for ' + since + '. These are the last figures.'
  const why = isSecure ? ': the server does not answer, its certificate ran out, or the clock of this device is wrong' : ''
  return 'No connection for ' + since + why + '. These are the last figures.'
}

function isWaiting(result: DataResult): boolean {
  return result.state === 'waiting' || result.state === 'forbidden'
}

function isOld(result: Parameters<typeof isStale>[0] | undefined, now: number): boolean {
  return !!result && isStale(result, now)
}
