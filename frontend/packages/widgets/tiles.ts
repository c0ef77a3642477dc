import type { Size } from './kinds'

/** How tiles of one size fill a box. */
export interface Tiles {
  columns: number
  rows: number
  width: number
  height: number
  font: number
}

const WIDE = 6.5
const HIGH = 2.9

/** The largest tiles that show `count`, their text shrunk to three quarters at most; null when there is no room for all. */
export function tilesIn(count: number | null, size: Size): Tiles | null {
  for (let font = size.base; font >= size.base * 0.74; font *= 0.86) {
    const most = { columns: Math.max(1, Math.floor(size.width / (font * WIDE))), rows: Math.max(1, Math.floor(size.height / (font * HIGH))) }
    if (count !== null && count <= most.columns * most.rows) return roomiest(count, most, size, font)
  }
  if (count !== null) return null
  const font = size.base * 0.75
  const columns = Math.max(1, Math.floor(size.width / (font * WIDE)))
  const rows = Math.max(1, Math.floor(size.height / (font * HIGH)))
  return { columns, rows, width: widthOf(columns, size), height: size.height / rows, font }
}

/** A box may be a fraction narrower than it says, and a tile that is too wide would begin a new line. */
function widthOf(columns: number, size: Size): number {
  return Math.max(1, Math.floor((size.width - 1) / columns))
}

/** Tiles a little wider than high read best. */
function roomiest(count: number, most: { columns: number; rows: number }, size: Size, font: number): Tiles {
  let best: Tiles | null = null
  let score = 0
  for (let columns = 1; columns <= Math.min(most.columns, count); columns++) {
    const rows = Math.ceil(count / columns)
    if (rows > most.rows) continue
    const width = widthOf(columns, size)
    const height = size.height / rows
    const large = Math.min(width / WIDE, height / HIGH)
    if (large > score) {
      score = large
      best = { columns, rows, width, height: Math.min(height, width), font: Math.max(font, Math.min(size.base * 1.6, large * 0.8)) }
    }
  }
  return best as Tiles
}
