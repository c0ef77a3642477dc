/** "Go back", shown only where there is something to go back to. */

class Back extends HTMLElement {
  connectedCallback(): void {
    this.hidden = history.length < 2;
    this.addEventListener('click', () => history.back());
  }
}

customElements.define('ot-back', Back);
