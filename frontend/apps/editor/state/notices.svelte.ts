/** What the page tells people: toasts for the eye, one polite region for the ear. */

export interface Act { label: string; run?: () => void; href?: string }
export interface Notice { id: number; text: string; act: Act | null; stays: boolean }

const QUIET_MS = 10000

export class Notices {
  list = $state.raw<readonly Notice[]>([])
  spoken = $state('')
  private next = 1

  /** Speak without showing: moves and other things the eye sees anyway. */
  say(sentence: string): void {
    // The same sentence twice is silent in screen readers; an invisible difference makes it heard.
    this.spoken = sentence === this.spoken ? `${sentence}\u00a0` : sentence
  }

  /** Show a line; it leaves by itself unless it reports a failure. */
  show(text: string, act: Act | null = null, stays = false): void {
    const id = this.next++
    this.list = [...this.list.slice(-2), { id, text, act, stays }]
    this.say(act ? `${text} ${act.label} is offered.` : text)
    if (!stays) setTimeout(() => this.dismiss(id), QUIET_MS)
  }

  dismiss(id: number): void {
    this.list = this.list.filter((notice) => notice.id !== id)
  }
}
