/** The keys that are in effect on a page: whoever listens for one says so here, and the list of keys shows them all. */

export interface Key {
  keys: string;
  words: string;
}

const known = new Set<Key>();

/** Say that a key is in effect; the returned function says that it is no longer. */
export function declare(keys: string, words: string): () => void {
  const key = { keys, words };
  known.add(key);
  return () => known.delete(key);
}

export function inEffect(): Key[] {
  return [...known];
}

/** Whether somebody is writing: then letters are letters. */
export function isWriting(target: EventTarget | null): boolean {
  return target instanceof HTMLElement && (target.matches('input, textarea, select') || target.isContentEditable);
}

/** The keys that every page has of itself: what can be searched on it is one key away. */
export function searchWithSlash(): void {
  const field = (): HTMLInputElement | null => document.querySelector('main input[type=search]');
  if (!field()) {
    return;
  }
  declare('/', 'Search the list on this page');
  document.addEventListener('keydown', (event) => {
    if (event.key === '/' && !isWriting(event.target) && !document.querySelector('dialog[open]')) {
      event.preventDefault();
      field()?.focus();
    }
  });
}

const APPLE = /mac|iphone|ipad/i;

/** What the key for commands is called here: the one of Apple's keyboards, or Ctrl. */
export function commandKey(platform: string = navigator.platform): string {
  return APPLE.test(platform) ? '⌘' : 'Ctrl';
}
