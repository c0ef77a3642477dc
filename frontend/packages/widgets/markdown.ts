/** A stretch of text in one style. */
export interface Run {
  text: string
  strong?: boolean
  em?: boolean
}

export type Block =
  | { kind: 'p' | 'h1' | 'h2'; runs: Run[] }
  | { kind: 'list'; ordered: boolean; items: Run[][] }

const ITEM = /^\s*(?:([-*+])|\d+[.)])\s+(.*)$/
const HEADING = /^(#{1,2})\s+(.*?)\s*#*$/

/** Reads the subset a wall can use: paragraphs, two headings, lists, bold, emphasis; links become their words. */
export function parseMarkdown(source: string): Block[] {
  const blocks: Block[] = []
  let open = false
  source.replace(/\r\n?/g, '\n').split('\n').forEach((line) => {
    if (line.trim() === '') return void (open = false)
    open = addLine(blocks, line, open)
  })
  return blocks
}

/** Adds a line and tells whether the next one may continue its block. */
function addLine(blocks: Block[], line: string, open: boolean): boolean {
  const last = open ? blocks[blocks.length - 1] : undefined
  const heading = HEADING.exec(line)
  const item = ITEM.exec(line)
  if (heading) {
    blocks.push({ kind: (heading[1] as string).length === 1 ? 'h1' : 'h2', runs: parseRuns(heading[2] as string) })
    return false
  }
  if (item) addItem(blocks, last, item[1] === undefined, parseRuns(item[2] as string))
  else if (last && last.kind === 'p') last.runs.push({ text: ' ' }, ...parseRuns(line.trim()))
  else blocks.push({ kind: 'p', runs: parseRuns(line.trim()) })
  return true
}

function addItem(blocks: Block[], last: Block | undefined, ordered: boolean, runs: Run[]): void {
  if (last && last.kind === 'list' && last.ordered === ordered) last.items.push(runs)
  else blocks.push({ kind: 'list', ordered, items: [runs] })
}

export function parseRuns(text: string): Run[] {
  const plain = text.replace(/!?\[([^\]]*)\]\([^)]*\)/g, '$1')
  return plain.split(/(\*\*[^*]+\*\*|\*[^*\s][^*]*\*|__[^_]+__)/).filter((part) => part !== '').map(runOf)
}

function runOf(part: string): Run {
  const strong = /^(\*\*|__)([\s\S]+)\1$/.exec(part)
  if (strong) return { text: strong[2] as string, strong: true }
  const em = /^\*([\s\S]+)\*$/.exec(part)
  return em ? { text: em[1] as string, em: true } : { text: part }
}
