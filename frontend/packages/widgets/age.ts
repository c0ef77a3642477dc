import type { DataResult } from '../wire'

const MINUTE = 60000

/** True after two missed refreshes, with half a minute for the road. */
export function isStale(result: DataResult, now: number): boolean {
  const at = Date.parse(result.computed_at || '')
  return !isNaN(at) && now - at > result.refresh_seconds * 2000 + MINUTE / 2
}

/** "4 minutes", "3 hours", "2 days". */
export function ageWords(ms: number): string {
  const minutes = Math.max(1, Math.floor(ms / MINUTE))
  if (minutes < 60) return count(minutes, 'minute')
  if (minutes < 48 * 60) return count(Math.floor(minutes / 60), 'hour')
  return count(Math.floor(minutes / 1440), 'day')
}

function count(n: number, noun: string): string {
  return n + ' ' + noun + (n === 1 ? '' : 's')
}
