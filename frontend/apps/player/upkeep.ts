import { reachable, reload } from './reach'

const MINUTE = 60000
const HOUR = 60 * MINUTE

interface Memory {
  usedJSHeapSize: number
  jsHeapSizeLimit: number
}

/** True when memory is nearly used up; engines that do not tell are trusted. */
export function heapIsHigh(memory: Memory | undefined): boolean {
  return !!memory && memory.usedJSHeapSize > 0.7 * memory.jsHeapSizeLimit
}

/** True around four in the morning of the screen's zone, for a page that has run half a day. */
export function isQuietHour(now: number, timeZone: string, uptime: number): boolean {
  if (uptime < 12 * HOUR) return false
  const hour = new Intl.DateTimeFormat('en-US', { hour: 'numeric', hour12: false, timeZone }).format(now)
  return Number(hour.replace(/\D/g, '')) === 4
}

/** Where the picture stands now: one or two pixels aside, another place every three minutes. */
export function shiftAt(now: number): [number, number] {
  const path: [number, number][] = [[0, 0], [1, 0], [2, 1], [1, 2], [0, 1], [-1, 2], [-2, 1], [-1, 0], [-2, -1], [-1, -2], [0, -1], [1, -2], [2, -1]]
  return path[Math.floor(now / (3 * MINUTE)) % path.length] as [number, number]
}

export interface UpkeepHooks {
  now: () => number
  timeZone: () => string
  failed: (code: string, message: string) => void
  tick: () => void
}

/** Keeps a page healthy that nobody reloads for months. */
export class Upkeep {
  private timer = 0
  private started = Date.now()
  // Screens of a fleet must not all leave at the same minute.
  private patience = Math.random() * 30 * MINUTE
  private reloading = false

  constructor(private glass: HTMLElement, private hooks: UpkeepHooks) {}

  start(): void {
    this.timer = window.setInterval(() => this.round(), 15000)
  }

  stop(): void {
    clearInterval(this.timer)
  }

  private round(): void {
    this.hooks.tick()
    const [x, y] = shiftAt(Date.now())
    this.glass.style.transform = 'translate(' + x + 'px,' + y + 'px)'
    const uptime = Date.now() - this.started
    const high = heapIsHigh((performance as unknown as { memory?: Memory }).memory)
    if (high) this.hooks.failed('heap_high', 'The memory of this browser is nearly used up.')
    if ((high && uptime > HOUR) || isQuietHour(this.hooks.now() - this.patience, this.hooks.timeZone(), uptime)) this.renew()
  }

  private renew(): void {
    if (this.reloading) return
    this.reloading = true
    reachable().then((there) => (there ? reload() : (this.reloading = false)))
  }
}
