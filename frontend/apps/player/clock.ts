/** The server's time: clocks of televisions are wrong, sometimes by years. */
export class Clock {
  private offset = 0

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
    if (!isNaN(server)) this.offset = Math.round(server - (sent + received) / 2)
  }

  /** How far the device's own clock is off, in milliseconds. */
  error(): number {
    return Math.abs(this.offset)
  }
}
