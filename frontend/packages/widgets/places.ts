import type { Document, Widget } from '../wire'

/** A widget's box as shares of the whole. */
export interface Place {
  left: number
  top: number
  width: number
  height: number
}

/**
 * Returns where every widget stands. A dashboard drawn for a lying screen is packed anew on a standing one: half as
 * many columns, boxes in reading order, all of the height used.
 */
export function placesOf(document: Document, width: number, height: number): { [id: string]: Place } {
  const { grid, widgets } = document
  if (!isLying(document) || width >= height * 0.9) return shares(widgets, grid.columns, grid.rows)
  const columns = Math.ceil(grid.columns / 2)
  const packed = pack(widgets, columns)
  return shares(packed, columns, rowsOf(packed))
}

/** Returns how many rows of its grid a dashboard takes on a standing screen. */
export function standingRows(document: Document): number {
  const { grid, widgets } = document
  return isLying(document) ? rowsOf(pack(widgets, Math.ceil(grid.columns / 2))) : grid.rows
}

type Spot = Pick<Widget, 'id' | 'x' | 'y' | 'w' | 'h'>

function isLying({ grid }: Document): boolean {
  return grid.columns * 9 >= grid.rows * 16 * 0.75
}

function rowsOf(packed: Spot[]): number {
  return packed.reduce((rows, one) => Math.max(rows, one.y + one.h), 1)
}

function shares(spots: Spot[], columns: number, rows: number): { [id: string]: Place } {
  const places: { [id: string]: Place } = {}
  spots.forEach(({ id, x, y, w, h }) => {
    places[id] = { left: x / columns, top: y / rows, width: w / columns, height: h / rows }
  })
  return places
}

function pack(widgets: Widget[], columns: number): Spot[] {
  const lines: Spot[][] = []
  let used = columns
  readingOrder(widgets).forEach((widget) => {
    const w = Math.min(columns, widget.w)
    if (used + w > columns) {
      lines.push([])
      used = 0
    }
    const line = lines[lines.length - 1] as Spot[]
    line.push({ id: widget.id, x: used, y: 0, w, h: widget.h })
    used += w
  })
  let y = 0
  lines.forEach((line) => (y = level(line, y, columns)))
  return lines.reduce((all, line) => all.concat(line), [])
}

/** Boxes of a line become equally high and fill its width. */
function level(line: Spot[], y: number, columns: number): number {
  const h = line.reduce((most, spot) => Math.max(most, spot.h), 1)
  const factor = columns / line.reduce((sum, spot) => sum + spot.w, 0)
  let x = 0
  line.forEach((spot) => {
    spot.w *= factor
    spot.x = x
    spot.y = y
    spot.h = h
    x += spot.w
  })
  return y + h
}

function readingOrder(widgets: Widget[]): Widget[] {
  return widgets.slice().sort((a, b) => a.y - b.y || a.x - b.x)
}
