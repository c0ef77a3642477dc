/** Milliseconds that only grow: between two of them lies what really passed, whatever somebody does to the clock. */
export function ticks(): number {
  return performance.now()
}

/** The server's time: clocks of televisions are wrong, sometimes by years, and are put right while the page runs. */
export class Clock {
  /** The server's time when ticks began; whatever the device does to its own clock, this stays. */
  private began: number
  private learned = false
  private told = 0
  /** Told when the server's time, or how far the device is off, turned out to be another by more than a second. */
  onLearned: (offset: number) => void = () => undefined

  constructor(private passed: () => number = ticks, private device: () => number = Date.now) {
    this.began = device() - passed()
  }

  now(): number {
    return Math.round(this.passed() + this.began)
  }

  iso(): string {
    return new Date(this.now()).toISOString()
  }

  /** Learns from an answer that was on the road between two readings of `ticks`. */
  learn(serverTime: string, sent: number, received: number): void {
    const server = Date.parse(serverTime)
    if (isNaN(server)) return
    const before = this.now()
    this.began = server - (sent + received) / 2
    this.learned = true
    const offset = this.offset()
    if (Math.abs(this.now() - before) <= 1000 && Math.abs(offset - this.told) <= 1000) return
    this.told = offset
    this.onLearned(offset)
  }

  /** Takes up how far the device was off before the page ended, until the server says better. */
  recall(offset: number | null): void {
    if (!offset || this.learned || this.told) return
    this.told = offset
    this.began += offset
  }

  /** How far the device's own clock is off, in milliseconds. */
  error(): number {
    return Math.abs(this.offset())
  }

  private offset(): number {
    return Math.round(this.now() - this.device())
  }
}
