/** Small help with SQL text; the server alone decides what runs. */

// Capitals count in quotes only: without them PostgreSQL reads another name.
const PLAIN = /^[a-z_][a-z0-9_]*$/
const RESERVED = new Set((
  'all and any as asc between by case cast column create cross default desc distinct do else end except exists false fetch '
  + 'for foreign from full group having in inner intersect into is join lateral left like limit natural not null offset on or '
  + 'order outer primary qualify references right select some table then to true union unique unpivot using values when where '
  + 'window with pivot summarize describe show user current_user session_user current_date current_time current_timestamp '
  + 'localtime authorization binary collation freeze ilike isnull natural notnull overlaps similar verbose'
).split(' '))

/** The name as a kind of source wants it, quoted only where it must be; where that is not known, always. */
export function identifier(name: string, kind = ''): string {
  if (kind === 'mysql') return `\`${name.replaceAll('`', '``')}\``
  if (kind === 'sqlite') return quoted(name)
  const plain = PLAIN.test(name) && !RESERVED.has(name.toLowerCase())
  return plain ? name : quoted(name)
}

function quoted(name: string): string {
  return `"${name.replaceAll('"', '""')}"`
}

export interface Edit { text: string; caret: number }

/** Put a word in place of the selection, with the blanks it needs on either side. */
export function insertWord(text: string, from: number, to: number, word: string): Edit {
  const before = text.slice(0, from)
  const after = text.slice(to)
  const left = before === '' || /[\s(,.]$/.test(before) ? '' : ' '
  const right = after === '' || /^[\s),.;]/.test(after) ? '' : ' '
  return { text: before + left + word + right + after, caret: from + left.length + word.length }
}

/** Where a line and a column (both from 1) are in the text. */
export function offsetOf(text: string, line: number, column: number): number {
  const lines = text.split('\n').slice(0, Math.max(line - 1, 0))
  const start = lines.reduce((sum, one) => sum + one.length + 1, 0)
  return Math.min(start + Math.max(column - 1, 0), text.length)
}
