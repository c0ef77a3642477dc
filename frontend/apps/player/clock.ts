/** Milliseconds that only grow: between two of them lies what really passed, whatever somebody does to the clock. */
export function ticks(): number {
  return performance.now()
}

/** The server's time: clocks of televisions are wrong, sometimes by years. */
export class Clock {
  private offset = 0
  /** Told when it learned something else by more than a second. */
  onLearned: (offset: number) => void = () => undefined

  constructor(private local: () => number = Date.now) {}

  now(): number {
    return this.local() + this.offset
  }

  iso(): string {
    return new Date(this.now()).toISOString()
  }

  /** Learns from an answer that was on the road between two local readings. */
  learn(serverTime: string, sent: number, received: number): void {
    const server = Date.parse(serverTime)
    if (isNaN(server)) return
    const before = this.offset
    this.offset = Math.round(server - (sent + received) / 2)
    if (Math.abs(this.offset - before) > 1000) this.onLearned(this.offset)
  }

  /** Takes up what was learned before the page ended, until the server says better. */
  recall(offset: number | null): void {
    if (offset && !this.offset) this.offset = offset
  }

  /** How far the device's own clock is off, in milliseconds. */
  error(): number {
    return Math.abs(this.offset)
  }
}
