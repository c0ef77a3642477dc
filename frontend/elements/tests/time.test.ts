import { expect, test } from 'vitest';

import '../ot-time';

test('words of the server become those of the browser again after a swap', () => {
  const hours = new Date(Date.now() - 3 * 3600 * 1000).toISOString();
  const page = document.createElement('template');
  page.innerHTML = `<ot-time><time datetime="${hours}">12:00</time></ot-time>`;
  document.body.append(page.content.cloneNode(true));
  const time = document.querySelector('time')!;
  expect(time.textContent).toBe('3 hours ago');
  time.textContent = '12:00';
  time.dispatchEvent(new CustomEvent('htmx:after:swap', { bubbles: true }));
  expect(time.textContent).toBe('3 hours ago');
});
