import type { DataResult } from '../../packages/wire'
import type { Store } from './store'

type Results = { [key: string]: DataResult }

const KEY = 'data'

/** The newest result of every query on the glass, in memory and on the disk. */
export class Shelf {
  private results: Results = {}
  private writing = 0

  constructor(private store: Store, private onFull: () => void) {}

  load(): Promise<void> {
    return this.store.get<Results>(KEY).then((kept) => {
      this.results = kept || {}
    })
  }

  all(): Results {
    return this.results
  }

  get(key: string): DataResult | undefined {
    return this.results[key]
  }

  /** Takes what is newer and tells whether anything was. */
  put(results: DataResult[]): boolean {
    const newer = results.filter((result) => isNewer(result, this.results[result.key]))
    newer.forEach((result) => (this.results[result.key] = result))
    if (newer.length) this.save()
    return newer.length > 0
  }

  /** Drops everything but these keys, so that a year of dashboards does not pile up. */
  keepOnly(keys: string[]): void {
    Object.keys(this.results).forEach((key) => keys.indexOf(key) < 0 && delete this.results[key])
    this.save()
  }

  stop(): void {
    clearTimeout(this.writing)
  }

  /** Flash memory wears out: one write a few seconds after the last change. */
  private save(): void {
    clearTimeout(this.writing)
    this.writing = window.setTimeout(() => {
      this.store.set(KEY, this.results).then((kept) => kept || this.onFull())
    }, 3000)
  }
}

/** A restarted server may count anew; then the time of the figures decides. */
function isNewer(result: DataResult, known: DataResult | undefined): boolean {
  // Whoever waits for figures has none: the last ones stay, with their age.
  if (known && result.state === 'waiting' && !result.seq) return false
  if (!known || result.seq > known.seq || result.state !== known.state) return true
  return (result.computed_at || '') > (known.computed_at || '')
}
