/** Who else has this dashboard's editor open, what they have selected, and whether the draft went on without this page. */

import type { Client, Colleague } from '../api/client'
import { same } from '../model/same'

const BEAT_MS = 20_000
const PAUSE_MS = 400

export interface Watched {
  selection: () => readonly string[]
  /** The server's draft has this revision now. */
  onRevision: (revision: number) => void
  onCome: (name: string) => void
}

export class Presence {
  others = $state.raw<readonly Colleague[]>([])
  private readonly tab = tabName()
  private timer: ReturnType<typeof setTimeout> | null = null
  private asking = false
  private readonly client: Client
  private readonly watched: Watched

  constructor(client: Client, watched: Watched) {
    this.client = client
    this.watched = watched
  }

  /** Tell and ask until the returned function is called. */
  watch(): () => void {
    const soon = () => this.soon()
    const leave = () => { void this.client.leave(this.tab) }
    const beat = setInterval(() => { if (document.visibilityState === 'visible') void this.beat() }, BEAT_MS)
    document.body.addEventListener('ot-live', soon)
    document.addEventListener('visibilitychange', soon)
    window.addEventListener('pagehide', leave)
    void this.beat()
    return () => {
      clearInterval(beat)
      if (this.timer !== null) clearTimeout(this.timer)
      document.body.removeEventListener('ot-live', soon)
      document.removeEventListener('visibilitychange', soon)
      window.removeEventListener('pagehide', leave)
    }
  }

  /** Something changed here or there: say and ask after a short pause. */
  soon(): void {
    if (document.visibilityState !== 'visible' || this.timer !== null) return
    this.timer = setTimeout(() => { this.timer = null; void this.beat() }, PAUSE_MS)
  }

  async beat(): Promise<void> {
    if (this.asking) return this.soon()
    this.asking = true
    const heard = await this.client.present(this.tab, this.watched.selection())
    this.asking = false
    if (heard === null) return
    const before = this.others
    if (!same(before, heard.editors)) this.others = heard.editors
    for (const one of heard.editors) if (!before.some((other) => other.tab === one.tab)) this.watched.onCome(colleagueName(one))
    this.watched.onRevision(heard.revision)
  }
}

export const colleagueName = ({ name, is_me }: Colleague): string => is_me ? 'You, in another tab' : name

/** A name for this tab; only safe contexts know randomUUID, and a house may stand on plain HTTP. */
function tabName(): string {
  return [...crypto.getRandomValues(new Uint8Array(12))].map((byte) => byte.toString(16).padStart(2, '0')).join('')
}
