/** Prints the page it stands on. Hidden without scripts. */

class Print extends HTMLElement {
  connectedCallback(): void {
    this.hidden = false;
    this.querySelector('button')?.addEventListener('click', () => window.print());
  }
}

customElements.define('ot-print', Print);
