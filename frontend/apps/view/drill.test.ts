import { afterEach, expect, test } from 'vitest'
import { paintDashboard } from '../../packages/widgets'
import { light } from '../../packages/widgets/theme'
import { box, fixtures } from '../../packages/widgets/tests/cast'
import { lead } from './drill'

afterEach(() => document.body.replaceChildren())

const plain = (text: string | null): string => (text ?? '').replace(/[\u00a0\u202f]/g, ' ')

test.each(fixtures.map((each) => [each.name, each] as const))('%s: every widget that asks leads to its rows, its query and its runs', (_, fixture) => {
  const place = box(1600, 900)
  const pages = Object.fromEntries(fixture.document.queries.map(({ id }) => [id, `/queries/${id}`]))
  paintDashboard(place, fixture.document, { theme: light, locale: 'en-GB' })
  const { document: shown, locale, time_zone: timeZone } = fixture
  lead(place, { document: shown, pages, saved: {}, result: (query) => fixture.results[query], locale, timeZone })
  for (const widget of shown.widgets) {
    const found = place.querySelector(`[data-widget="${widget.id}"]`)
    const ways = [...(found?.querySelectorAll('.ot-drill-way') ?? [])]
    expect(ways.map((way) => way.tagName)).toEqual(widget.query ? ['BUTTON', 'A'] : [])
    const result = fixture.results[widget.query ?? '']
    if (!widget.query || !result) continue
    ;(ways[0] as HTMLButtonElement).click()
    const dialog = document.querySelector('dialog')
    expect(dialog?.querySelectorAll('tbody tr').length ?? 0).toBe(result.columns.length > 0 ? result.rows.length : 0)
    expect([...(dialog?.querySelectorAll('footer a') ?? [])].map((one) => one.getAttribute('href'))).toEqual([`/queries/${widget.query}`])
    dialog?.remove()
  }
})

test('rows are written as the query says, and a saved query is led to', () => {
  const place = box()
  const columns = [{ column: 'took', format: 'duration' as const }]
  const query = { id: 'q1', name: 'Calls', source: 's', sql: 'x', refresh_seconds: 60, columns, saved: 'qry_1' }
  const widget = { id: 'w1', kind: 'number' as const, title: '', x: 0, y: 0, w: 4, h: 4, query: 'q1', options: { value: 'took' } }
  const shown = { format: 1 as const, title: '', grid: { columns: 4, rows: 4 }, queries: [query], widgets: [widget] }
  const result = {
    key: 'k', seq: 1, state: 'ok' as const, computed_at: null, refresh_seconds: 60, columns: [{ name: 'took', type: 'integer' as const }],
    rows: [[7500]], truncated: true, error: null,
  }
  paintDashboard(place, shown, { theme: light, locale: 'en-GB' })
  lead(place, { document: shown, pages: { q1: '/runs' }, saved: { qry_1: '/saved' }, result: () => result, locale: 'en-GB', timeZone: 'UTC' })
  place.querySelector<HTMLButtonElement>('.ot-drill-way')?.click()
  const dialog = document.querySelector('dialog')
  expect(plain(dialog?.querySelector('td')?.textContent ?? null)).toBe('2 h 5 min')
  expect(dialog?.querySelector('h2')?.textContent).toBe('Calls')
  expect(dialog?.querySelector('p')?.textContent).toBe('1 row, and there are more.')
  expect([...(dialog?.querySelectorAll('footer a') ?? [])].map((one) => one.getAttribute('href'))).toEqual(['/saved', '/runs'])
})
