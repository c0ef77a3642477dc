import type { Cell, FigureRule, Role, Rule } from '../wire'
import { toNumber } from './format'
import type { Icon } from './icons'
import type { Theme } from './theme'

/** What rules say of a figure or a word. */
export interface Verdict {
  role: Role
  word: string
  /** Whether it is the word itself that was ruled: then the verdict says it. */
  isWord: boolean
}

const WORDS: { [role in Role]: string } = { good: 'Good', warning: 'Warning', bad: 'Bad' }
const ICONS: { [role in Role]: Icon } = { good: 'check', warning: 'alert', bad: 'cross' }
export const SEVERITY: { [role in Role]: number } = { good: 0, warning: 1, bad: 2 }

/** Words first; of figures the nearest rule above and the nearest below hold, and of those two the worse. */
export function verdictOf(value: Cell | undefined, rules: Rule[] | undefined): Verdict | null {
  if (!rules || !rules.length || value === null || value === undefined) return null
  const said = rules.filter((rule) => rule.when === 'is' && sameWord(value, rule.value as string))[0]
  const figure = toNumber(value)
  const rule = said || (figure === null ? null : worse(nearest(figure, rules, 'at_least'), nearest(figure, rules, 'below')))
  return rule ? { role: rule.role, word: wordOf(rule), isWord: rule === said } : null
}

export function wordOf(rule: Rule): string {
  return rule.label || WORDS[rule.role]
}

export function roleColor(role: Role, theme: Theme): string {
  return role === 'good' ? theme.success : role === 'warning' ? theme.warning : theme.error
}

export function roleIcon(role: Role): Icon {
  return ICONS[role]
}

/** Rules for figures only, whatever a document holds. */
export function figureRules(rules: Rule[] | undefined): FigureRule[] {
  return (rules || []).filter((rule) => rule.when !== 'is') as FigureRule[]
}

function nearest(figure: number, rules: Rule[], when: Rule['when']): Rule | null {
  return figureRules(rules)
    .filter((rule) => rule.when === when && (when === 'below' ? figure < rule.value : figure >= rule.value))
    .reduce((best: FigureRule | null, rule) => (best && Math.abs(best.value - figure) <= Math.abs(rule.value - figure) ? best : rule), null)
}

function worse(one: Rule | null, other: Rule | null): Rule | null {
  if (!one || !other) return one || other
  return SEVERITY[other.role] > SEVERITY[one.role] ? other : one
}

/** Cells of yes and no are written in words on the glass, and ruled by them. */
function sameWord(value: Cell, word: string): boolean {
  const plain = (text: string): string => text.trim().toLowerCase()
  if (typeof value === 'boolean') return plain(word) === (value ? 'yes' : 'no') || plain(word) === String(value)
  return typeof value !== 'object' && plain(String(value)) === plain(word)
}
