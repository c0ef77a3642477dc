import { expect, test, vi } from 'vitest';

import { contrast, edge, ink } from '../ot-brand';

// The same as in organizations/tests/test_settings.py: what is previewed is what is kept.
test.each([
  ['#0f4c81', '#ffffff', '#0f4c81', '8.9'],
  ['#ffd400', '#000000', '#6b7280', '14.7'],
  ['#767676', '#000000', '#767676', '4.6'],
  ['#ffffff', '#000000', '#6b7280', '21.0'],
])('%s is written on, seen and told', (color, written, line, told) => {
  expect([ink(color), edge(color), contrast(color, ink(color)).toFixed(1)]).toEqual([written, line, told]);
});

test('the samples follow what is chosen', async () => {
  const page = document.createElement('template');
  page.innerHTML = `<ot-brand>
    <svg><image data-logo></image><text data-beside="46" x="0"></text><rect data-ground data-edge fill="#000000"></rect>
    <text data-ink></text></svg><b data-ink-word></b><b data-contrast></b>
    <input type="color"><input type="file"></ot-brand>`;
  document.body.append(page.content.cloneNode(true));
  const one = (selector: string): Element => document.querySelector(`ot-brand ${selector}`)!;
  const color = one('input[type=color]') as HTMLInputElement;
  color.value = '#ffd400';
  color.dispatchEvent(new Event('input', { bubbles: true }));
  expect([one('rect').getAttribute('fill'), one('rect').getAttribute('stroke')]).toEqual(['#ffd400', '#6b7280']);
  expect([one('[data-ink]').getAttribute('fill'), one('[data-ink-word]').textContent]).toEqual(['#000000', 'Black']);
  expect(one('[data-contrast]').textContent).toBe('14.7');

  const logo = one('input[type=file]') as HTMLInputElement;
  const chosen = [new File(['<svg/>'], 'a.svg', { type: 'image/svg+xml' }), new File(['png'], 'a.png', { type: 'image/png' })];
  for (const [file, shown] of [[chosen[0], null], [chosen[1], 'data:image/png;base64,cG5n']] as const) {
    Object.defineProperty(logo, 'files', { value: [file], configurable: true });
    logo.dispatchEvent(new Event('change', { bubbles: true }));
    await vi.waitFor(() => expect(one('[data-logo]').getAttribute('href')).toBe(shown));
  }
  expect(one('[data-beside]').getAttribute('x')).toBe('46');
});
