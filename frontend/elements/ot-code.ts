/** A one-time code, however it was pasted: spaces go, small letters become capitals. */

class Code extends HTMLElement {
  connectedCallback(): void {
    const input = this.querySelector('input');
    input?.addEventListener('input', () => {
      const clean = input.value.replace(/\s/g, '').toUpperCase();
      if (clean !== input.value) {
        input.value = clean;
      }
    });
  }
}

customElements.define('ot-code', Code);
