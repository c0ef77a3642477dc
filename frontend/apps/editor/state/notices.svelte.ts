/** What the page tells people: toasts for the eye, one polite region for the ear. */

export interface Act { label: string; run?: () => void; href?: string }
export interface Notice { id: number; text: string; act: Act | null }

const QUIET_MS = 10000

export class Notices {
  list = $state.raw<readonly Notice[]>([])
  spoken = $state('')
  private next = 1
  private last = ''

  /** Speak without showing: moves and other things the eye sees anyway. */
  say(sentence: string): void {
    // The same sentence twice is silent in screen readers; an invisible difference makes it heard.
    this.last = sentence === this.last ? `${sentence}\u00a0` : sentence
    this.spoken = this.last
  }

  /** Show a line in place of the one before; it leaves by itself. */
  show(text: string, act: Act | null = null): void {
    const id = this.next++
    this.list = [{ id, text, act }]
    this.say(act ? `${text} ${act.label} is offered.` : text)
    setTimeout(() => this.dismiss(id), QUIET_MS)
  }

  dismiss(id: number): void {
    this.list = this.list.filter((notice) => notice.id !== id)
  }
}
