/** SQL set out line by line, loaded when somebody asks for it. */

import { duckdb, formatDialect, mariadb, mysql, postgresql, sqlite } from 'sql-formatter'

const DIALECTS: Record<string, typeof postgresql> = { postgresql, mysql, mariadb, sqlite }

/** The same SQL, formatted; null when it cannot be read, or would say anything else. */
export function formatted(text: string, kind: string): string | null {
  try {
    const found = formatDialect(text, {
      dialect: DIALECTS[kind] ?? duckdb, keywordCase: 'lower', tabWidth: 2, paramTypes: { named: [':'] },
    })
    return bare(found) === bare(text) ? found : null
  } catch {
    return null
  }
}

// Formatting moves blanks and changes the size of letters; whatever else it does is a mistake.
const bare = (text: string): string => text.replace(/\s+/g, '').toLowerCase()
