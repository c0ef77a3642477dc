/** Rules of widgets as the editor makes them: what is good, worth watching, or bad. */

import type { FigureRule, Role, Rule } from './types'

/** What the server takes for one widget or column. */
export const MOST_RULES = 6

export const ROLES: { value: Role; label: string }[] = [
  { value: 'good', label: 'Good' }, { value: 'warning', label: 'Warning' }, { value: 'bad', label: 'Bad' },
]

export const WHENS: { value: Rule['when']; label: string }[] = [
  { value: 'at_least', label: 'At least' }, { value: 'below', label: 'Below' }, { value: 'is', label: 'Is the word' },
]

/** A next rule: of a role that none has yet, where one is left, and away from the last figure. */
export function begunRule(rules: readonly Rule[], { words, percent }: { words: boolean; percent: boolean }): Rule {
  const role = (['good', 'bad', 'warning'] as const).find((one) => rules.every((rule) => rule.role !== one)) ?? 'warning'
  const last = rules.at(-1)
  if (words && last?.when === 'is') return { when: 'is', value: role === 'good' ? 'ok' : role, role }
  const value = last && last.when !== 'is' ? last.value : percent ? 0.9 : 90
  return { when: role === 'good' ? 'at_least' : 'below', value, role }
}

/** The same rule with another condition; between figures its figure stays. */
export function rewhen(rule: Rule, when: Rule['when']): Rule {
  const { role } = rule
  const label = rule.label ? { label: rule.label } : {}
  if (when === 'is') return { when, value: String(rule.value), role, ...label }
  const value = Number(rule.value)
  return { when, value: Number.isFinite(value) ? value : 0, role, ...label } as FigureRule
}
