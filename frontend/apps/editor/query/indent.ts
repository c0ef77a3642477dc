/** What the Tab key does to lines of SQL: two blanks in, two blanks out. */

export interface Indentation { from: number; to: number; text: string; selectFrom: number; selectTo: number }

const STEP = '  '

/** The stretch to replace and its new text; null when nothing changes. */
export function indented(value: string, from: number, to: number, back: boolean): Indentation | null {
  if (!back && from === to) return { from, to, text: STEP, selectFrom: from + STEP.length, selectTo: from + STEP.length }
  const start = value.lastIndexOf('\n', from - 1) + 1
  const lines = value.slice(start, to).split('\n')
  const changed = lines.map((line) => back ? line.replace(/^ {1,2}/, '') : STEP + line)
  const text = changed.join('\n')
  if (text === lines.join('\n')) return null
  const first = changed[0]!.length - lines[0]!.length
  const end = to + text.length - (to - start)
  return { from: start, to, text, selectFrom: Math.max(start, from + first), selectTo: Math.max(start, end) }
}
