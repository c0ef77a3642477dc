import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import pulse from '../../../packages/widgets/fixtures/company-pulse.json'
import type { DataResult, Document, Manifest } from '../../../packages/wire'
import { Stage, type StageHooks } from '../stage'

const results = pulse.results as unknown as { [key: string]: DataResult }
const document_ = pulse.document as unknown as Document

function manifest(number: number, broken = false): Manifest {
  const kept = { ...document_, widgets: broken ? [{ ...document_.widgets[6], options: null }] : document_.widgets }
  return {
    etag: 'e' + number, screen: { id: 'scr_1', name: 'Lobby' }, version: 'ver_' + number, number,
    dashboard: { id: 'dsh_1', title: 'Pulse' }, document: kept as Document, data: { q1: 'k1' }, theme: 'dark',
    locale: 'en-GB', time_zone: 'Europe/Berlin', server_time: pulse.now,
  }
}

let log: string[]
let root: HTMLElement
let stage: Stage

beforeEach(() => {
  vi.useFakeTimers()
  log = []
  root = document.createElement('div')
  document.body.appendChild(root)
  const hooks: StageHooks = {
    now: () => Date.parse(pulse.now),
    data: () => ({ k1: results.q1 as DataResult }),
    rendered: (one) => log.push('rendered ' + one.number),
    accepted: (one) => log.push('accepted ' + one.number),
    rejected: (one, _, back) => log.push('rejected ' + one.number + ' for ' + (back ? back.number : 'nothing')),
    failed: (code, message) => log.push(code === 'fewer_widgets' ? code + ' ' + message : code),
  }
  stage = new Stage(root, hooks)
})

afterEach(() => {
  stage.clear()
  root.remove()
  vi.useRealTimers()
})

test('a version is rendered after two frames and accepted after ten seconds', () => {
  expect(stage.show(manifest(1))).toBe(true)
  expect(log).toEqual([])
  vi.advanceTimersByTime(100)
  expect(log).toEqual([])
  return vi.advanceTimersByTimeAsync(10000).then(() => expect(log).toEqual(['rendered 1', 'accepted 1']))
})

test('one layer is on the glass, the newest', async () => {
  stage.show(manifest(1))
  await vi.advanceTimersByTimeAsync(11000)
  stage.show(manifest(2))
  expect(root.children.length).toBe(1)
  expect(root.querySelectorAll('.pt-hidden').length).toBe(0)
  expect(stage.manifest()?.number).toBe(2)
})

test('a version that cannot be painted never reaches the glass', async () => {
  stage.show(manifest(1))
  await vi.advanceTimersByTimeAsync(11000)
  expect(stage.show(manifest(2, true))).toBe(false)
  expect(log).toEqual(['rendered 1', 'accepted 1', 'rejected 2 for 1'])
  expect([root.children.length, stage.manifest()?.number]).toEqual([1, 1])
})

test('a version that throws within ten seconds gives way to the one before', async () => {
  stage.show(manifest(1))
  await vi.advanceTimersByTimeAsync(11000)
  stage.show(manifest(2))
  await vi.advanceTimersByTimeAsync(3000)
  stage.thrown('boom')
  await vi.advanceTimersByTimeAsync(1000)
  expect(log).toEqual(['rendered 1', 'accepted 1', 'rendered 2', 'rejected 2 for 1', 'rendered 1'])
  expect(stage.manifest()?.number).toBe(1)
})

test('after ten seconds an error is no longer the version’s', async () => {
  stage.show(manifest(1))
  await vi.advanceTimersByTimeAsync(11000)
  stage.thrown('boom')
  await vi.advanceTimersByTimeAsync(1000)
  expect(log).toEqual(['rendered 1', 'accepted 1'])
})

test('the first version of all has nothing to go back to', async () => {
  stage.show(manifest(1))
  stage.thrown('boom')
  await vi.advanceTimersByTimeAsync(1000)
  expect(log[log.length - 1]).toBe('rejected 1 for nothing')
  expect([root.children.length, stage.manifest()]).toEqual([0, null])
})

test('widgets that take up no room are told once of a version', async () => {
  const width = vi.spyOn(HTMLElement.prototype, 'offsetWidth', 'get').mockImplementation(function (this: HTMLElement) {
    return this.getAttribute('data-widget') === document_.widgets[1]?.id ? 0 : 100
  })
  const height = vi.spyOn(HTMLElement.prototype, 'offsetHeight', 'get').mockReturnValue(100)
  stage.show(manifest(2))
  await vi.advanceTimersByTimeAsync(11000)
  stage.show(manifest(2))
  await vi.advanceTimersByTimeAsync(11000)
  const all = document_.widgets.length
  expect(log).toEqual([
    'fewer_widgets Pulse, version 2: ' + (all - 1) + ' of ' + all + ' widgets were painted.', 'rendered 2', 'accepted 2', 'rendered 2', 'accepted 2',
  ])
  width.mockRestore()
  height.mockRestore()
})
