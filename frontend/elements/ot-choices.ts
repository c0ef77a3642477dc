/** Several choices behind one field, which shows what is chosen as chips: all of them, or some, or what holds anyway. */

class Choices extends HTMLElement {
  connectedCallback(): void {
    this.addEventListener('change', this.onChange);
    this.addEventListener('keydown', this.onKey);
  }

  private get boxes(): HTMLInputElement[] {
    return [...this.querySelectorAll<HTMLInputElement>('input[type=checkbox]')];
  }

  private readonly onChange = (event: Event): void => {
    const changed = event.target as HTMLInputElement;
    if (changed.checked) {
      const isAll = 'all' in changed.dataset;
      for (const box of this.boxes.filter((one) => 'all' in one.dataset !== isAll)) {
        box.checked = false;
      }
    }
    this.show();
  };

  private readonly onKey = (event: KeyboardEvent): void => {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    const details = this.querySelector('details');
    if (!step || !details) {
      return;
    }
    event.preventDefault();
    const boxes = this.boxes;
    const at = boxes.indexOf(document.activeElement as HTMLInputElement);
    if (at < 0) {
      details.open = true;
    }
    boxes[at < 0 ? 0 : (at + step + boxes.length) % boxes.length]?.focus();
  };

  private show(): void {
    const chips = this.querySelector<HTMLElement>('.ot-chips');
    const chosen = this.boxes.filter((box) => box.checked).map((box) => box.closest('label')?.textContent?.trim() ?? box.value);
    chips?.replaceChildren(...(chosen.length > 0 ? chosen.map(chip) : [chips.dataset.none ?? '']));
  }
}

function chip(word: string): HTMLElement {
  const made = document.createElement('span');
  made.className = 'ot-chip';
  made.textContent = word;
  return made;
}

customElements.define('ot-choices', Choices);
