import type { Heartbeat as Body, HeartbeatAnswer } from '../../packages/wire'
import { jitter } from './backoff'
import { ticks, type Clock } from './clock'
import { browser, viewport } from './device'
import type { Errors } from './errors'
import type { Session } from './session'

const USUAL = 30
const LEAST_APART = 3000

export interface Rendered {
  version: string | null
  at: string | null
}

/** Tells the server every half minute that this screen lives and what is really on its glass. */
export class Heartbeat {
  private timer = 0
  private due = 0
  private last = 0
  private stopped = false

  constructor(
    private session: Session, private clock: Clock, private errors: Errors,
    private rendered: () => Rendered, private turned: () => number, private onAnswer: (answer: HeartbeatAnswer) => void,
  ) {}

  start(): void {
    this.stopped = false
    this.plan(ticks() + 500)
  }

  stop(): void {
    this.stopped = true
    clearTimeout(this.timer)
  }

  /** Something changed: the next beat comes within a few seconds, spread so that a fleet does not beat as one. */
  soon(): void {
    const wish = Math.max(ticks() + 300 + Math.random() * 1700, this.last + LEAST_APART)
    if (!this.due || wish < this.due) this.plan(wish)
  }

  private plan(time: number): void {
    if (this.stopped) return
    this.due = time
    clearTimeout(this.timer)
    this.timer = window.setTimeout(() => this.beat(), Math.max(0, time - ticks()))
  }

  private beat(): void {
    const sent = ticks()
    this.last = sent
    const body: Body = { viewport: viewport(this.turned()), browser: browser(), rendered: this.rendered(), errors: this.errors.report() }
    this.plan(this.last + jitter(USUAL * 1000, 0.2))
    this.session.send('/relay/heartbeat', { method: 'POST', body }).then((answer) => {
      // Errors the server refuses would be refused for ever; better lost than every beat with them.
      if (answer.status === 200 || answer.status === 413 || answer.status === 422) this.errors.delivered(body.errors)
      if (answer.retryAfter) this.plan(ticks() + jitter(answer.retryAfter * 1000 + 500, 0.2))
      if (answer.status === 200) this.answered(answer.body as HeartbeatAnswer, sent)
    })
  }

  private answered(answer: HeartbeatAnswer, sent: number): void {
    this.clock.learn(answer.server_time, sent, ticks())
    const seconds = Math.max(5, Math.min(300, answer.next_in || USUAL))
    if (this.due > this.last + LEAST_APART) this.plan(this.last + jitter(seconds * 1000, 0.1))
    this.onAnswer(answer)
  }
}
