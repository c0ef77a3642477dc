/** Seconds between tries: 1, 2, 4 … 30, each within half of its step, so that a thousand screens do not march. */
export class Backoff {
  private tries = 0

  constructor(private random: () => number = Math.random, private most = 30) {}

  /** Milliseconds to wait before the next try. */
  next(): number {
    const step = Math.min(this.most, Math.pow(2, Math.min(10, this.tries++)))
    return Math.round(step * (0.75 + this.random() * 0.5) * 1000)
  }

  reset(): void {
    this.tries = 0
  }
}

/** A span moved at random by a share of itself. */
export function jitter(ms: number, share: number, random: () => number = Math.random): number {
  return Math.round(ms * (1 - share + random() * 2 * share))
}
