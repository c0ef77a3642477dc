/** From how far the texts on a wall can be read, and which of them are too small for whoever stands further away. */

export interface Glass { width: number; height: number; inches: number }

/** The smallest text of one widget. */
export interface Smallest { widget: string; pixels: number; text: string; meters: number }

// A sharp eye tells letters apart whose capitals fill five arc minutes; in passing and in bad light, people need twice that.
const ARC_MINUTES = 10
const MM_PER_INCH = 25.4
// Of Inter: how high a capital is in a text of size 1.
const CAPITAL = 0.727

const ANGLE = Math.tan((ARC_MINUTES / 60) * (Math.PI / 180))

/** Meters from which a text of so many pixels can be read on this glass. */
export function readFrom(pixels: number, { width, height, inches }: Glass): number {
  const millimeters = (pixels * inches * MM_PER_INCH) / Math.hypot(width, height)
  return (millimeters * CAPITAL) / ANGLE / 1000
}

/** Pixels that a text needs to be read from so many meters. */
export const pixelsFor = (meters: number, glass: Glass): number => meters / readFrom(1, glass)

/** The smallest text of each widget that cannot be read from there, the worst first. */
export function tooSmall(root: HTMLElement, meters: number, glass: Glass): Smallest[] {
  const found: Smallest[] = []
  for (const box of root.querySelectorAll<HTMLElement>('[data-widget]')) {
    const smallest = smallestIn(box)
    if (!smallest) continue
    const far = readFrom(smallest.pixels, glass)
    if (far < meters) found.push({ widget: box.dataset.widget ?? '', meters: far, ...smallest })
  }
  return found.sort((a, b) => a.meters - b.meters)
}

function smallestIn(box: HTMLElement): { pixels: number; text: string } | null {
  const walker = document.createTreeWalker(box, NodeFilter.SHOW_TEXT)
  let smallest: { pixels: number; text: string } | null = null
  for (let node = walker.nextNode(); node; node = walker.nextNode()) {
    const text = node.textContent?.trim() ?? ''
    const element = node.parentElement
    if (text === '' || !element || element.closest('.ow-hidden') || element.getClientRects().length === 0) continue
    const pixels = parseFloat(getComputedStyle(element).fontSize)
    if (smallest === null || pixels < smallest.pixels) smallest = { pixels, text }
  }
  return smallest
}
