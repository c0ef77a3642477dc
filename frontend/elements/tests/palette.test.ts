import { afterEach, beforeEach, expect, test, vi } from 'vitest';

import '../ot-keys';
import '../ot-palette';
import { commandKey, declare, inEffect, searchWithSlash } from '../keys';

const PAGE = `
  <button data-finds>Find</button><kbd data-key="find"></kbd><input id="other">
  <dialog id="palette"><ot-palette data-address="/o/harbour/find">
    <input role="combobox"><div role="listbox" hidden></div><p role="status"></p>
  </ot-palette></dialog>
  <dialog id="keys"><ot-keys></ot-keys></dialog>`;
const TWO =
  '<div role="group"><a role="option" id="a" href="#a" aria-selected="false">Ada</a>' +
  '<a role="option" id="b" href="#b" aria-selected="false">Ben</a></div>';
const asked = vi.fn<(address: string, wish: RequestInit) => Promise<Response>>();

beforeEach(() => {
  asked.mockReset().mockImplementation(async () => new Response(TWO));
  vi.stubGlobal('fetch', asked);
  // Whole, as a browser has it when modules run: elements find what stands in them.
  const page = document.createElement('template');
  page.innerHTML = PAGE;
  document.body.append(page.content.cloneNode(true));
});

afterEach(() => {
  document.body.innerHTML = '';
  vi.unstubAllGlobals();
});

const one = <T extends HTMLElement>(selector: string): T => document.querySelector<T>(selector)!;
const press = (target: EventTarget, key: string, more: KeyboardEventInit = {}): KeyboardEvent => {
  const event = new KeyboardEvent('keydown', { key, bubbles: true, cancelable: true, ...more });
  target.dispatchEvent(event);
  return event;
};
const field = (): HTMLInputElement => one('ot-palette input');
const active = (): string | null => field().getAttribute('aria-activedescendant');

test('Ctrl-K and Command-K open it, and close it again', async () => {
  expect(press(document.body, 'k', { ctrlKey: true }).defaultPrevented).toBe(true);
  expect(one<HTMLDialogElement>('#palette').open).toBe(true);
  press(field(), 'K', { metaKey: true });
  expect(one<HTMLDialogElement>('#palette').open).toBe(false);
  expect(press(document.body, 'k').defaultPrevented).toBe(false);
  expect(one<HTMLDialogElement>('#palette').open).toBe(false);
});

test('opening asks for everything and stands on the first', async () => {
  one('[data-finds]').click();
  await vi.waitFor(() => expect(active()).toBe('a'));
  expect(asked.mock.calls.map((call) => call[0])).toEqual(['/o/harbour/find?q=']);
  expect(field().getAttribute('aria-expanded')).toBe('true');
  expect(one('[role=listbox]').hidden).toBe(false);
  expect(one('[role=status]').textContent).toBe('2 found');
});

test('arrows go round, the focus stays in the field, and Enter follows', async () => {
  one('[data-finds]').click();
  await vi.waitFor(() => expect(active()).toBe('a'));
  const went = ['ArrowDown', 'ArrowDown', 'ArrowUp'].map((key) => {
    press(field(), key);
    return [active(), document.querySelectorAll('[aria-selected=true]').length];
  });
  expect(went).toEqual([['b', 1], ['a', 1], ['b', 1]]);
  const followed = vi.fn((event: Event) => event.preventDefault());
  one('#b').addEventListener('click', followed);
  press(field(), 'Enter');
  expect(followed).toHaveBeenCalledTimes(1);
  expect(document.activeElement).toBe(field());
});

test('while a word is being composed, Enter belongs to it', async () => {
  one('[data-finds]').click();
  await vi.waitFor(() => expect(active()).toBe('a'));
  expect(press(field(), 'Enter', { isComposing: true }).defaultPrevented).toBe(false);
});

test('what is typed is asked once, after a pause', async () => {
  one('[data-finds]').click();
  await vi.waitFor(() => expect(active()).toBe('a'));
  for (const words of ['l', 'lo', 'lobby & co']) {
    field().value = words;
    field().dispatchEvent(new Event('input'));
  }
  await vi.waitFor(() => expect(asked).toHaveBeenCalledTimes(2));
  expect(asked.mock.calls[1]?.[0]).toBe('/o/harbour/find?q=lobby%20%26%20co');
});

test.each([
  ['nothing was found', async () => new Response(''), 'Nothing here is called “x”.'],
  ['the server refuses', async () => new Response('no', { status: 500 }), 'The server did not answer. Type again to ask once more.'],
  ['nobody answers', async () => Promise.reject(new Error('lost')), 'The server did not answer. Type again to ask once more.'],
])('when %s, it says so', async (_, answer, words) => {
  asked.mockImplementation(answer as () => Promise<Response>);
  field().value = 'x';
  one('[data-finds]').click();
  await vi.waitFor(() => expect(one('[role=status]').textContent).toBe(words));
  expect([active(), field().getAttribute('aria-expanded'), one('[role=listbox]').hidden]).toEqual([null, 'false', true]);
});

test('it does not open above another dialog', () => {
  one<HTMLDialogElement>('#keys').showModal();
  press(document.body, 'k', { ctrlKey: true });
  expect(one<HTMLDialogElement>('#palette').open).toBe(false);
});

test('a question mark lists the keys in effect, but is one while somebody writes', async () => {
  press(one('#other'), '?');
  await new Promise((done) => window.setTimeout(done));
  expect(one<HTMLDialogElement>('#keys').open).toBe(false);
  const forget = declare('N', 'Make a new one');
  press(document.body, '?');
  await vi.waitFor(() => expect(one<HTMLDialogElement>('#keys').open).toBe(true));
  const shown = [...document.querySelectorAll('#keys dd')].map((each) => each.textContent);
  expect(shown).toEqual(['Find a page, a thing or an act', 'Show these keys', 'Make a new one']);
  forget();
  expect(inEffect().map((key) => key.keys)).toEqual(['Ctrl K', '?']);
});

test('a page with a list of its own keeps the key', async () => {
  const own = (event: KeyboardEvent): void => event.preventDefault();
  window.addEventListener('keydown', own);
  press(document.body, '?');
  await new Promise((done) => window.setTimeout(done, 5));
  window.removeEventListener('keydown', own);
  expect(one<HTMLDialogElement>('#keys').open).toBe(false);
});

test('a slash leads into the search of a page that has one', () => {
  searchWithSlash();
  expect(press(document.body, '/').defaultPrevented).toBe(false);
  one('#other').insertAdjacentHTML('afterend', '<main><input type="search"></main>');
  searchWithSlash();
  expect(press(one('#other'), '/').defaultPrevented).toBe(false);
  expect(press(document.body, '/').defaultPrevented).toBe(true);
  expect(document.activeElement).toBe(one('main input'));
});

test.each([['MacIntel', '⌘'], ['iPhone', '⌘'], ['Linux x86_64', 'Ctrl'], ['Win32', 'Ctrl']])('on %s the key is %s', (platform, key) => {
  expect(commandKey(platform)).toBe(key);
});
