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
}

/** A straight line of the grid. */
export interface Rule {
  x1: number
  y1: number
  x2: number
  y2: number
  strong?: boolean
  /** An annotation's: from top to bottom, in dashes. */
  dashed?: boolean
}

/** The drawing of a chart: layers that keep their elements from one paint to the next. */
export class Plot {
  readonly element: SVGSVGElement
  private layers: { [name: string]: SVGGElement } = {}

  constructor(parent: HTMLElement, private theme: Theme) {
    this.element = svg('svg', { class: 'ow-plot', 'aria-hidden': 'true' }, parent)
    const names = ['rules', 'areas', 'bars', 'lines', 'dots', 'swatches', 'labels']
    names.forEach((name) => (this.layers[name] = svg('g', {}, this.element)))
  }

  size(size: Size): void {
    set(this.element, { width: Math.max(0, size.width), height: Math.max(0, size.height) })
  }

  rules(rules: Rule[]): void {
    this.each('rules', 'line', rules.length, (line, i) => {
      const rule = rules[i] as Rule
      const stroke = rule.strong || rule.dashed ? this.theme.muted : this.theme.grid
      // Half a pixel keeps a hairline from being smeared over two rows.
      const at = (n: number): number => Math.floor(n) + 0.5
      set(line, { x1: at(rule.x1), y1: at(rule.y1), x2: at(rule.x2), y2: at(rule.y2), stroke, 'stroke-width': 1, 'stroke-dasharray': rule.dashed ? '3 3' : null })
    })
  }

  labels(labels: Label[], font: number): void {
    this.each('labels', 'text', labels.length, (text, i) => {
      const { x, y, anchor, color, weight, text: words } = labels[i] as Label
      // dominant-baseline differs between engines; a third of the size is the middle of the digits.
      set(text, { x, y: y + font * 0.36, 'text-anchor': anchor || 'start', fill: color || this.theme.muted })
      set(text, { 'font-size': font, 'font-weight': weight || 400 })
      write(text, words)
    })
  }

  each<K extends keyof SVGElementTagNameMap>(
    layer: string, tag: K, count: number, paint: (element: SVGElementTagNameMap[K], index: number) => void,
  ): void {
    reuse(this.layers[layer] as SVGGElement, count, () => svg(tag, {})).forEach(paint)
  }
}

/** Maps a range of values to a range of pixels. */
export function scale(low: number, high: number, from: number, to: number): (value: number) => number {
  const factor = high === low ? 0 : (to - from) / (high - low)
  const start = high === low ? (from + to) / 2 : from
  return (value) => start + (value - low) * factor
}
