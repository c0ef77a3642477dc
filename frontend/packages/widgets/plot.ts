import { reuse, set, svg, write } from './dom'
import type { Size } from './kinds'
import type { Theme } from './theme'

/** The rectangle in which the marks stand, in pixels of the drawing. */
export interface Area {
  left: number
  top: number
  right: number
  bottom: number
}

export interface Label {
  x: number
  y: number
  text: string
  anchor?: 'start' | 'middle' | 'end'
  color?: string
  weight?: number
  /** Size where it is another than that of the chart's labels. */
  font?: number
  /** Drawn over marks: the card shines around it. */
  halo?: boolean
}

/** A target, whole, or where a rule begins, in dashes; over the marks. */
export interface LimitLine {
  x1: number
  y1: number
  x2: number
  y2: number
  color: string
  isTarget: boolean
}

/** An icon beside a label, its left edge at x and its middle at y. */
export interface Mark {
  x: number
  y: number
  size: number
  path: string
  color: string
}

/** A straight line of the grid. */
export interface Rule {
  x1: number
  y1: number
  x2: number
  y2: number
  strong?: boolean
}

/** The drawing of a chart: layers that keep their elements from one paint to the next. */
export class Plot {
  readonly element: SVGSVGElement
  private layers: { [name: string]: SVGGElement } = {}

  constructor(parent: HTMLElement, private theme: Theme) {
    this.element = svg('svg', { class: 'ow-plot', 'aria-hidden': 'true' }, parent)
    const names = ['rules', 'areas', 'bars', 'lines', 'happened', 'limits', 'dots', 'swatches', 'icons', 'labels']
    names.forEach((name) => (this.layers[name] = svg('g', {}, this.element)))
  }

  size(size: Size): void {
    set(this.element, { width: Math.max(0, size.width), height: Math.max(0, size.height) })
  }

  rules(rules: Rule[]): void {
    this.each('rules', 'line', rules.length, (line, i) => {
      const rule = rules[i] as Rule
      set(line, { ...sharp(rule), stroke: rule.strong ? this.theme.muted : this.theme.grid, 'stroke-width': 1 })
    })
  }

  /** The lines of annotations: over the marks, since bars and areas would hide them. */
  happened(lines: Rule[]): void {
    this.each('happened', 'line', lines.length, (line, i) => {
      set(line, { ...sharp(lines[i] as Rule), stroke: this.theme.text, 'stroke-width': 1, 'stroke-dasharray': '3 3' })
    })
  }

  labels(labels: Label[], font: number): void {
    this.each('labels', 'text', labels.length, (text, i) => {
      const { x, y, anchor, color, weight, font: own, halo, text: words } = labels[i] as Label
      const size = own || font
      // dominant-baseline differs between engines; a third of the size is the middle of the digits.
      set(text, { x, y: y + size * 0.36, 'text-anchor': anchor || 'start', fill: color || this.theme.muted })
      set(text, { 'font-size': size, 'font-weight': weight || 400 })
      const glow = { stroke: this.theme.card, 'stroke-width': size * 0.3, 'stroke-linejoin': 'round', 'paint-order': 'stroke' }
      set(text, halo ? glow : { stroke: null, 'stroke-width': null, 'stroke-linejoin': null, 'paint-order': null })
      write(text, words)
    })
  }

  limits(limits: LimitLine[]): void {
    this.each('limits', 'line', limits.length, (line, i) => {
      const { x1, y1, x2, y2, color, isTarget } = limits[i] as LimitLine
      set(line, { x1, y1, x2, y2, stroke: color, 'stroke-width': 2, 'stroke-dasharray': isTarget ? null : '7 4' })
    })
  }

  icons(marks: Mark[]): void {
    this.each('icons', 'path', marks.length, (path, i) => {
      const { x, y, size, path: d, color } = marks[i] as Mark
      const scaled = Math.round((size / 24) * 1000) / 1000
      set(path, { d, fill: 'none', stroke: color, 'stroke-width': 2.4, 'stroke-linecap': 'round', 'stroke-linejoin': 'round' })
      set(path, { transform: 'translate(' + [x, y - size / 2].map(Math.round).join(' ') + ') scale(' + scaled + ')' })
    })
  }

  each<K extends keyof SVGElementTagNameMap>(
    layer: string, tag: K, count: number, paint: (element: SVGElementTagNameMap[K], index: number) => void,
  ): void {
    reuse(this.layers[layer] as SVGGElement, count, () => svg(tag, {})).forEach(paint)
  }
}

/** Half a pixel keeps a hairline from being smeared over two rows. */
function sharp({ x1, y1, x2, y2 }: Rule): { [name: string]: number } {
  const at = (n: number): number => Math.floor(n) + 0.5
  return { x1: at(x1), y1: at(y1), x2: at(x2), y2: at(y2) }
}

/** Maps a range of values to a range of pixels. */
export function scale(low: number, high: number, from: number, to: number): (value: number) => number {
  const factor = high === low ? 0 : (to - from) / (high - low)
  const start = high === low ? (from + to) / 2 : from
  return (value) => start + (value - low) * factor
}
