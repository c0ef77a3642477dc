import type { Hello, Pairing } from '../../packages/wire'
import { Backoff } from './backoff'
import { send, type Answer } from './http'
import { viewport } from './device'
import type { Act, View } from './view'

const BETWEEN_POLLS = 3000

/** Shows codes until somebody types one in, however long that takes. */
export class PairingFlow {
  private backoff = new Backoff()
  private timer = 0
  private ends = 0
  private stopped = false

  constructor(private view: View, private sentence: string, private acts: () => Act[], private onPaired: (pairing: Pairing) => void) {}

  start(): void {
    this.view.message('One moment', 'This screen asks for a pairing code.')
    this.hello()
  }

  stop(): void {
    this.stopped = true
    clearTimeout(this.timer)
  }

  private offered(): Act[] {
    const another: Act = ['Another code', () => {
      clearTimeout(this.timer)
      this.hello()
    }]
    return [another].concat(this.acts())
  }

  private hello(): void {
    send('/relay/hello', { method: 'POST', body: { viewport: viewport() } }).then((answer) => {
      if (this.stopped) return
      if (answer.status !== 200) return this.wait(answer)
      const hello = answer.body as Hello
      this.backoff.reset()
      // A little before the server's end, so that no code on the glass is ever refused.
      this.ends = Date.now() + Math.max(30, hello.expires_in - 15) * 1000
      this.view.pairing(hello, this.sentence, 'The code renews itself every ' + minutes(hello.expires_in) + '.', this.offered())
      this.poll(hello)
    })
  }

  private wait(answer: Answer): void {
    const pause = Math.max(answer.retryAfter * 1000, this.backoff.next())
    const silent = answer.status === 0
    const title = silent ? 'The server does not answer' : 'The server gives no code right now'
    const sentence = silent ? 'Check the network of this screen. It keeps trying by itself.' : 'This screen asks again by itself.'
    this.view.message(title, sentence, undefined, this.acts())
    this.later(() => this.hello(), pause)
  }

  private poll(hello: Hello): void {
    if (Date.now() >= this.ends) return this.hello()
    const body = { device: hello.device, secret: hello.secret }
    send('/relay/pairing', { method: 'POST', body }).then((answer) => {
      if (this.stopped) return
      if (answer.status === 200) return this.onPaired(answer.body as Pairing)
      if (answer.status === 410) return this.hello()
      this.later(() => this.poll(hello), Math.max(BETWEEN_POLLS, answer.retryAfter * 1000))
    })
  }

  private later(act: () => void, ms: number): void {
    this.timer = window.setTimeout(() => this.stopped || act(), ms)
  }
}

function minutes(seconds: number): string {
  const n = Math.max(1, Math.round(seconds / 60))
  return n === 1 ? 'minute' : n + ' minutes'
}
