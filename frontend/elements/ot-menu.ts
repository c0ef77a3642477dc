/** A `<details>` that closes like a menu: on Escape, on a click elsewhere, when the focus leaves. */

class Menu extends HTMLElement {
  connectedCallback(): void {
    document.addEventListener('pointerdown', this.onElsewhere);
    this.addEventListener('keydown', this.onKey);
    this.addEventListener('focusout', this.onFocusOut);
  }

  disconnectedCallback(): void {
    document.removeEventListener('pointerdown', this.onElsewhere);
  }

  private get details(): HTMLDetailsElement | null {
    return this.querySelector('details');
  }

  private close(): void {
    this.details?.removeAttribute('open');
  }

  private readonly onElsewhere = (event: Event): void => {
    if (!this.contains(event.target as Node)) {
      this.close();
    }
  };

  private readonly onKey = (event: KeyboardEvent): void => {
    if (event.key === 'Escape' && this.details?.open) {
      event.preventDefault();
      this.close();
      this.querySelector('summary')?.focus();
    }
  };

  private readonly onFocusOut = (event: FocusEvent): void => {
    if (event.relatedTarget instanceof Node && !this.contains(event.relatedTarget)) {
      this.close();
    }
  };
}

customElements.define('ot-menu', Menu);
