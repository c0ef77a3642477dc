/** Parameters of a query: what its SQL names, and what people write for their values. The server alone binds them. */

import type { Parameter, QueryParameter } from './types'

export type ParameterKind = Parameter['type'] | 'numbers'

export const MOST_PARAMETERS = 20
export const KINDS: { value: ParameterKind; label: string }[] = [
  { value: 'text', label: 'Text' }, { value: 'number', label: 'Number' }, { value: 'date', label: 'Date' },
  { value: 'boolean', label: 'Yes or no' }, { value: 'list', label: 'List of texts' }, { value: 'numbers', label: 'List of numbers' },
]

// What holds no parameter: strings, quoted names, comments, casts.
const APART = /'(?:[^']|'')*'?|"(?:[^"]|"")*"?|--[^\n]*|\/\*[\s\S]*?(?:\*\/|$)|::/g
const NAMED = /(?<![\w$\]]):([a-z_][a-z0-9_]*)/g

/** The names that SQL has as :name, each once, in its order. */
export function namedIn(sql: string): string[] {
  const names = [...sql.replace(APART, ' ').matchAll(NAMED)].map((found) => found[1]!)
  return [...new Set(names)]
}

/** Names that the SQL has and nobody declared. */
export function undeclared(sql: string, parameters: readonly QueryParameter[]): string[] {
  const known = new Set(parameters.map((one) => one.name))
  return namedIn(sql).filter((name) => name.length <= 40 && !known.has(name))
}

export function kindOf(parameter: Parameter): ParameterKind {
  return parameter.type === 'list' && typeof parameter.value[0] === 'number' ? 'numbers' : parameter.type
}

/** A parameter with the value that people begin with. */
export function begun(name: string, kind: ParameterKind): Parameter {
  if (kind === 'list') return { name, type: 'list', value: [] }
  if (kind === 'numbers') return { name, type: 'list', value: [0] }
  if (kind === 'number') return { name, type: 'number', value: 0 }
  if (kind === 'boolean') return { name, type: 'boolean', value: true }
  return { name, type: kind, value: kind === 'text' ? '' : null }
}

/** A name that is free: p1, p2 and so on. */
export function freeName(parameters: readonly QueryParameter[]): string {
  const taken = new Set(parameters.map((one) => one.name))
  let number = 1
  while (taken.has(`p${number}`)) number++
  return `p${number}`
}

/** What was typed, as the value of this parameter; undefined when it is none of its type. */
export function typed(parameter: Parameter, kind: ParameterKind, text: string): Parameter | undefined {
  const { name } = parameter
  if (kind === 'text') return { name, type: 'text', value: text }
  if (kind === 'date') return { name, type: 'date', value: text === '' ? null : text }
  if (kind === 'boolean') return { name, type: 'boolean', value: text === 'true' }
  if (kind === 'list') return { name, type: 'list', value: pieces(text) }
  const numbers = pieces(text).map(Number)
  if (!numbers.every(Number.isFinite)) return undefined
  if (kind === 'numbers') return { name, type: 'list', value: numbers }
  return { name, type: 'number', value: numbers[0] ?? null }
}

/** The value as people read and write it. */
export function written(parameter: Parameter): string {
  if (parameter.type === 'list') return parameter.value.join(', ')
  return parameter.value === null ? '' : String(parameter.value)
}

const pieces = (text: string): string[] => text.split(',').map((each) => each.trim()).filter((each) => each !== '')
