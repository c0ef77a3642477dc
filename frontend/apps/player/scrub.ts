const RULES: [RegExp, string][] = [
  [/\b(https?:\/\/[^\s?#'")]+)[?#][^\s'")]*/gi, '$1'],
  [/(\/[^\s?#'")]*)\?[^\s'")]*/g, '$1'],
  [/\b(bearer|basic)\s+\S+/gi, '$1 [token]'],
  [/[^\s@'"<>(),;:]+@[^\s@'"<>(),;:]+\.[a-z]{2,}/gi, '[email]'],
  [/[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]{4,}/g, '[token]'],
  [/\b(?=[A-Za-z_-]*\d)[A-Za-z0-9_-]{20,}/g, '[token]'],
  [/\b[A-Za-z0-9_-]{32,}/g, '[token]'],
  [/\+?\d(?:[\s().,/-]?\d){5,}/g, '[number]'],
]

/** Takes out of a message what could be a secret or a person, and cuts it to 200 characters. */
export function scrub(message: string): string {
  const clean = RULES.reduce((text, rule) => text.replace(rule[0], rule[1]), message.slice(0, 2000))
  const line = clean.replace(/\s+/g, ' ').trim()
  return line.length > 200 ? line.slice(0, 199) + '…' : line
}
