import type { Command, PollAnswer } from '../../packages/wire'
import { jitter } from './backoff'
import type { Session } from './session'

const EVERY = 15000

export interface PollHooks {
  etag: () => string
  /** False while the stream is open and nothing needs asking. */
  needed: () => boolean
  changed: () => void
  data: (seqs: { [key: string]: number }) => void
  command: (command: Command) => void
}

/** The net under the stream: a few bytes every 15 seconds while there is none, and once whenever one opens. */
export class Poll {
  private timer = 0
  private told = ''

  constructor(private session: Session, private hooks: PollHooks) {}

  start(): void {
    this.timer = window.setTimeout(() => {
      const round = this.hooks.needed() ? this.once() : Promise.resolve()
      round.then(() => this.timer && this.start())
    }, jitter(EVERY, 0.2))
  }

  stop(): void {
    clearTimeout(this.timer)
    this.timer = 0
  }

  once(): Promise<void> {
    const etag = this.hooks.etag()
    const asking = this.told ? { etag: this.told } : {}
    return this.session.send('/relay/poll?etag=' + encodeURIComponent(etag), asking).then((answer) => {
      if (answer.status !== 200) return
      const news = answer.body as PollAnswer
      this.told = answer.etag
      if (news.etag && news.etag !== etag) this.hooks.changed()
      this.hooks.data(news.data || {})
      const commands = news.commands || []
      commands.forEach((command) => this.hooks.command(command))
    })
  }
}
