import type { TextWidget } from '../wire'
import { html, px, set, style } from './dom'
import type { Drawing, Kind, Size } from './kinds'
import { parseMarkdown, type Block, type Run } from './markdown'

const SIZES = { s: 0.9, m: 1.25, l: 2, xl: 3.2 }

export const text: Kind<TextWidget> = {
  columns: () => [],
  figures: () => [],
  missing: (options) => ((options.text || '').trim() ? '' : 'No text yet.'),
  draw: (body, widget) => new TextDrawing(body, widget),
  describe: (widget) => widget.options.text,
}

class TextDrawing implements Drawing {
  private box: HTMLElement

  constructor(private body: HTMLElement, private widget: TextWidget) {
    this.box = html('div', 'ow-text ow-align-' + (widget.options.align || 'left'), body)
    parseMarkdown(widget.options.text || '').forEach((block) => appendBlock(this.box, block))
  }

  /** Shrinks until everything is on the glass; a wall cannot scroll. */
  paint(_: unknown, size: Size): void {
    const full = size.base * SIZES[this.widget.options.size || 'm']
    let scale = 1
    do {
      style(this.box, { 'font-size': px(full * scale) })
      scale *= 0.92
    } while (scale > 0.3 && this.overflows())
  }

  private overflows(): boolean {
    return this.box.scrollHeight > this.body.clientHeight + 1 || this.box.scrollWidth > this.body.clientWidth + 1
  }
}

function appendBlock(parent: HTMLElement, block: Block): void {
  if (block.kind !== 'list') return appendRuns(paragraph(block.kind, parent), block.runs)
  const list = html(block.ordered ? 'ol' : 'ul', 'ow-list', parent)
  block.items.forEach((runs) => appendRuns(html('li', '', list), runs))
}

/** Headings are told by role: the page around the widget owns h1 and h2. */
function paragraph(kind: 'p' | 'h1' | 'h2', parent: HTMLElement): HTMLElement {
  if (kind === 'p') return html('p', 'ow-p', parent)
  const heading = html('div', 'ow-' + kind, parent)
  set(heading, { role: 'heading', 'aria-level': kind === 'h1' ? 3 : 4 })
  return heading
}

function appendRuns(parent: HTMLElement, runs: Run[]): void {
  runs.forEach((run) => {
    const element = run.strong ? html('strong', '', parent) : run.em ? html('em', '', parent) : parent
    element.appendChild(document.createTextNode(run.text))
  })
}
