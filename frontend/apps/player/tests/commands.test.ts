import { expect, test } from 'vitest'
import { Commands } from '../commands'
import type { Session } from '../session'
import type { View } from '../view'

let draw = () => Promise.resolve({ picture: new Blob(['x']), version: 'v1' as string | null })

/** A screen's commands with what it keeps, and a line of all that happened. */
function made(kept: unknown = null, keeps = true, answers = { status: 204, body: null as unknown }) {
  const happened: string[] = []
  const values: { [key: string]: unknown } = { commands: kept }
  const store = {
    get: <T>(key: string) => Promise.resolve((values[key] as T) || null),
    set: (key: string, value: unknown) => {
      if (keeps) values[key] = JSON.parse(JSON.stringify(value))
      return Promise.resolve(keeps)
    },
    clear: () => Promise.resolve(),
  }
  const session = {
    send: (url: string, { body }: { body: { command: string; outcome: string; reason?: string } }) => {
      if (url !== '/relay/acknowledgement') {
        happened.push('sends to ' + url)
        return Promise.resolve(answers)
      }
      happened.push([body.command, body.outcome, body.reason].filter((each) => each).join(' '))
      return Promise.resolve({ status: 204 })
    },
  }
  const view = { identify: (name: string) => void happened.push('shows ' + name) }
  const hooks = { name: () => 'Lobby', restart: () => void happened.push('begins again'), draw }
  const commands = new Commands(session as unknown as Session, store, view as unknown as View, hooks)
  return { commands, happened, values }
}

const settled = () => new Promise((resolve) => setTimeout(resolve, 5))

test('does each once and in order, and answers again what came again', async () => {
  const { commands, happened } = made()
  await commands.load()
  commands.run({ id: 'c1', kind: 'restart' })
  commands.run({ id: 'c2', kind: 'identify' })
  commands.run({ id: 'c1', kind: 'restart' })
  await settled()
  expect(happened).toEqual(['c1 heard', 'c1 done', 'begins again', 'c2 heard', 'shows Lobby', 'c2 done'])
  commands.run({ id: 'c1', kind: 'restart' })
  await settled()
  expect(happened.slice(6)).toEqual(['c1 done'])
})

test('remembers over a restart, and says of what broke off that it failed', async () => {
  const { commands, happened } = made([{ id: 'c1', outcome: 'done' }, { id: 'c2', outcome: '' }, 'c3'])
  await commands.load()
  for (const id of ['c1', 'c2', 'c3']) commands.run({ id, kind: 'identify' })
  await settled()
  expect(happened).toEqual(['c1 done', 'c2 failed The page ended in the middle of it.', 'c3 done'])
})

test('refuses what it does not know', async () => {
  const { commands, happened, values } = made()
  await commands.load()
  commands.run({ id: 'c1', kind: 'dance' as 'identify' })
  await settled()
  expect(happened).toEqual(['c1 heard', 'c1 refused This player does not know that.'])
  expect(values.commands).toEqual([{ id: 'c1', outcome: 'refused', reason: 'This player does not know that.' }])
})

test('begins nothing anew where it cannot keep that it did', async () => {
  const { commands, happened } = made(null, false)
  await commands.load()
  for (const kind of ['reload', 'restart', 'clear_cache', 'identify'] as const) commands.run({ id: kind, kind })
  await settled()
  expect(happened).toEqual([
    ...['reload', 'restart', 'clear_cache'].map((kind) => `${kind} failed This screen cannot keep that it was asked.`),
    'identify heard', 'shows Lobby', 'identify done',
  ])
})

test('sends its picture, and says why when it has none', async () => {
  const sent = made()
  sent.commands.run({ id: 'c1', kind: 'screenshot' })
  await settled()
  expect(sent.happened).toEqual(['c1 heard', 'sends to /relay/screenshot?command=c1&version=v1', 'c1 done'])
  const late = made(null, true, { status: 410, body: { error: 'gone', message: 'It came too late.' } })
  late.commands.run({ id: 'c1', kind: 'screenshot' })
  await settled()
  expect(late.happened[2]).toBe('c1 failed It came too late.')
  const drawing = draw
  draw = () => Promise.reject(new Error('This engine cannot draw itself.'))
  const blind = made()
  draw = drawing
  blind.commands.run({ id: 'c1', kind: 'screenshot' })
  blind.commands.run({ id: 'c2', kind: 'identify' })
  await settled()
  expect(blind.happened).toEqual(['c1 heard', 'c1 failed This engine cannot draw itself.', 'c2 heard', 'shows Lobby', 'c2 done'])
})
