/** What the builds have in common: where the project is and what is there to build. */
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

export const root = fileURLToPath(new URL('.', import.meta.url));

export const inside = (path: string): string => `${root}${path}`;

/** Entries whose file is there, by name. */
export function present(entries: Record<string, string>): Record<string, string> {
  return Object.fromEntries(Object.entries(entries).filter(([, path]) => existsSync(inside(path))));
}
