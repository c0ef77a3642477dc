import type { Acknowledgement, Command } from '../../packages/wire'
import { reachable, reload } from './reach'
import type { Session } from './session'
import type { Store } from './store'
import type { View } from './view'

const KEY = 'commands'
const REMEMBERED = 20
/** What would be done again and again by a screen that cannot keep that it did. */
const BEGINS_ANEW: Command['kind'][] = ['reload', 'restart', 'clear_cache']

/** A command that was taken on, and what became of it; nothing yet while it is being done. */
interface Done {
  id: string
  outcome: '' | 'done' | 'failed' | 'refused'
  reason?: string
}

export interface CommandHooks {
  name: () => string
  /** Begins again from what is kept, without leaving the page. */
  restart: () => void
  /** Draws what is on the glass; the version is what a dashboard on it has, where nothing lies over it. */
  draw: () => Promise<{ picture: Blob; version: string | null }>
}

/**
 * Does what people ask of this screen, each once and one after the other. The server hands a command over until it is
 * answered, so an answer that got lost is given again.
 */
export class Commands {
  private done: Done[] = []
  private queue: Promise<unknown> = Promise.resolve()
  private busy: { [id: string]: boolean } = {}

  constructor(private session: Session, private store: Store, private view: View, private hooks: CommandHooks) {}

  load(): Promise<void> {
    return this.store.get<(Done | string)[]>(KEY).then((kept) => {
      // Earlier players kept ids alone, of what they had done.
      this.done = (kept || []).map((each) => (typeof each === 'string' ? { id: each, outcome: 'done' as const } : each))
      this.done.filter((each) => !each.outcome).forEach((each) => {
        each.outcome = 'failed'
        each.reason = 'The page ended in the middle of it.'
      })
    })
  }

  run(command: Command): void {
    if (!command || this.busy[command.id]) return
    this.busy[command.id] = true
    const free = (): void => void delete this.busy[command.id]
    this.queue = this.queue.then(() => this.once(command)).then(free, free)
  }

  private once(command: Command): Promise<unknown> {
    const known = this.done.filter((each) => each.id === command.id)[0]
    if (known) return this.answer(known)
    const taken: Done = { id: command.id, outcome: '' }
    this.done = this.done.concat(taken).slice(-REMEMBERED)
    // On the disk before anything happens: a reload that forgot itself would repeat for ever.
    return this.keep().then((kept) => {
      if (!kept && BEGINS_ANEW.indexOf(command.kind) !== -1) return this.end(taken, 'failed', 'This screen cannot keep that it was asked.')
      return this.tell({ command: command.id, outcome: 'heard' }).then(() => this.act(command, taken))
    })
  }

  private act(command: Command, taken: Done): Promise<unknown> {
    if (command.kind === 'identify') {
      this.view.identify(this.hooks.name())
      return this.end(taken, 'done')
    }
    if (command.kind === 'restart') return this.end(taken, 'done').then(this.hooks.restart)
    if (command.kind === 'reload') return this.leave(taken, () => Promise.resolve())
    if (command.kind === 'clear_cache') return this.leave(taken, () => this.forget())
    if (command.kind === 'screenshot') return this.hand(command, taken)
    return this.end(taken, 'refused', 'This player does not know that.')
  }

  private hand(command: Command, taken: Done): Promise<unknown> {
    return this.hooks.draw().then(({ picture, version }) => {
      const url = '/relay/screenshot?command=' + command.id + (version ? '&version=' + version : '')
      return this.session.send(url, { method: 'POST', body: picture, timeout: 60000 })
    }).then(
      ({ status, body }) => (status === 204 ? this.end(taken, 'done') : this.end(taken, 'failed', saidBy(body) || 'The server did not take the picture.')),
      (error) => this.end(taken, 'failed', error instanceof Error ? error.message : String(error)),
    )
  }

  /** Loads the page anew once the server has one to give; before that nothing may leave the glass, nor what is kept. */
  private leave(taken: Done, before: () => Promise<unknown>): Promise<unknown> {
    return reachable().then((there) => {
      if (!there) return this.end(taken, 'failed', 'The server did not give its page.')
      return before().then(() => this.end(taken, 'done')).then(reload)
    })
  }

  /** All but who this screen is and what it did. */
  private forget(): Promise<unknown> {
    const kept = ['manifest', 'refused', 'data', 'takeover'].map((key) => this.store.set(key, null))
    return Promise.all([...kept, forgetPages()])
  }

  private end(taken: Done, outcome: 'done' | 'failed' | 'refused', reason = ''): Promise<unknown> {
    taken.outcome = outcome
    taken.reason = reason
    return this.keep().then(() => this.answer(taken))
  }

  private keep(): Promise<boolean> {
    return this.store.set(KEY, this.done)
  }

  private answer({ id, outcome, reason }: Done): Promise<unknown> {
    return this.tell({ command: id, outcome: outcome || 'failed', reason: reason || '' })
  }

  private tell(body: Acknowledgement): Promise<unknown> {
    return this.session.send('/relay/acknowledgement', { method: 'POST', body })
  }
}

function saidBy(body: unknown): string {
  const said = body as { message?: unknown } | null
  return said && typeof said.message === 'string' ? said.message : ''
}

/** The pages that the service worker keeps, where there is one. */
function forgetPages(): Promise<unknown> {
  if (typeof caches === 'undefined') return Promise.resolve()
  return caches.keys().then((names) => Promise.all(names.map((name) => caches.delete(name)))).catch(() => undefined)
}
