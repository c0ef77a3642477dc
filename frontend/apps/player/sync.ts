import type { DataAnswer, DataResult, Manifest } from '../../packages/wire'
import { Backoff, jitter } from './backoff'
import { ticks, type Clock } from './clock'
import type { Session } from './session'
import type { Shelf } from './shelf'

const KEYS_PER_REQUEST = 20
/** What comes at the same moment is asked for together. */
const GATHER = 10

/** Fetches what the screen should show: the manifest by its ETag, and the results behind it. */
export class Sync {
  /** The newest manifest the server has named, shown or refused. */
  etag = ''
  private keys: string[] = []
  private checking = false
  private again = false
  private wanted: { [key: string]: boolean } = {}
  private timer = 0
  private backoff = new Backoff()

  constructor(
    private session: Session, private shelf: Shelf, private clock: Clock,
    private onManifest: (manifest: Manifest) => void, private onData: () => void, private onMessage: (manifest: Manifest) => void,
  ) {}

  /** Continues from a manifest that was kept. */
  resume(manifest: Manifest): void {
    this.etag = manifest.etag
    this.keys = keysOf(manifest)
  }

  /** Lets the server tell all of it once more, whatever it told before. */
  forget(): void {
    this.etag = ''
  }

  stop(): void {
    clearTimeout(this.timer)
  }

  /** Asks for the manifest; a wish that comes meanwhile is granted afterwards. */
  check(): Promise<void> {
    if (this.checking) {
      this.again = true
      return Promise.resolve()
    }
    this.checking = true
    return this.loadManifest().then(() => {
      this.checking = false
      if (!this.again) return
      this.again = false
      return this.check()
    })
  }

  /** Remembers that these keys have news, by their sequence, and fetches them together, at some moment `within` so many ms. */
  news(seqs: { [key: string]: number }, within = 450): void {
    Object.keys(seqs).forEach((key) => {
      const known = this.shelf.get(key)
      if (this.keys.indexOf(key) >= 0 && (!known || known.seq !== seqs[key])) this.wanted[key] = true
    })
    this.loadSoon(GATHER + jitter(within / 2, 1))
  }

  /** Asks again for those of these results that should have been refreshed twice since. */
  overdue(keys: string[], isStale: (result: DataResult) => boolean): void {
    keys.forEach((key) => {
      const known = this.shelf.get(key)
      if (!known || isStale(known)) this.wanted[key] = true
    })
    this.loadSoon(jitter(2000, 0.8))
  }

  private loadManifest(): Promise<void> {
    const sent = ticks()
    return this.session.send('/relay/manifest', this.etag ? { etag: quoted(this.etag) } : {}).then((answer) => {
      if (answer.status !== 200) return
      const manifest = answer.body as Manifest
      this.clock.learn(manifest.server_time, sent, ticks())
      if (manifest.etag === this.etag) return
      this.resume(manifest)
      // A message is made of words alone, so nothing keeps it waiting; a dashboard waits with the others.
      if (!manifest.takeover || !manifest.takeover.scene) this.onMessage(manifest)
      // Painting waits for the figures, but not for ever: the widgets have a loading face.
      return within(5000, this.load(this.keys)).then(() => this.onManifest(manifest))
    })
  }

  private loadSoon(ms: number): void {
    clearTimeout(this.timer)
    const keys = Object.keys(this.wanted)
    if (!keys.length) return
    this.timer = window.setTimeout(() => {
      this.wanted = {}
      this.load(keys).then((done) => {
        if (done) return this.backoff.reset()
        keys.forEach((key) => (this.wanted[key] = true))
        this.loadSoon(this.backoff.next())
      })
    }, ms)
  }

  private load(keys: string[]): Promise<boolean> {
    const parts: string[][] = []
    for (let i = 0; i < keys.length; i += KEYS_PER_REQUEST) parts.push(keys.slice(i, i + KEYS_PER_REQUEST))
    return Promise.all(parts.map((part) => this.loadPart(part))).then((done) => done.every((one) => one))
  }

  private loadPart(keys: string[]): Promise<boolean> {
    return this.session.send('/relay/data?keys=' + keys.map(encodeURIComponent).join(',')).then((answer) => {
      if (answer.status !== 200) return false
      const { results } = answer.body as DataAnswer
      const absent = keys.filter((key) => !results.some((result) => result.key === key))
      // Figures that were ours a moment ago belong to another version now; the manifest knows.
      if (absent.some((key) => this.shelf.get(key) !== undefined)) this.check()
      const missing = absent.filter((key) => !this.shelf.get(key)).map(withheld)
      if (this.shelf.put(results.concat(missing))) this.onData()
      return true
    })
  }
}

/** What the server never gave, this screen may not see. */
function withheld(key: string): DataResult {
  return {
    key, seq: 0, state: 'forbidden', computed_at: null, refresh_seconds: 3600, columns: [], rows: [], truncated: false, error: null,
  }
}

/** The results that a manifest shows, in all its scenes. */
export function keysOf(manifest: Manifest): string[] {
  const scenes: { data: { [query: string]: string } }[] = manifest.program ? manifest.program.scenes.slice() : [manifest]
  const keys: { [key: string]: boolean } = {}
  if (manifest.takeover && manifest.takeover.scene) scenes.push(manifest.takeover.scene)
  scenes.forEach((scene) => Object.keys(scene.data).forEach((query) => (keys[scene.data[query] as string] = true)))
  return Object.keys(keys)
}

export function quoted(etag: string): string {
  return /^(W\/)?"/.test(etag) ? etag : '"' + etag + '"'
}

function within(ms: number, promise: Promise<unknown>): Promise<unknown> {
  return Promise.race([promise, new Promise((resolve) => setTimeout(resolve, ms))])
}
