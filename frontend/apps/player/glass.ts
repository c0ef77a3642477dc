import type { Glass } from '../../packages/wire'

/** Where the picture lies in the window: its own size, and how it is put there. */
export interface Layout {
  width: number
  height: number
  left: number
  top: number
  transform: string
}

/** Lays a picture out in a window of this size: within its edges, then turned. */
export function layoutOf(w: number, h: number, glass: Glass): Layout {
  const free = (glass.overscan || 0) / 100
  const inner = { w: Math.round(w * (1 - 2 * free)), h: Math.round(h * (1 - 2 * free)) }
  const turn = glass.turned || 0
  const isUpright = turn === 90 || turn === 270
  const width = isUpright ? inner.h : inner.w
  const height = isUpright ? inner.w : inner.h
  // Turned around its middle, which is the middle of the window.
  return {
    width, height, left: Math.round((w - width) / 2), top: Math.round((h - height) / 2), transform: turn ? 'rotate(' + turn + 'deg)' : 'none',
  }
}

/** By how much the picture is darker at a moment, in percent. */
export function dimmedAt(now: number, timeZone: string, glass: Glass): number {
  if (!glass.dim) return 0
  const from = minutes(glass.dim_from || '22:00')
  const until = minutes(glass.dim_until || '06:00')
  const at = minutesAt(now, timeZone)
  const isNight = from < until ? at >= from && at < until : at >= from || at < until
  return isNight ? glass.dim : 0
}

function minutes(time: string): number {
  const parts = time.split(':')
  return Number(parts[0]) * 60 + Number(parts[1])
}

function minutesAt(now: number, timeZone: string): number {
  const text = new Intl.DateTimeFormat('en-US', { hour: 'numeric', minute: 'numeric', hour12: false, timeZone }).format(now)
  const found = /(\d+)\D+(\d+)/.exec(text)
  // Midnight is written as 24 by some engines.
  return found ? (Number(found[1]) % 24) * 60 + Number(found[2]) : 0
}
