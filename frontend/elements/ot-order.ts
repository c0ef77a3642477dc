/** A list that can be put in another order by dragging: the names of its lines go with its form. By keys there are buttons. */

class Order extends HTMLElement {
  private dragged: HTMLElement | null = null;

  connectedCallback(): void {
    this.addEventListener('dragstart', this.onStart);
    this.addEventListener('dragover', this.onOver);
    this.addEventListener('drop', this.onDrop);
    this.addEventListener('dragend', this.onEnd);
  }

  disconnectedCallback(): void {
    this.removeEventListener('dragstart', this.onStart);
    this.removeEventListener('dragover', this.onOver);
    this.removeEventListener('drop', this.onDrop);
    this.removeEventListener('dragend', this.onEnd);
  }

  private readonly onStart = (event: DragEvent): void => {
    this.dragged = lineOf(event.target);
    this.dragged?.classList.add('ot-order-dragged');
    if (event.dataTransfer) {
      event.dataTransfer.effectAllowed = 'move';
      // Firefox drags nothing that carries nothing.
      event.dataTransfer.setData('text/plain', this.dragged?.dataset.entry ?? '');
    }
  };

  private readonly onOver = (event: DragEvent): void => {
    const over = lineOf(event.target);
    if (!this.dragged || !over) {
      return;
    }
    event.preventDefault();
    if (over !== this.dragged) {
      const { top, height } = over.getBoundingClientRect();
      over[event.clientY < top + height / 2 ? 'before' : 'after'](this.dragged);
    }
  };

  private readonly onDrop = (event: DragEvent): void => {
    if (!this.dragged) {
      return;
    }
    event.preventDefault();
    const form = this.querySelector<HTMLFormElement>('form[data-order]');
    form?.querySelectorAll('input[name=entry]').forEach((input) => input.remove());
    for (const line of this.querySelectorAll<HTMLElement>('[data-entry]')) {
      const input = document.createElement('input');
      Object.assign(input, { type: 'hidden', name: 'entry', value: line.dataset.entry });
      form?.append(input);
    }
    form?.requestSubmit();
  };

  private readonly onEnd = (): void => {
    this.dragged?.classList.remove('ot-order-dragged');
    this.dragged = null;
  };
}

function lineOf(target: EventTarget | null): HTMLElement | null {
  return target instanceof Element ? target.closest<HTMLElement>('[data-entry]') : null;
}

customElements.define('ot-order', Order);
