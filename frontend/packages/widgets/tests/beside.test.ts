import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { encode } from 'uqr'
import type { CountdownOptions, Widget } from '../../wire'
import { remaining } from '../countdown'
import { viewOf } from '../state'
import { dark, light } from '../theme'
import { mountWidget } from '../widget'
import { dayNames, instantOf, timeOfDay } from '../zones'
import { besideFigures, box, widgetOf } from './cast'

const now = Date.parse(besideFigures.now)
const reader = { theme: light, locale: 'en-GB', timeZone: 'Europe/Berlin' }
const extras = { timeZone: 'Europe/Berlin', base: () => 20 }

beforeEach(() => {
  vi.useFakeTimers()
  // The device believes that it is an hour earlier.
  vi.setSystemTime(now - 3600000)
})

afterEach(() => {
  vi.useRealTimers()
  document.body.innerHTML = ''
})

const shown = (el: HTMLElement): string => el.querySelector('.ow-clock-face span')?.textContent || ''

test('a clock shows the time that the server told, not the one of the device', () => {
  const el = box()
  const mounted = mountWidget(el, widgetOf(besideFigures, 'clock'), light, 'en-GB', extras)
  mounted.update(null, now)
  expect([shown(el), el.querySelector('.ow-clock-day')?.textContent]).toEqual(['11:00', 'Sunday 22 November'])
  expect(el.querySelector('.ow-body')?.getAttribute('aria-label')).toBe('11:00, Sunday 22 November.')
  mounted.destroy()
})

test('a clock goes by itself, wakes once a minute, and ends with its widget', () => {
  const el = box()
  const mounted = mountWidget(el, widgetOf(besideFigures, 'clock'), light, 'en-GB', extras)
  mounted.update(null, now + 30000)
  const written: string[] = []
  for (let i = 0; i < 4; i++) {
    vi.advanceTimersToNextTimer()
    written.push(shown(el))
  }
  expect(written).toEqual(['11:01', '11:02', '11:03', '11:04'])
  expect(vi.getTimerCount()).toBe(1)
  mounted.destroy()
  expect(vi.getTimerCount()).toBe(0)
})

test('a clock of elsewhere says where, in twelve hours with seconds', () => {
  const el = box()
  const mounted = mountWidget(el, widgetOf(besideFigures, 'clock-far'), light, 'en-GB', extras)
  mounted.update(null, now)
  const [digits, half] = Array.from(el.querySelectorAll('.ow-clock-face span')).map((one) => one.textContent)
  expect([digits, half, el.querySelector('.ow-clock-day')?.textContent]).toEqual(['5:00:00', 'AM', 'New York · Sun 22 Nov'])
  vi.advanceTimersToNextTimer()
  expect(shown(el)).toBe('5:00:01')
  mounted.destroy()
})

test.each([
  ['2026-11-22T23:05:00Z', 'Europe/Berlin', false, '00:05', ''], ['2026-11-22T23:05:00Z', 'Europe/Berlin', true, '12:05', 'AM'],
  ['2026-11-22T12:00:00Z', 'UTC', true, '12:00', 'PM'], ['2026-11-22T10:00:00Z', 'Asia/Kathmandu', false, '15:45', ''],
])('at %s in %s (twelve hours: %s) it is %s %s', (at, zone, twelve, time, half) => {
  expect(timeOfDay(Date.parse(at), zone, twelve, false)).toEqual({ time, half })
})

test('the day is that of the zone', () => {
  expect(dayNames(Date.parse('2026-11-22T23:30:00Z'), 'Europe/Berlin', 'de-DE')[0]).toBe('Montag, 23. November')
})

test.each([
  ['2026-11-22T10:00', 'Europe/Berlin', '2026-11-22T09:00:00.000Z'], ['2026-07-22T10:00', 'Europe/Berlin', '2026-07-22T08:00:00.000Z'],
  // Clocks jump from 2 to 3 that night: there is no half past two.
  ['2026-03-29T02:30', 'Europe/Berlin', '2026-03-29T01:30:00.000Z'], ['2026-10-25T03:00', 'Europe/Berlin', '2026-10-25T02:00:00.000Z'],
  ['2026-12-31T23:59', 'Pacific/Auckland', '2026-12-31T10:59:00.000Z'],
])('clocks show %s in %s at %s', (local, zone, at) => {
  expect(new Date(instantOf(local, zone)).toISOString()).toBe(at)
})

const left = (options: CountdownOptions, at: number): string => remaining(options, reader, at).map((part) => part.count + ' ' + part.name).join(' ')

test('what is left is told down to the smallest unit, which is rounded up', () => {
  const to = '2026-11-25T12:30'
  const units = ['days', 'hours', 'minutes', 'seconds'] as const
  expect(units.map((unit) => left({ to, unit }, now + 500))).toEqual([
    '4 days', '3 days 2 hours', '3 days 1 hour 30 minutes', '3 days 1 hour 30 minutes 0 seconds',
  ])
  expect(left({ to: '2026-11-22T11:01' }, now)).toBe('1 minute')
  expect([left({ to: '2026-11-22T11:00' }, now), left({ to: '2020-01-01T00:00' }, now), left({ to: '' }, now)]).toEqual(['', '', ''])
})

test('a countdown runs out by itself and says what comes after', () => {
  const el = box()
  const widget = { ...widgetOf(besideFigures, 'countdown-over'), options: { to: '2026-11-22T11:01', unit: 'seconds', after: 'Doors open' } } as Widget
  const mounted = mountWidget(el, widget, dark, 'en-GB', extras)
  mounted.update(null, now + 58000)
  expect(el.querySelector('.ow-countdown-parts')?.textContent).toBe('2seconds')
  vi.advanceTimersByTime(2100)
  expect((el.querySelector('.ow-countdown-parts') as HTMLElement).style.display).toBe('none')
  expect(el.querySelector('.ow-countdown-after')?.textContent).toBe('Doors open')
  mounted.resize()
  mounted.destroy()
})

test('a QR code is dark on light in both themes, and holds what it was given', () => {
  const paths = [light, dark].map((theme) => {
    const el = box()
    mountWidget(el, widgetOf(besideFigures, 'qr'), theme, 'en-GB', extras).update(null, now)
    expect(Array.from(el.querySelectorAll('.ow-qr-code *')).map((one) => one.getAttribute('fill'))).toEqual(['#ffffff', '#000000'])
    expect(el.querySelector('.ow-body')?.getAttribute('aria-label')).toBe('Menu: QR code: Scan for today’s menu.')
    return el.querySelector('.ow-qr-code path')?.getAttribute('d') || ''
  })
  const { data, size } = encode('https://operant.example.com/menu', { ecc: 'M', border: 0 })
  const drawn = data.map((row) => row.map(() => false))
  const path = paths[0] as string
  path.replace(/M(\d+) (\d+)h(\d+)/g, (_, x: string, y: string, run: string) => {
    for (let i = 0; i < Number(run); i++) (drawn[Number(y)] as boolean[])[Number(x) + i] = true
    return ''
  })
  expect([drawn.length, drawn, paths[1]]).toEqual([size, data, path])
})

test('the longest text there may be still becomes a code', () => {
  const widget = { ...widgetOf(besideFigures, 'qr'), options: { text: '漢'.repeat(400) } } as Widget
  const el = box()
  mountWidget(el, widget, light, 'en-GB', extras).update(null, now)
  expect(el.querySelectorAll('.ow-qr-code path').length).toBe(1)
})

test('a picture has its words, and says so when it does not come', () => {
  const el = box()
  const mounted = mountWidget(el, widgetOf(besideFigures, 'image'), light, 'en-GB', extras)
  mounted.update(null, now)
  const picture = el.querySelector('img') as HTMLImageElement
  expect([picture.alt, picture.getAttribute('src'), picture.style.objectFit]).toEqual([
    'Plan of the ground floor', '/pictures/AAAAAAAAQACAAAAAAAAAAAAAAAAAAEAAgAAAAAAAAAA', 'cover',
  ])
  picture.dispatchEvent(new Event('error'))
  const lost = el.querySelector('.ow-image-lost') as HTMLElement
  expect([lost.style.display, lost.textContent]).toEqual(['', 'Plan of the ground floor. The picture could not be loaded. It is tried again.'])
  picture.dispatchEvent(new Event('load'))
  expect([lost.style.display, picture.style.display]).toEqual(['none', ''])
})

test('a page from elsewhere is framed where the server says, and loaded again when it is due', () => {
  const el = box()
  const widget = widgetOf(besideFigures, 'web')
  const frames = { 'https://weather.example.com/harbour': '/frames/signed' }
  const mounted = mountWidget(el, widget, light, 'en-GB', { ...extras, frames })
  mounted.update(null, now)
  const first = el.querySelector('iframe') as HTMLIFrameElement
  expect([first.getAttribute('src'), first.title]).toEqual(['/frames/signed', 'Weather'])
  vi.advanceTimersByTime(299000)
  mounted.update(null, now)
  expect(el.querySelector('iframe')).toBe(first)
  vi.advanceTimersByTime(1000)
  mounted.update(null, now)
  expect(el.querySelectorAll('iframe').length).toBe(1)
  expect(el.querySelector('iframe')).not.toBe(first)
})

test('without an address of the server a page is only named', () => {
  const el = box()
  mountWidget(el, widgetOf(besideFigures, 'web'), light, 'en-GB', extras).update(null, now)
  expect([el.querySelector('iframe'), el.querySelector('.ow-web-stand')?.textContent]).toEqual([null, 'weather.example.com'])
})

test.each([
  ['countdown-unset', 'No date is chosen yet.'], ['qr-unset', 'No text yet.'], ['image-unset', 'No picture is chosen yet.'], ['web-unset', 'No address yet.'],
])('%s says what is missing', (id, sentence) => {
  expect(viewOf(widgetOf(besideFigures, id), null, now, reader)).toEqual({ face: 'empty', sentence, note: null })
})

test('a zone that this browser does not know is said, not guessed', () => {
  const widget = { ...widgetOf(besideFigures, 'clock'), options: { zone: 'Mars/Olympus' } } as Widget
  expect(viewOf(widget, null, now, reader).sentence).toBe('This browser does not know the time zone Mars/Olympus.')
})
