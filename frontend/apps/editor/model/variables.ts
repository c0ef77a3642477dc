/** Variables of a dashboard: what queries take from them, and what people write for them. The server alone checks values. */

import { typed, written } from './parameters'
import type { DashboardDocument, Parameter, Query, QueryParameter, Variable } from './types'

export type VariableType = Variable['type']
export type Offer = 'any' | 'these' | 'query'

export const MOST_VARIABLES = 10
export const MOST_CHOICES = 100
export const TYPES: { value: VariableType; label: string }[] = [
  { value: 'text', label: 'Text' }, { value: 'number', label: 'Number' }, { value: 'date', label: 'Date' }, { value: 'boolean', label: 'Yes or no' },
]

export const variablesOf = (doc: DashboardDocument): readonly Variable[] => doc.variables ?? []

export const titleOf = (variable: Variable): string => variable.label.trim() || variable.name

/** The parameters of a query with the defaults of the variables that set them: what a preview asks with. */
export function bound(doc: DashboardDocument, query: Query): Parameter[] {
  const known = new Map(variablesOf(doc).map((one) => [one.name, one]))
  return (query.parameters ?? []).flatMap((one): Parameter[] => {
    if (one.type !== 'variable') return [one]
    const variable = known.get(one.variable)
    return variable ? [{ name: one.name, type: variable.type, value: variable.default } as Parameter] : []
  })
}

/** A variable as people begin with it, under a name that is free. */
export function begunVariable(variables: readonly Variable[], name = ''): Variable {
  const taken = new Set(variables.map((one) => one.name))
  let number = 1
  while (taken.has(`v${number}`)) number++
  return { name: name && !taken.has(name) ? name : `v${number}`, label: '', type: 'text', default: null }
}

/** The same variable with another type: what belongs to the old one goes. */
export function retyped({ name, label }: Variable, type: VariableType): Variable {
  return { name, label, type, default: null }
}

export function offerOf(variable: Variable): Offer {
  if (variable.type !== 'text' && variable.type !== 'number') return 'any'
  return variable.choices_from ? 'query' : variable.choices?.length ? 'these' : 'any'
}

/** The default as it was typed; undefined when it is none of the type. */
export function defaulted(variable: Variable, text: string): Variable | undefined {
  if (text.trim() === '') return { ...variable, default: null }
  const parameter = { name: variable.name, type: variable.type, value: variable.default } as Parameter
  const read = typed(parameter, variable.type, text.trim())
  return read && ({ ...variable, default: read.value } as Variable)
}

export const defaultWords = (variable: Variable): string =>
  variable.default === null ? '' : written({ name: variable.name, type: variable.type, value: variable.default } as Parameter)

/** Choices as they were typed, one a line; undefined when one is none of the type. */
export function offered(variable: Variable, text: string): Variable | undefined {
  const lines = [...new Set(text.split('\n').map((line) => line.trim()).filter((line) => line !== ''))].slice(0, MOST_CHOICES)
  const { choices: _choices, choices_from: _from, ...rest } = variable as Extract<Variable, { type: 'text' }>
  if (variable.type === 'text') return { ...rest, choices: lines, default: lines.includes(rest.default ?? '') ? rest.default : null }
  const numbers = lines.map(Number)
  if (!numbers.every(Number.isFinite)) return undefined
  const held = numbers.find((one) => one === (variable.default as unknown)) ?? null
  return { ...rest, type: 'number', choices: numbers, default: held } as Variable
}

/** The queries that take a variable's value, and, where it is offered from one, no choice of it changes. */
export const takersOf = (doc: DashboardDocument, name: string): Query[] =>
  doc.queries.filter((query) => (query.parameters ?? []).some((one) => one.type === 'variable' && one.variable === name))

/** Queries that choices can come from: those that no variable changes. */
export const steadyOf = (doc: DashboardDocument): Query[] =>
  doc.queries.filter((query) => !(query.parameters ?? []).some((one) => one.type === 'variable'))

/** Another variable in the place of one; what refers to it follows its name. */
export function changeVariable(doc: DashboardDocument, name: string, next: Variable): DashboardDocument {
  const variables = variablesOf(doc).map((one) => one.name === name ? next : one)
  if (next.name === name) return { ...doc, variables }
  const follow = (one: QueryParameter): QueryParameter => one.type === 'variable' && one.variable === name ? { ...one, variable: next.name } : one
  const queries = doc.queries.map((query) => query.parameters ? { ...query, parameters: query.parameters.map(follow) } : query)
  return { ...doc, variables, queries }
}

export function addVariable(doc: DashboardDocument, variable: Variable): DashboardDocument {
  return { ...doc, variables: [...variablesOf(doc), variable] }
}

/** Remove a variable; queries that took its value keep its default as their own. */
export function removeVariable(doc: DashboardDocument, name: string): DashboardDocument {
  const own = (query: Query): QueryParameter[] => {
    const values = new Map(bound(doc, query).map((one) => [one.name, one]))
    return (query.parameters ?? []).map((one) => one.type === 'variable' && one.variable === name ? values.get(one.name)! : one)
  }
  const queries = doc.queries.map((query) => query.parameters ? { ...query, parameters: own(query) } : query)
  return { ...doc, queries, variables: variablesOf(doc).filter((one) => one.name !== name) }
}
