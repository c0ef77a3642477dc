/**
 * Chooses all rows of a page of a list, and keeps what is chosen while the list is refreshed. Without it every row has its
 * own box still, and the button below goes with what is ticked.
 */

class Choose extends HTMLElement {
  private box: HTMLInputElement | null = null;
  private chosen = new Set<string>();

  connectedCallback(): void {
    this.box = document.createElement('input');
    Object.assign(this.box, { type: 'checkbox', className: 'checkbox', ariaLabel: this.getAttribute('label') });
    this.box.addEventListener('change', this.onAll);
    this.replaceChildren(this.box);
    document.addEventListener('change', this.onOne);
    document.addEventListener('htmx:after:swap', this.onSwap);
    this.show();
  }

  disconnectedCallback(): void {
    document.removeEventListener('change', this.onOne);
    document.removeEventListener('htmx:after:swap', this.onSwap);
  }

  private get boxes(): HTMLInputElement[] {
    return [...document.querySelectorAll<HTMLInputElement>(`input[name=chosen][form="${this.getAttribute('form')}"]`)];
  }

  private readonly onAll = (): void => {
    this.boxes.forEach((box) => { box.checked = !!this.box?.checked; });
    this.show();
  };

  private readonly onOne = (event: Event): void => {
    if (this.boxes.includes(event.target as HTMLInputElement)) {
      this.show();
    }
  };

  private readonly onSwap = (): void => {
    const boxes = this.boxes;
    boxes.forEach((box) => { box.checked = this.chosen.has(box.value); });
    // A refresh of the head's row takes the box with it: it is not in what the server writes.
    if (this.box && !this.contains(this.box)) {
      this.replaceChildren(this.box);
    }
    this.show();
  };

  private show(): void {
    const boxes = this.boxes;
    this.chosen = new Set(boxes.filter((box) => box.checked).map((box) => box.value));
    if (this.box) {
      this.box.checked = boxes.length > 0 && this.chosen.size === boxes.length;
      this.box.indeterminate = this.chosen.size > 0 && this.chosen.size < boxes.length;
    }
    const words = document.querySelector(`[data-choosing="${this.getAttribute('form')}"] span:last-child`);
    if (words) {
      words.textContent = this.chosen.size ? `Act on ${this.chosen.size} chosen` : 'Act on the chosen';
    }
  }
}

customElements.define('ot-choose', Choose);
