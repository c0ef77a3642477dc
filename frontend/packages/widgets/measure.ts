export const FONT = '"Inter Variable", Inter, "Segoe UI", Roboto, "Helvetica Neue", Arial, sans-serif'

let canvas: CanvasRenderingContext2D | null | undefined

/**
 * Width of a text in pixels. Digits count as fours, which are as wide as the tabular ones that figures are drawn with. Measured at
 * its own size, for engines that move glyphs to whole pixels draw small text wider than a share of large text; of size 1 it is
 * that share.
 */
export function textWidth(text: string, size: number, weight = 400): number {
  if (canvas === undefined) canvas = document.createElement('canvas').getContext('2d')
  if (!canvas) return text.length * size * 0.58
  const drawn = size > 1 ? Math.round(size * 100) / 100 : 100
  canvas.font = weight + ' ' + drawn + 'px ' + FONT
  return (canvas.measureText(text.replace(/[0-9]/g, '4')).width * size * 1.01) / drawn
}

export function widest(texts: string[], size: number, weight = 400): number {
  return texts.reduce((most, text) => Math.max(most, textWidth(text, size, weight)), 0)
}

/** Shortens a text to a width with an ellipsis; SVG has none of its own. */
export function fitText(text: string, width: number, size: number, weight = 400): string {
  if (textWidth(text, size, weight) <= width) return text
  let low = 0
  let high = text.length
  while (low < high) {
    const middle = (low + high + 1) >> 1
    if (textWidth(text.slice(0, middle) + '…', size, weight) <= width) low = middle
    else high = middle - 1
  }
  return low > 0 ? text.slice(0, low).trim() + '…' : ''
}
