/** Calls at every full second or minute of the server's clock, and once for each reading of it: never more often. */
export class Ticking {
  private timer = 0
  private ahead = 0

  constructor(private span: number, private show: (now: number) => void) {}

  /** What time it really is: clocks of televisions are wrong. */
  set(now: number): void {
    this.ahead = now - Date.now()
    this.beat()
  }

  stop(): void {
    clearTimeout(this.timer)
  }

  private beat(): void {
    clearTimeout(this.timer)
    const now = Date.now() + this.ahead
    this.show(now)
    // A little late, so that the second has surely begun: timers may be early by a hair.
    this.timer = window.setTimeout(() => this.beat(), this.span - (now % this.span) + 5)
  }
}
