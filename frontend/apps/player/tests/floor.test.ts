import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import floor from '../floor.json'

const FOLDERS = ['frontend/apps/player', 'frontend/packages/widgets', 'frontend/packages/wire']

function sources(ending: string): string[] {
  return FOLDERS.flatMap((folder) => readdirSync(folder).filter((name) => name.endsWith(ending)).map((name) => join(folder, name)))
}

function faults(path: string, rules: string[][]): string[] {
  const source = readFileSync(path, 'utf8').replace(/\/\*[\s\S]*?\*\/|^\s*\/\/.*$/gm, '')
  return rules.filter(([pattern]) => new RegExp(pattern as string).test(source)).map(([, why]) => `${path}: ${why}`)
}

test('the code of screens touches nothing newer than Chrome 53', () => {
  const files = sources('.ts')
  expect(files.length).toBeGreaterThan(30)
  expect(files.flatMap((path) => faults(path, floor.code))).toEqual([])
})

test('the styles of screens use nothing newer than Chrome 53', () => {
  expect(sources('.css').flatMap((path) => faults(path, floor.css))).toEqual([])
})

test('the rules find what they forbid', () => {
  const found = (source: string, rules: string[][]): number => rules.filter(([p]) => new RegExp(p as string).test(source)).length
  expect(found('fetch("/x")', floor.code)).toBe(1)
  expect(found('new ResizeObserver(f)', floor.code)).toBe(1)
  expect(found("if (typeof ResizeObserver === 'function')", floor.code)).toBe(0)
  expect(found('.a { gap: 4px }', floor.css)).toBe(1)
  expect(found('.a { display: grid }', floor.css)).toBe(1)
})
