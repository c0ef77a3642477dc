/** Where unsaved work lies until the server has it, so that a closed tab or a dead network loses nothing. */

import type { DashboardDocument } from '../model/types'

export interface Kept { revision: number; document: DashboardDocument }

export interface Shelf {
  keep(kept: Kept): void
  take(): Kept | null
  clear(): void
}

/** A shelf in this browser for one person's work on one dashboard. */
export function browserShelf(storage: Storage, dashboard: string, person: string): Shelf {
  const key = `operant:draft:${person}:${dashboard}`
  return {
    keep(kept) {
      // A full or forbidden storage must not stop the edit; the page still holds it and warns before it is left.
      try { storage.setItem(key, JSON.stringify(kept)) } catch { /* kept in memory only */ }
    },
    take() {
      try { return parse(storage.getItem(key)) } catch { return null }
    },
    clear() {
      try { storage.removeItem(key) } catch { /* nothing was kept */ }
    },
  }
}

function parse(text: string | null): Kept | null {
  if (text === null) return null
  const kept = JSON.parse(text) as Partial<Kept>
  const whole = typeof kept.revision === 'number' && kept.document?.format === 1 && Array.isArray(kept.document.widgets)
  return whole ? kept as Kept : null
}
