import type { RelayError, Tokens } from '../../packages/wire'
import { refusedByUs, send, SILENCE, type Answer, type Asking } from './http'
import type { Store } from './store'

/** What pairing gave this screen. */
export interface Kept {
  refresh: string
  screen: string
  name: string
}

type Sender = (url: string, asking?: Asking) => Promise<Answer>

const KEY = 'session'

/**
 * The device's credential. The refresh token is rotated: the old one stays valid until the new one is used, so a lost
 * answer or a lost write costs nothing. Only our own 401 on a refresh means "unpaired"; silence never does.
 */
export class Session {
  private access = ''
  private expires = 0
  private kept: Kept | null = null
  private refreshing: Promise<boolean> | null = null
  private gone = false

  constructor(
    private store: Store, private onUnpaired: (why: string) => void, private ask: Sender = send, private now: () => number = Date.now,
  ) {}

  load(): Promise<Kept | null> {
    return this.store.get<Kept>(KEY).then((kept) => (this.kept = kept))
  }

  begin(kept: Kept, tokens: Tokens): Promise<void> {
    return this.keep(kept, tokens).then(() => undefined)
  }

  forget(): Promise<void> {
    this.access = ''
    this.kept = null
    return this.store.clear()
  }

  paired(): boolean {
    return this.kept !== null
  }

  /** The access token for the goodbye, which has no time to ask for a new one. */
  current(): string {
    return this.access
  }

  /** The page is being closed or put aside: nothing follows its goodbye, and what was on its way is not sent again. */
  leave(): void {
    this.gone = true
  }

  /** A page that was put aside is shown again. */
  back(): void {
    this.gone = false
  }

  /** Sends with the access token, renewed before it ends and once when the server refuses it. */
  send(url: string, asking: Asking = {}): Promise<Answer> {
    return this.ready().then((ready) => this.sent(ready, url, asking)).then((answer) => {
      if (answer.status !== 401 || !refusedByUs(answer)) return answer
      this.access = ''
      return this.refresh().then((fresh) => this.sent(fresh, url, asking))
    })
  }

  private sent(ready: boolean, url: string, asking: Asking): Promise<Answer> {
    if (!ready || this.gone) return Promise.resolve(SILENCE)
    return this.ask(url, Object.assign({}, asking, { access: this.access }))
  }

  private ready(): Promise<boolean> {
    if (!this.kept) return Promise.resolve(false)
    return this.access && this.now() < this.expires ? Promise.resolve(true) : this.refresh()
  }

  private refresh(): Promise<boolean> {
    if (this.gone) return Promise.resolve(false)
    if (!this.refreshing) {
      const done = (ok: boolean): boolean => {
        this.refreshing = null
        return ok
      }
      this.refreshing = this.renew(true).then(done, () => done(false))
    }
    return this.refreshing
  }

  /** Reads the store first: a second window of this browser may have rotated the token. */
  private renew(again: boolean): Promise<boolean> {
    return this.store.get<Kept>(KEY).then((stored) => {
      const kept = stored || this.kept
      if (!kept) return false
      return this.ask('/relay/token', { method: 'POST', body: { refresh: kept.refresh } }).then((answer) => {
        if (answer.status === 200 && isTokens(answer.body)) return this.keep(kept, answer.body)
        if (answer.status === 401 && refusedByUs(answer)) return this.refused(kept, again, (answer.body as RelayError).error)
        return false
      })
    })
  }

  private refused(used: Kept, again: boolean, why: string): Promise<boolean> {
    return this.store.get<Kept>(KEY).then((stored) => {
      if (again && stored && stored.refresh !== used.refresh) return this.renew(false)
      if (this.kept) {
        this.kept = null
        this.onUnpaired(why)
      }
      return false
    })
  }

  /** The new refresh token is on the disk before anything is asked with what came beside it. */
  private keep(kept: Kept, tokens: Tokens): Promise<boolean> {
    const next = { screen: kept.screen, name: kept.name, refresh: tokens.refresh }
    return this.store.set(KEY, next).then(() => {
      this.kept = next
      this.access = tokens.access
      this.expires = this.now() + tokens.access_expires_in * 800
      return true
    })
  }
}

function isTokens(body: unknown): body is Tokens {
  const tokens = body as Tokens | null
  return !!tokens && typeof tokens.access === 'string' && typeof tokens.refresh === 'string'
}
