/** What the keyboard asks of the editor; the page does it. */

export type Wish =
  | { kind: 'move'; dx: number; dy: number }
  | { kind: 'resize'; dw: number; dh: number }
  | { kind: 'remove' | 'duplicate' | 'gather' | 'all' | 'undo' | 'redo' | 'deselect' | 'keys' | 'properties' }

export interface Key { key: string; shiftKey: boolean; ctrlKey: boolean; metaKey: boolean; altKey: boolean }

const ARROWS: Record<string, readonly [number, number]> = {
  ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1],
}

/** Keys that mean something while a widget has the focus. */
export function widgetWish(event: Key): Wish | null {
  const plain = !event.ctrlKey && !event.metaKey && !event.altKey
  const arrow = ARROWS[event.key]
  if (plain && arrow) {
    const [x, y] = arrow
    return event.shiftKey ? { kind: 'resize', dw: x, dh: y } : { kind: 'move', dx: x, dy: y }
  }
  if (plain && (event.key === 'Delete' || event.key === 'Backspace')) return { kind: 'remove' }
  if (plain && event.shiftKey && event.key === ' ') return { kind: 'gather' }
  if (plain && (event.key === 'Enter' || event.key === ' ')) return { kind: 'properties' }
  if ((event.ctrlKey || event.metaKey) && !event.altKey && event.key.toLowerCase() === 'd') return { kind: 'duplicate' }
  return null
}

/** Keys that mean the same anywhere on the page, except where somebody writes. */
export function pageWish(event: Key): Wish | null {
  const command = (event.ctrlKey || event.metaKey) && !event.altKey
  if (command && event.key.toLowerCase() === 'z') return { kind: event.shiftKey ? 'redo' : 'undo' }
  if (command && event.key.toLowerCase() === 'y') return { kind: 'redo' }
  if (command && event.key.toLowerCase() === 'a') return { kind: 'all' }
  if (command || event.altKey) return null
  if (event.key === 'Escape') return { kind: 'deselect' }
  return event.key === '?' ? { kind: 'keys' } : null
}

/** True where keys belong to the text being written, or to an open dialog. */
export function isWriting(target: EventTarget | null): boolean {
  if (!(target instanceof HTMLElement)) return false
  if (target.closest('dialog[open]')) return true
  const input = target.closest('input, textarea, select, [contenteditable]')
  return input !== null && !(input instanceof HTMLInputElement && ['checkbox', 'radio'].includes(input.type))
}

export const KEYS: readonly { keys: readonly string[]; does: string }[] = [
  { keys: ['Tab'], does: 'Go through the widgets' },
  { keys: ['Shift', '+', 'Space'], does: 'Select this widget too, or no longer' },
  { keys: ['Shift', '+', 'Click'], does: 'The same with the mouse; dragging over the wall selects all it touches' },
  { keys: ['Ctrl', '+', 'A'], does: 'Select all widgets' },
  { keys: ['Enter'], does: 'Go to the settings of what is selected' },
  { keys: ['←', '→', '↑', '↓'], does: 'Move what is selected by one cell' },
  { keys: ['Shift', '+', '←', '→', '↑', '↓'], does: 'Make it smaller or larger' },
  { keys: ['Ctrl', '+', 'C'], does: 'Copy, for this dashboard or another' },
  { keys: ['Ctrl', '+', 'X'], does: 'Cut' },
  { keys: ['Ctrl', '+', 'V'], does: 'Paste' },
  { keys: ['Ctrl', '+', 'D'], does: 'Duplicate' },
  { keys: ['Delete'], does: 'Delete what is selected' },
  { keys: ['Ctrl', '+', 'Z'], does: 'Undo' },
  { keys: ['Ctrl', '+', 'Shift', '+', 'Z'], does: 'Do it again' },
  { keys: ['Ctrl', '+', 'Enter'], does: 'Run the query being written' },
  { keys: ['Esc'], does: 'Stop dragging, deselect, close' },
  { keys: ['?'], does: 'Show these keys' },
]
