import type { WidgetKind } from '../wire'
import { html, style } from './dom'
import type { Theme } from './theme'

const BLOCKS: { [kind in WidgetKind]: number } = {
  number: 2, gauge: 1, progress: 2,
  line: 7, bar: 7, donut: 1,
  leaderboard: 5, status: 5, table: 5,
  text: 0, image: 0, clock: 0, countdown: 0, qr: 0, web: 0,
}

/** The final shape in gray. CSS shows it after 400 ms, so that quick data never flashes. */
export function skeleton(kind: WidgetKind, theme: Theme): HTMLElement {
  const upright = kind === 'line' || kind === 'bar'
  const round = kind === 'gauge' || kind === 'donut'
  const shape = upright ? 'ow-skeleton-columns' : round ? 'ow-skeleton-round' : 'ow-skeleton-rows ow-skeleton-' + kind
  const element = html('div', 'ow-skeleton ' + shape)
  for (let i = 0; i < BLOCKS[kind]; i++) style(html('div', 'ow-block', element), { 'background-color': theme.grid })
  return element
}
