import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import pulse from '../../../packages/widgets/fixtures/company-pulse.json'
import type { DataResult, Document, Manifest, Program, Scene } from '../../../packages/wire'
import { placeAt } from '../program'
import { Stage } from '../stage'
import { Turner } from '../turner'

const results = pulse.results as unknown as { [key: string]: DataResult }
const whole = pulse.document as unknown as Document
const START = Date.parse('2026-06-01T00:00:00Z')

function scene(number: number, broken = false): Scene {
  const widgets = broken ? [{ ...whole.widgets[6], options: null }] : whole.widgets.slice(0, 1)
  const document_ = { ...whole, widgets } as unknown as Document
  return { version: 'ver_' + number, number, dashboard: { id: 'dsh_' + number, title: 'Board ' + number }, document: document_, data: { q1: 'k' + number } }
}

function manifest(scenes: Scene[], rounds: Program['rounds'], switches?: Program['switches']): Manifest {
  const on = switches || [{ at: new Date(START).toISOString(), round: 0 }]
  return {
    etag: 'e', screen: { id: 'scr_1', name: 'Lobby' }, version: null, number: null, dashboard: null, document: null, data: {},
    program: { scenes, rounds, switches: on }, theme: 'dark', locale: 'en-GB', time_zone: 'Europe/Berlin', server_time: pulse.now,
  }
}

let log: string[]
let root: HTMLElement
let stage: Stage
let turner: Turner

beforeEach(() => {
  vi.useFakeTimers()
  vi.setSystemTime(START)
  log = []
  root = document.createElement('div')
  document.body.appendChild(root)
  stage = new Stage(root, {
    now: () => Date.now(), data: () => ({ k1: results.q1 as DataResult }), accepted: () => undefined,
    rendered: (one) => log.push('rendered ' + one.number),
    rejected: (one) => log.push('rejected ' + one.number) && turner.isBroken(one),
    failed: (code) => log.push(code),
  })
  turner = new Turner({
    now: () => Date.now(), prepare: (one) => stage.prepare(one), freshen: (one) => log.push('fresh ' + one.number),
    show: (one) => stage.show(one),
    blank: (_, why) => {
      stage.clear()
      log.push(why)
    },
  })
})

afterEach(() => {
  turner.stop()
  stage.clear()
  root.remove()
  vi.useRealTimers()
})

test('the round turns by the clock, and what comes next is painted before its turn', async () => {
  turner.begin(manifest([scene(1), scene(2)], [[{ scene: 0, seconds: 10 }, { scene: 1, seconds: 20 }]]))
  await vi.advanceTimersByTimeAsync(7000)
  expect([log, stage.manifest()?.number, root.querySelectorAll('.pt-hidden').length]).toEqual([['rendered 1', 'fresh 2'], 1, 1])
  await vi.advanceTimersByTimeAsync(3000)
  expect([stage.manifest()?.number, root.children.length, root.querySelectorAll('.pt-hidden').length]).toEqual([2, 1, 0])
  await vi.advanceTimersByTimeAsync(20000)
  expect(log.filter((line) => line.indexOf('rendered') === 0)).toEqual(['rendered 1', 'rendered 2'])
  await vi.advanceTimersByTimeAsync(100)
  expect([stage.manifest()?.number, log[log.length - 1]]).toEqual([1, 'rendered 1'])
})

test('there is never a moment without a picture', () => {
  turner.begin(manifest([scene(1), scene(2)], [[{ scene: 0, seconds: 5 }, { scene: 1, seconds: 5 }]]))
  const seen = new Set<number>()
  for (let step = 0; step < 600; step++) {
    vi.advanceTimersByTime(100)
    seen.add(root.querySelectorAll('.pt-layer:not(.pt-hidden)').length)
  }
  expect([...seen]).toEqual([1])
})

test('one entry never turns', async () => {
  turner.begin(manifest([scene(1)], [[{ scene: 0, seconds: 5 }]]))
  const layer = root.firstChild
  await vi.advanceTimersByTimeAsync(3600000)
  expect([log, root.firstChild === layer]).toEqual([['rendered 1'], true])
})

test('a schedule switches to another round, to nothing and back', async () => {
  const at = (minutes: number): string => new Date(START + minutes * 60000).toISOString()
  const rounds = [[{ scene: 0, seconds: 3600 }], [{ scene: 1, seconds: 3600 }], []]
  const switches = [{ at: at(0), round: 0 }, { at: at(10), round: 1 }, { at: at(20), round: null }, { at: at(30), round: 2 }, { at: at(40), round: 0 }]
  turner.begin(manifest([scene(1), scene(2)], rounds, switches))
  await vi.advanceTimersByTimeAsync(50 * 60000)
  expect(log).toEqual(['rendered 1', 'fresh 2', 'rendered 2', 'dark', 'empty', 'fresh 1', 'rendered 1'])
})

test('a broken entry is skipped and reported once; with all broken the screen says so', async () => {
  const round = [{ scene: 0, seconds: 5 }, { scene: 1, seconds: 5 }, { scene: 2, seconds: 5 }]
  turner.begin(manifest([scene(1), scene(2, true), scene(3)], [round]))
  await vi.advanceTimersByTimeAsync(120000)
  expect(log.filter((line) => line === 'rejected 2').length).toBe(1)
  expect([stage.manifest()?.number === 1 || stage.manifest()?.number === 3, log.indexOf('rendered 2')]).toEqual([true, -1])
  log.length = 0
  turner.begin(manifest([scene(1, true)], [[{ scene: 0, seconds: 5 }]]))
  await vi.advanceTimersByTimeAsync(60000)
  expect([log, stage.manifest()]).toEqual([['rejected 1', 'broken'], null])
})

test('an entry that throws on the glass gives way to the next', async () => {
  turner.begin(manifest([scene(1), scene(2)], [[{ scene: 0, seconds: 30 }, { scene: 1, seconds: 30 }]]))
  await vi.advanceTimersByTimeAsync(1000)
  stage.thrown('boom')
  await vi.advanceTimersByTimeAsync(1000)
  expect([log, stage.manifest()?.number]).toEqual([['rendered 1', 'rejected 1', 'rendered 2'], 2])
})

test('memory is bounded over thousands of turns', () => {
  turner.begin(manifest([scene(1), scene(2), scene(3)], [[0, 1, 2].map((one) => ({ scene: one, seconds: 5 }))]))
  vi.advanceTimersByTime(60000)
  const before = [root.querySelectorAll('*').length, vi.getTimerCount()]
  const most = { elements: 0, timers: 0 }
  for (let turn = 0; turn < 3000; turn++) {
    vi.advanceTimersByTime(5000)
    most.elements = Math.max(most.elements, root.querySelectorAll('*').length)
    most.timers = Math.max(most.timers, vi.getTimerCount())
    log.length = 0
  }
  expect([root.querySelectorAll('*').length, vi.getTimerCount()]).toEqual(before)
  expect([most.elements <= 2 * (before[0] as number), most.timers <= (before[1] as number) + 4]).toEqual([true, true])
}, 120000)

test('a place in a round is the time modulo its length, and ends with the switch', () => {
  const program = manifest([scene(1), scene(2)], [[{ scene: 0, seconds: 10 }, { scene: 1, seconds: 20 }]], [
    { at: new Date(START).toISOString(), round: 0 }, { at: new Date(START + 45000).toISOString(), round: null },
  ]).program as Program
  const at = (seconds: number): unknown => {
    const { scene: on, until } = placeAt(program, START + seconds * 1000)
    return [on, (until - START) / 1000]
  }
  expect([-1, 0, 9.5, 10, 29.5, 30, 40, 45].map(at)).toEqual([
    [1, 0], [0, 10], [0, 10], [1, 30], [1, 30], [0, 40], [1, 45], ['dark', Infinity],
  ])
})
