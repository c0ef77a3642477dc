import { set, svg } from './dom'

export type Icon =
  'alert' | 'clock' | 'lock' | 'wrench' | 'none' | 'globe' | 'up' | 'down' | 'same' | 'check' | 'cross'

// Own line drawings on a 24 by 24 field.
const PATHS: { [name in Icon]: string } = {
  alert: 'M12 4 L21.5 20 L2.5 20 Z M12 10 L12 14.5 M12 17.2 L12 17.4',
  clock: 'M12 3 A9 9 0 1 1 11.99 3 M12 7 L12 12 L15.5 14',
  lock: 'M5 11 L19 11 L19 21 L5 21 Z M8 11 L8 7.5 A4 4 0 0 1 16 7.5 L16 11',
  wrench: 'M4 7 L20 7 M4 17 L20 17 M9 4 L9 10 M15 14 L15 20',
  none: 'M12 3 A9 9 0 1 1 11.99 3 M8 12 L16 12',
  globe: 'M12 3 A9 9 0 1 1 11.99 3 M3.5 12 L20.5 12 M12 3 C7 8 7 16 12 21 C17 16 17 8 12 3',
  up: 'M12 19 L12 5 M6 11 L12 5 L18 11',
  down: 'M12 5 L12 19 M6 13 L12 19 L18 13',
  same: 'M5 12 L19 12',
  check: 'M12 3 A9 9 0 1 1 11.99 3 M8 12.2 L11 15 L16 9.4',
  cross: 'M8 3 L16 3 L21 8 L21 16 L16 21 L8 21 L3 16 L3 8 Z M9 9 L15 15 M15 9 L9 15',
}

/** An icon as large as the text around it, in its color; decoration for eyes only. */
export function icon(parent: Node): SVGSVGElement {
  const element = svg('svg', { class: 'ow-icon', viewBox: '0 0 24 24', 'aria-hidden': 'true' }, parent)
  svg('path', {}, element)
  return element
}

export function setIcon(element: SVGSVGElement, name: Icon): void {
  set(element.firstChild as SVGPathElement, { d: pathOf(name) })
}

/** The drawing itself, for charts that place it on their own. */
export function pathOf(name: Icon): string {
  return PATHS[name]
}
