/** `?` shows which keys do something on this page. While somebody writes, it is a question mark. */

import { declare, inEffect, isWriting } from './keys';

class Keys extends HTMLElement {
  private forget = (): void => {};

  connectedCallback(): void {
    this.forget = declare('?', 'Show these keys');
    window.addEventListener('keydown', this.onKey);
  }

  disconnectedCallback(): void {
    this.forget();
    window.removeEventListener('keydown', this.onKey);
  }

  private readonly onKey = (event: KeyboardEvent): void => {
    if (event.key === '?' && !isWriting(event.target) && !document.querySelector('dialog[open]')) {
      // A page with a list of its own, as the editor has one, says so by keeping the key to itself.
      window.setTimeout(() => event.defaultPrevented || this.open());
    }
  };

  private open(): void {
    const list = document.createElement('dl');
    list.className = 'ot-keys-list';
    for (const key of inEffect()) {
      const keys = document.createElement('dt');
      keys.append(...key.keys.split(' ').map(kbd));
      const words = document.createElement('dd');
      words.textContent = key.words;
      list.append(keys, words);
    }
    this.replaceChildren(list);
    this.closest('dialog')?.showModal();
  }
}

function kbd(text: string): HTMLElement {
  const key = document.createElement('kbd');
  key.className = 'ot-key';
  key.textContent = text;
  return key;
}

customElements.define('ot-keys', Keys);
