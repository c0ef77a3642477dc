/** Rings and parts of them; angles in degrees, clockwise from twelve o'clock. */
export interface Ring {
  x: number
  y: number
  outer: number
  inner: number
}

export function pointAt(ring: Ring, radius: number, angle: number): { x: number; y: number } {
  const turn = (angle * Math.PI) / 180
  return { x: ring.x + radius * Math.sin(turn), y: ring.y - radius * Math.cos(turn) }
}

/** The path of a part of a ring; a whole one is two halves, since an arc that ends where it begins is none. */
export function arcPath(ring: Ring, from: number, to: number): string {
  if (to - from >= 359.99) return arcPath(ring, from, from + 180) + arcPath(ring, from + 180, from + 359.98)
  const large = to - from > 180 ? 1 : 0
  const at = (radius: number, angle: number): string => {
    const { x, y } = pointAt(ring, radius, angle)
    return round(x) + ' ' + round(y)
  }
  const arc = (radius: number, end: number, sweep: number): string => 'A' + [round(radius), round(radius), 0, large, sweep, at(radius, end)].join(' ')
  const back = ring.inner > 0 ? 'L' + at(ring.inner, to) + arc(ring.inner, from, 0) : 'L' + round(ring.x) + ' ' + round(ring.y)
  return 'M' + at(ring.outer, from) + arc(ring.outer, to, 1) + back + 'Z'
}

function round(value: number): number {
  return Math.round(value * 100) / 100
}
