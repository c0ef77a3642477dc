import type { ClientError } from '../../packages/wire'
import { scrub } from './scrub'

const MOST = 10

/** Faults of this screen, told with the next heartbeat: at most ten, each with how often it happened. */
export class Errors {
  private list: ClientError[] = []

  constructor(private iso: () => string, private onNew: () => void = () => undefined) {}

  add(code: string, message: string): void {
    const text = scrub(message)
    const now = this.iso()
    const known = this.list.filter((one) => one.code === code && one.message === text)[0]
    if (known) {
      known.count += 1
      known.last = now
      return
    }
    if (this.list.length >= MOST) this.list.shift()
    this.list.push({ code, message: text, count: 1, first: now, last: now })
    this.onNew()
  }

  /** A copy for one heartbeat. */
  report(): ClientError[] {
    return this.list.map((one) => Object.assign({}, one))
  }

  /** Forgets what the server has taken; what happened meanwhile stays. */
  delivered(sent: ClientError[]): void {
    this.list = this.list.filter((one) => {
      const told = sent.filter((other) => other.code === one.code && other.message === one.message)[0]
      if (told) one.count -= told.count
      return one.count > 0
    })
  }
}

/** Notes every error that nobody caught. */
export function listenForErrors(errors: Errors, onThrow: (message: string) => void): void {
  window.onerror = (message, source, line) => {
    const text = String(message) + (source ? ' (' + String(source).split('/').pop() + ':' + line + ')' : '')
    errors.add('script_error', text)
    onThrow(text)
  }
  window.addEventListener('unhandledrejection', (event) => {
    const reason: unknown = event.reason
    errors.add('promise_rejected', reason instanceof Error ? reason.message : String(reason))
  })
}
