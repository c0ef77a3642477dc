export interface Point {
  x: number
  y: number
}

// A wall has no more columns than this per series; beyond it, extremes of each bucket are kept.
const MOST = 1200

/** Returns the runs of points between gaps, thinned to what a screen can show. */
export function pointsOf(
  at: number[], values: (number | null)[], x: (n: number) => number, y: (n: number) => number,
): Point[][] {
  const runs: Point[][] = []
  let run: Point[] | null = null
  values.forEach((value, i) => {
    if (value === null) return void (run = null)
    if (!run) runs.push((run = []))
    run.push({ x: x(at[i] as number), y: y(value) })
  })
  return runs.map(thin)
}

function thin(run: Point[]): Point[] {
  if (run.length <= MOST) return run
  const bucket = Math.ceil(run.length / (MOST / 2))
  const kept: Point[] = []
  for (let i = 0; i < run.length; i += bucket) {
    const part = run.slice(i, i + bucket)
    const high = part.reduce((a, b) => (b.y < a.y ? b : a))
    const low = part.reduce((a, b) => (b.y > a.y ? b : a))
    kept.push(...(part.indexOf(high) < part.indexOf(low) ? [high, low] : [low, high]))
  }
  kept.push(run[run.length - 1] as Point)
  return kept
}

export function linePath(runs: Point[][]): string {
  return runs.map((run) => {
    // A lone point between two gaps is a dot: a line of no length with round ends.
    const lone = run.length === 1 ? 'l0.01 0' : ''
    return run.map((point, i) => (i ? 'L' : 'M') + pair(point)).join('') + lone
  }).join('')
}

export function areaPath(runs: Point[][], zero: number): string {
  return runs.map((run) => {
    const first = run[0] as Point
    const last = run[run.length - 1] as Point
    const top = run.map((point) => 'L' + pair(point)).join('')
    return 'M' + pair({ x: first.x, y: zero }) + top + 'L' + pair({ x: last.x, y: zero }) + 'Z'
  }).join('')
}

/** The area between a line and the one below it; both have no gaps. */
export function bandPath(above: Point[][], below: Point[][]): string {
  const back = (below[0] || []).slice().reverse()
  return (above[0] || []).concat(back).map((point, i) => (i ? 'L' : 'M') + pair(point)).join('') + (back.length ? 'Z' : '')
}

function pair(point: Point): string {
  return Math.round(point.x * 10) / 10 + ' ' + Math.round(point.y * 10) / 10
}
