import { beforeEach, describe, expect, it, vi } from 'vitest';

import { verdict } from '../elements/ot-password';

const FORM = (more: string) => `<form>
  <input type="text" name="name" value="Ada Lovelace"><input type="email" name="email" value="ada@harbour.example">
  <ot-password><input type="password" name="password1" ${more}></ot-password><button>Save</button></form>`;

function drawn(more = 'autocomplete="new-password"') {
  // Put in whole, as a browser's parser and htmx do.
  const whole = document.createElement('div');
  whole.innerHTML = FORM(more);
  document.body.replaceChildren(whole);
  const input = document.querySelector<HTMLInputElement>('[name=password1]')!;
  return { input, button: document.querySelector<HTMLButtonElement>('.ot-password-show')!, form: document.querySelector('form')! };
}

async function typed(value: string, more?: string): Promise<[string | undefined, string | null | undefined]> {
  const { input } = drawn(more);
  input.value = value;
  input.dispatchEvent(new Event('input'));
  const told = () => document.querySelector('[role=status]')?.textContent;
  await vi.waitFor(() => expect(told()).toBeTruthy(), { timeout: 20_000 });
  return [document.querySelector<HTMLElement>('.ot-strength-bar')?.dataset['score'], told()];
}

describe('a password field', { timeout: 30_000 }, () => {
  beforeEach(() => document.body.replaceChildren());

  it('shows and hides what is typed', () => {
    const { input, button } = drawn();
    expect([input.type, button.getAttribute('aria-label'), button.type]).toEqual(['password', 'Show the password', 'button']);
    button.click();
    expect([input.type, button.getAttribute('aria-label'), button.getAttribute('aria-pressed')]).toEqual(['text', 'Hide the password', 'true']);
  });

  it('hides it before it is sent', () => {
    const { input, button, form } = drawn();
    button.click();
    form.dispatchEvent(new Event('submit', { cancelable: true }));
    expect(input.type).toBe('password');
  });

  it('says how strong one is that is being chosen', async () => {
    expect(await typed('password1234')).toEqual(['1', 'Guessed quickly']);
    expect(await typed('ada@harbour.example')).toEqual(['0', 'Guessed at once']);
    expect(await typed('sunken lantern herring 42')).toEqual(['4', 'Strong']);
  });

  it('says how many characters are missing', async () => {
    expect(await typed('xq7#Kz!')).toEqual(['1', '5 more characters']);
    expect([verdict(11, 4), verdict(12, 3)]).toEqual(['1 more character', 'Good']);
  });

  it('takes ten thousand characters in a moment', async () => {
    expect((await typed('ab'.repeat(5000)))[1]).toBeTruthy();
  });

  it('measures none that is only entered', () => {
    for (const more of ['autocomplete="current-password"', 'autocomplete="new-password" data-unmeasured']) {
      drawn(more);
      expect(document.querySelector('.ot-strength')).toBeNull();
    }
  });
});
