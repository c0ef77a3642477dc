import type { DataResult, Document, Widget } from '../../wire'
import beside from '../fixtures/beside.json'
import shapes from '../fixtures/chart-shapes.json'
import figureStates from '../fixtures/figure-states.json'
import figures from '../fixtures/figures.json'
import pulse from '../fixtures/company-pulse.json'
import states from '../fixtures/states.json'

export interface Fixture {
  name: string
  now: string
  locale: string
  time_zone: string
  document: Document
  results: { [query: string]: DataResult }
}

export const fixtures = [pulse, shapes, states, figures, figureStates, beside] as unknown as Fixture[]
export const [companyPulse, chartShapes, allStates, allFigures, figuresInStates, besideFigures] =
  fixtures as [Fixture, Fixture, Fixture, Fixture, Fixture, Fixture]

/** An element that says it has a size; the test's page has no layout. */
export function box(width = 600, height = 400): HTMLElement {
  const element = document.createElement('div')
  document.body.appendChild(element)
  const size = (name: string, value: number): void => {
    Object.defineProperty(HTMLElement.prototype, name, { configurable: true, get: () => value })
  }
  size('clientWidth', width)
  size('clientHeight', height)
  return element
}

export function widgetOf(fixture: Fixture, id: string): Widget {
  return fixture.document.widgets.filter((widget) => widget.id === id)[0] as Widget
}
