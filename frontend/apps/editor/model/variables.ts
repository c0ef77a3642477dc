/** Variables of a dashboard: what queries take from them, and what people write for them. The server alone checks values. */

import { typed, written } from './parameters'
import type { DashboardDocument, Parameter, Query, QueryParameter, Variable } from './types'

export type VariableType = Variable['type']
export type Offer = 'any' | 'these' | 'query'

export const MOST_VARIABLES = 10
export const MOST_CHOICES = 100
export const TYPES: { value: VariableType; label: string }[] = [
  { value: 'text', label: 'Text' }, { value: 'texts', label: 'Several texts' }, { value: 'number', label: 'Number' },
  { value: 'numbers', label: 'Several numbers' }, { value: 'date', label: 'Date' }, { value: 'boolean', label: 'Yes or no' },
]
type Several = Extract<Variable, { type: 'texts' | 'numbers' }>
type Choosing = Extract<Variable, { type: 'text' | 'number' }> | Several

/** Whether a variable takes several values at once; none of them are all. */
export const isSeveral = (variable: Variable): variable is Several => variable.type === 'texts' || variable.type === 'numbers'

/** Whether a variable can have choices. */
export const canChoose = (variable: Variable): variable is Choosing => variable.type !== 'date' && variable.type !== 'boolean'

const isNumeric = (type: VariableType): boolean => type === 'number' || type === 'numbers'

export const variablesOf = (doc: DashboardDocument): readonly Variable[] => doc.variables ?? []

export const titleOf = (variable: Variable): string => variable.label.trim() || variable.name

/** The parameters of a query with the defaults of the variables that set them: what a preview asks with. */
export function bound(doc: DashboardDocument, query: Query): Parameter[] {
  const known = new Map(variablesOf(doc).map((one) => [one.name, one]))
  return (query.parameters ?? []).flatMap((one): Parameter[] => {
    if (one.type !== 'variable') return [one]
    const variable = known.get(one.variable)
    return variable ? [parameterOf(variable, one.name)] : []
  })
}

const parameterOf = (variable: Variable, name = variable.name): Parameter =>
  ({ name, type: isSeveral(variable) ? 'list' : variable.type, value: variable.default }) as Parameter

/** A variable as people begin with it, under a name that is free. */
export function begunVariable(variables: readonly Variable[], name = ''): Variable {
  const taken = new Set(variables.map((one) => one.name))
  let number = 1
  while (taken.has(`v${number}`)) number++
  return { name: name && !taken.has(name) ? name : `v${number}`, label: '', type: 'text', default: null }
}

/** The same variable with another type: what belongs to the old one goes, but for choices that the new one can have. */
export function retyped(variable: Variable, type: VariableType): Variable {
  const { name, label } = variable
  const several = type === 'texts' || type === 'numbers'
  const begun = { name, label, type, default: several ? [] : null } as Variable
  if (!canChoose(variable) || !canChoose(begun)) return begun
  const { choices, choices_from } = variable
  const kept = choices && isNumeric(variable.type) === isNumeric(type) ? { choices } : {}
  return { ...begun, ...kept, ...(choices_from ? { choices_from } : {}) } as Variable
}

export function offerOf(variable: Variable): Offer {
  if (!canChoose(variable)) return 'any'
  return variable.choices_from ? 'query' : variable.choices?.length ? 'these' : 'any'
}

/** The default as it was typed; undefined when it is none of the type. */
export function defaulted(variable: Variable, text: string): Variable | undefined {
  if (text.trim() === '') return { ...variable, default: isSeveral(variable) ? [] : null } as Variable
  const kind = variable.type === 'texts' ? 'list' : variable.type
  const read = typed(parameterOf(variable), kind, text.trim())
  return read && ({ ...variable, default: Array.isArray(read.value) ? [...new Set<string | number>(read.value)] : read.value } as Variable)
}

export const defaultWords = (variable: Variable): string =>
  variable.default === null ? '' : written(parameterOf(variable))

/** Choices as they were typed, one a line; undefined when one is none of the type. */
export function offered(variable: Variable, text: string): Variable | undefined {
  const lines = [...new Set(text.split('\n').map((line) => line.trim()).filter((line) => line !== ''))].slice(0, MOST_CHOICES)
  const { choices: _choices, choices_from: _from, ...rest } = variable as Choosing
  const choices: (string | number)[] = isNumeric(variable.type) ? lines.map(Number) : lines
  if (!choices.every((one) => typeof one === 'string' || Number.isFinite(one))) return undefined
  const held = [variable.default].flat().filter((one) => choices.includes(one as string | number))
  return { ...rest, choices, default: isSeveral(variable) ? held : held[0] ?? null } as Variable
}

/** The default with one of the choices more, or less; in the order of the choices. */
export function toggled(variable: Variable, choice: string | number): Variable {
  if (!isSeveral(variable)) return variable
  const held: (string | number)[] = variable.default
  const next = held.includes(choice) ? held.filter((one) => one !== choice) : [...held, choice]
  const order: (string | number)[] = variable.choices ?? []
  return { ...variable, default: next.sort((one, other) => order.indexOf(one) - order.indexOf(other)) } as Variable
}

/** The parameters of a query that take several values which may be all, where its SQL does not ask whether they are. */
export function unasked(doc: DashboardDocument, query: Query): string[] {
  const several = new Set(variablesOf(doc).filter(isSeveral).map((one) => one.name))
  const taking = (query.parameters ?? []).filter((one) => one.type === 'variable' && several.has(one.variable))
  return taking.map((one) => one.name).filter((name) => !new RegExp(`:${name}\\s+is\\s+(not\\s+)?null\\b`, 'i').test(query.sql))
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
