/** Widgets that ask no query: what a new one starts with, and what it still lacks. */

import type { Kind, Widget } from './types'

type Options = Widget['options']

const DAY = 24 * 60 * 60 * 1000

/** Starting options; those of a widget that was of this kind stay. */
export function freeOptions(kind: Kind, before?: Widget): Options {
  if (before?.kind === kind) return before.options
  switch (kind) {
    case 'image': return { picture: '', alt: '', fit: 'contain' }
    case 'clock': return { zone: '', hours: '24', seconds: false, date: true }
    case 'countdown': return { to: tomorrow(new Date()), zone: '', unit: 'minutes', after: '' }
    case 'qr': return { text: '', caption: '' }
    default: return { address: '', refresh_seconds: 0 }
  }
}

/** Midnight a day from now, so that there is something to see and to change. */
export function tomorrow(now: Date): string {
  const next = new Date(now.getTime() + DAY)
  const two = (value: number) => String(value).padStart(2, '0')
  return `${next.getFullYear()}-${two(next.getMonth() + 1)}-${two(next.getDate())}T00:00`
}

/** What keeps it from showing anything, or null. */
export function lacking(widget: Widget): string | null {
  switch (widget.kind) {
    case 'text': return widget.options.text.trim() === '' ? 'The text is empty.' : null
    case 'image': return widget.options.picture ? null : 'No picture is chosen yet.'
    case 'countdown': return widget.options.to ? null : 'No date is chosen yet.'
    case 'qr': return widget.options.text?.trim() ? null : 'There is no text or address yet.'
    case 'web': return widget.options.address ? badAddress(widget.options.address) : 'There is no address yet.'
    default: return null
  }
}

/** Why an address cannot be shown, or null: the server takes nothing else. */
export function badAddress(text: string): string | null {
  const url = URL.canParse(text) ? new URL(text) : null
  if (!url || url.protocol !== 'https:') return 'The address must begin with https://.'
  return url.username || url.password ? 'The address must not have a password in it.' : null
}
