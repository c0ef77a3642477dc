import type { ByeEvent, Command, DataEvent, Ticket } from '../../packages/wire'
import { Backoff } from './backoff'
import { ticks } from './clock'
import type { Session } from './session'

const SILENT_TOO_LONG = 60000
const STEADY = 10000
const LONGEST_AWAY = 60000

export type StreamState = 'closed' | 'connecting' | 'open'

export interface StreamHooks {
  opened: () => void
  deploy: () => void
  data: (event: DataEvent) => void
  command: (command: Command) => void
}

/** The server's push. Every try has its own ticket, so the browser's own reconnection is never used. */
export class Stream {
  state: StreamState = 'closed'
  private source: EventSource | null = null
  private after = ''
  private heard = 0
  private opened = 0
  private retry = 0
  private watchdog = 0
  private backoff = new Backoff()

  constructor(private session: Session, private hooks: StreamHooks) {}

  start(): void {
    if (typeof EventSource === 'undefined') return
    this.watchdog = window.setInterval(() => this.checkSilence(), 10000)
    this.connect()
  }

  stop(): void {
    clearInterval(this.watchdog)
    this.watchdog = 0
    clearTimeout(this.retry)
    this.close()
    this.state = 'closed'
  }

  /** Tries now, if it waits for its next turn. */
  hurry(): void {
    if (this.state !== 'closed' || !this.watchdog) return
    clearTimeout(this.retry)
    this.connect()
  }

  private connect(): void {
    this.state = 'connecting'
    this.session.send('/relay/ticket', { method: 'POST' }).then((answer) => {
      if (this.state !== 'connecting') return
      // Who was refused for now comes back when told, and not all who were at the same moment.
      if (answer.status !== 200) return this.again(answer.retryAfter * 1000 * (1 + Math.random()))
      this.open((answer.body as Ticket).ticket)
    })
  }

  private open(ticket: string): void {
    const after = this.after ? '&after=' + encodeURIComponent(this.after) : ''
    const source = new EventSource('/relay/stream?ticket=' + encodeURIComponent(ticket) + after)
    this.source = source
    this.heard = ticks()
    source.onopen = () => {
      this.state = 'open'
      this.opened = this.heard = ticks()
      this.hooks.opened()
    }
    source.onerror = () => this.again(0)
    this.listen(source, 'deploy', () => this.hooks.deploy())
    this.listen(source, 'data', (body) => this.hooks.data(body as DataEvent))
    this.listen(source, 'command', (body) => this.hooks.command(body as Command))
    this.listen(source, 'ping', () => undefined)
    this.listen(source, 'bye', (body) => this.leave((body as ByeEvent).within))
  }

  private listen(source: EventSource, name: string, act: (body: unknown) => void): void {
    source.addEventListener(name, (event) => {
      const message = event as MessageEvent
      this.heard = ticks()
      if (message.lastEventId) this.after = message.lastEventId
      act(JSON.parse(String(message.data || 'null')))
    })
  }

  /** The server ends, with everybody at once: each comes back at a moment of its own. */
  private leave(within: number): void {
    this.again(Math.random() * Math.min(within, LONGEST_AWAY))
  }

  /** A stream that opens and falls at once must not be hammered, so only a steady one resets the steps. */
  private again(atLeast: number): void {
    if (this.opened && ticks() - this.opened > STEADY) this.backoff.reset()
    this.opened = 0
    this.close()
    this.state = 'closed'
    clearTimeout(this.retry)
    this.retry = window.setTimeout(() => this.connect(), Math.max(atLeast, this.backoff.next()))
  }

  /** A cut cable sends no error; the server's ping every 25 seconds is what tells. */
  private checkSilence(): void {
    if (this.source && ticks() - this.heard > SILENT_TOO_LONG) this.again(0)
  }

  private close(): void {
    if (this.source) this.source.close()
    this.source = null
  }
}
