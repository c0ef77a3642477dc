import type { Command } from '../../packages/wire'
import { reachable, reload } from './reach'
import type { Session } from './session'
import type { Store } from './store'
import type { View } from './view'

const KEY = 'commands'
const REMEMBERED = 20

/** Does what people ask of this screen, each once: the stream and the poll may both bring the same command. */
export class Commands {
  private done: string[] = []

  constructor(private session: Session, private store: Store, private view: View, private name: () => string) {}

  load(): Promise<void> {
    return this.store.get<string[]>(KEY).then((ids) => {
      this.done = ids || []
    })
  }

  run(command: Command): void {
    if (!command || this.done.indexOf(command.id) >= 0) return
    this.done = this.done.concat(command.id).slice(-REMEMBERED)
    // On the disk before anything happens: a reload that forgot itself would repeat for ever.
    this.store.set(KEY, this.done).then(() => this.act(command))
  }

  private act(command: Command): void {
    if (command.kind === 'identify') {
      this.view.identify(this.name())
      this.answer(command, 'done')
    } else if (command.kind === 'reload') {
      reachable().then((there) => this.answer(command, there ? 'done' : 'refused').then(() => there && reload()))
    } else this.answer(command, 'refused')
  }

  private answer(command: Command, outcome: 'done' | 'refused'): Promise<unknown> {
    return this.session.send('/relay/acknowledgement', { method: 'POST', body: { command: command.id, outcome } })
  }
}
