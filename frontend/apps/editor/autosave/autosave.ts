/**
 * Keeps the draft on the server: waits for a pause in the edits, sends one at a time, and never drops one.
 * Until the server has said yes, the newest document also lies on the shelf (this browser's storage).
 */

import { same } from '../model/same'
import type { DashboardDocument, FieldProblem } from '../model/types'
import type { Kept, Shelf } from './shelf'

export type SaveOutcome =
  | { kind: 'saved'; revision: number; savedAt: Date }
  | { kind: 'changed'; revision: number; document: DashboardDocument; message: string }
  | { kind: 'invalid'; message: string; fields: FieldProblem[] }
  | { kind: 'refused'; message: string }
  | { kind: 'unreachable' }

export interface Theirs { revision: number; document: DashboardDocument }

export type SaveState =
  | { kind: 'saved'; at: Date | null }
  | { kind: 'pending' }
  | { kind: 'saving' }
  | { kind: 'unreachable' }
  | { kind: 'refused'; message: string }
  | { kind: 'invalid'; message: string; fields: FieldProblem[] }
  | { kind: 'conflict'; theirs: Theirs; message: string }

export interface AutosaveSetup {
  revision: number
  /** What the server holds at that revision. */
  document: DashboardDocument
  /** Take what somebody else saved into the page's document; null when both changed the same. */
  takeIn: (base: DashboardDocument, theirs: DashboardDocument) => DashboardDocument | null
  save: (revision: number, document: DashboardDocument) => Promise<SaveOutcome>
  shelf: Shelf
  onState: (state: SaveState) => void
}

const PAUSE_MS = 800
const FIRST_RETRY_MS = 2000
const LAST_RETRY_MS = 30000

export class Autosave {
  state: SaveState = { kind: 'saved', at: null }
  private revision: number
  /** What the server held when this page last knew: from there both went on. */
  base: DashboardDocument
  private waiting: DashboardDocument | null = null
  private flight: Promise<void> | null = null
  private timer: ReturnType<typeof setTimeout> | null = null
  private failures = 0

  constructor(private readonly setup: AutosaveSetup) {
    this.revision = setup.revision
    this.base = setup.document
  }

  /** True while the server lacks something that this page holds. */
  get unsaved(): boolean {
    return this.waiting !== null || this.flight !== null
  }

  /** Take the newest document; it is sent after a pause. */
  change(document: DashboardDocument): void {
    this.waiting = document
    this.setup.shelf.keep({ revision: this.revision, document })
    if (this.state.kind === 'conflict') return
    if (this.flight === null) this.schedule(PAUSE_MS)
    if (this.state.kind === 'saved' || this.state.kind === 'invalid') this.tell({ kind: 'pending' })
  }

  /** True when the server may hold something that this page has not seen, and nothing is on its way there. */
  isBehind(revision: number): boolean {
    return revision > this.revision && !this.unsaved && this.state.kind !== 'conflict'
  }

  /** Somebody else saved, and nothing of this page waits: their document is the one to go on from. */
  follow(theirs: Theirs): void {
    if (!this.isBehind(theirs.revision)) return
    this.setup.takeIn(this.base, theirs.document)
    this.revision = theirs.revision
    this.base = theirs.document
  }

  /** Send now what waits, and answer with the saved revision, or null when it could not be saved. */
  async settle(): Promise<number | null> {
    while (this.flight !== null || (this.waiting !== null && this.state.kind !== 'conflict')) {
      const tried = this.flight ?? this.send()
      await tried
      if (this.state.kind !== 'saved' && this.state.kind !== 'saving' && this.state.kind !== 'pending') return null
    }
    return this.unsaved ? null : this.revision
  }

  /** Try again at once: the network is back, or somebody pressed the button. */
  retry(): void {
    if (this.waiting !== null && this.flight === null && this.state.kind !== 'conflict') void this.send()
  }

  /** End a conflict with the other document: what waited is dropped (the caller keeps it in its history). */
  loadTheirs(): Theirs | null {
    if (this.state.kind !== 'conflict') return null
    const { theirs } = this.state
    this.revision = theirs.revision
    this.base = theirs.document
    this.waiting = null
    this.setup.shelf.clear()
    this.tell({ kind: 'saved', at: null })
    return theirs
  }

  /** End a conflict with this page's document, written on top of theirs. */
  keepMine(): Theirs | null {
    if (this.state.kind !== 'conflict') return null
    const { theirs } = this.state
    this.revision = theirs.revision
    this.base = theirs.document
    this.tell({ kind: 'pending' })
    void this.send()
    return theirs
  }

  /** Enter a conflict found outside of saving: the shelf held work based on an older revision. */
  dispute(kept: Kept, theirs: Theirs, message: string): void {
    this.clearTimer()
    // Until somebody decides, the work stays on the shelf under the revision it was based on.
    this.revision = kept.revision
    this.waiting = kept.document
    this.tell({ kind: 'conflict', theirs, message })
  }

  stop(): void {
    this.clearTimer()
  }

  private schedule(delay: number): void {
    this.clearTimer()
    this.timer = setTimeout(() => void this.send(), delay)
  }

  private send(): Promise<void> {
    this.clearTimer()
    const document = this.waiting
    if (document === null) return Promise.resolve()
    if (this.flight !== null) return this.flight
    this.waiting = null
    this.tell({ kind: 'saving' })
    this.flight = this.setup.save(this.revision, document)
      .catch((): SaveOutcome => ({ kind: 'unreachable' }))
      .then((outcome) => { this.flight = null; this.land(document, outcome) })
    return this.flight
  }

  private land(sent: DashboardDocument, outcome: SaveOutcome): void {
    if (outcome.kind === 'saved') return this.landSaved(sent, outcome.revision, outcome.savedAt)
    // An answer lost on the way: the server already holds exactly what was sent.
    if (outcome.kind === 'changed' && same(outcome.document, sent)) {
      return this.landSaved(sent, outcome.revision, new Date())
    }
    this.waiting ??= sent
    this.setup.shelf.keep({ revision: this.revision, document: this.waiting })
    if (outcome.kind === 'changed') {
      const theirs = { revision: outcome.revision, document: outcome.document }
      if (this.takeIn(theirs)) return
      return this.tell({ kind: 'conflict', theirs, message: outcome.message })
    }
    if (outcome.kind === 'invalid') return this.landInvalid(sent, outcome)
    this.schedule(this.nextRetry())
    this.tell(outcome)
  }

  private takeIn(theirs: Theirs): boolean {
    const merged = this.setup.takeIn(this.base, theirs.document)
    if (merged === null) return false
    this.revision = theirs.revision
    this.base = theirs.document
    this.change(merged)
    this.schedule(0)
    this.tell({ kind: 'pending' })
    return true
  }

  private landSaved(sent: DashboardDocument, revision: number, at: Date): void {
    this.revision = revision
    this.base = sent
    this.failures = 0
    if (this.waiting === null) {
      this.setup.shelf.clear()
      this.tell({ kind: 'saved', at })
      return
    }
    this.setup.shelf.keep({ revision, document: this.waiting })
    this.schedule(PAUSE_MS)
    this.tell({ kind: 'pending' })
  }

  private landInvalid(sent: DashboardDocument, outcome: SaveOutcome & { kind: 'invalid' }): void {
    // A newer edit may already have mended it; the same document would only be refused again.
    if (this.waiting !== sent) this.schedule(PAUSE_MS)
    this.tell(outcome)
  }

  private nextRetry(): number {
    const delay = Math.min(FIRST_RETRY_MS * 2 ** this.failures, LAST_RETRY_MS)
    this.failures++
    return delay
  }

  private tell(state: SaveState): void {
    this.state = state
    this.setup.onState(state)
  }

  private clearTimer(): void {
    if (this.timer !== null) clearTimeout(this.timer)
    this.timer = null
  }
}
