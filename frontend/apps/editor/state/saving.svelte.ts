/** Autosave as the page sees it: its state, the browser's events that hurry it, and the warning before leaving. */

import type { Client } from '../api/client'
import { Autosave, type SaveState, type Theirs } from '../autosave/autosave'
import type { Kept, Shelf } from '../autosave/shelf'
import type { DashboardDocument } from '../model/types'

export class Saving {
  state = $state.raw<SaveState>({ kind: 'saved', at: null })
  private readonly autosave: Autosave

  constructor(
    at: Theirs, client: Client, shelf: Shelf, takeIn: (base: DashboardDocument, theirs: DashboardDocument) => DashboardDocument | null,
  ) {
    this.autosave = new Autosave({
      ...at, shelf, takeIn, save: (at, document) => client.save(at, document), onState: (state) => { this.state = state },
    })
  }

  change(document: DashboardDocument): void { this.autosave.change(document) }
  settle(): Promise<number | null> { return this.autosave.settle() }
  retry(): void { this.autosave.retry() }
  get base(): DashboardDocument { return this.autosave.base }
  isBehind(revision: number): boolean { return this.autosave.isBehind(revision) }
  follow(theirs: Theirs): void { this.autosave.follow(theirs) }
  loadTheirs(): Theirs | null { return this.autosave.loadTheirs() }
  keepMine(): Theirs | null { return this.autosave.keepMine() }
  dispute(kept: Kept, theirs: Theirs, message: string): void { this.autosave.dispute(kept, theirs, message) }

  /** Watch the page until the returned function is called. */
  watch(): () => void {
    const retry = () => this.autosave.retry()
    const hidden = () => { if (document.visibilityState === 'hidden') this.autosave.retry() }
    const leaving = (event: BeforeUnloadEvent) => { if (this.autosave.unsaved) event.preventDefault() }
    window.addEventListener('online', retry)
    window.addEventListener('pagehide', retry)
    document.addEventListener('visibilitychange', hidden)
    window.addEventListener('beforeunload', leaving)
    return () => {
      this.autosave.stop()
      window.removeEventListener('online', retry)
      window.removeEventListener('pagehide', retry)
      document.removeEventListener('visibilitychange', hidden)
      window.removeEventListener('beforeunload', leaving)
    }
  }
}
