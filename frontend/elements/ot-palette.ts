/**
 * The palette: Ctrl-K, or a button with `data-finds`, opens a field; what is typed is asked of the server, which answers
 * with options. The focus stays in the field, and `aria-activedescendant` says which option the arrows are on.
 */

import { commandKey, declare } from './keys';

const PATIENCE = 120;
const LOST = 'The server did not answer. Type again to ask once more.';

class Palette extends HTMLElement {
  private timer = 0;
  private asking: AbortController | null = null;
  private forget: (() => void)[] = [];

  connectedCallback(): void {
    const command = commandKey();
    this.forget = [declare(`${command} K`, 'Find a page, a thing or an act')];
    for (const hint of document.querySelectorAll<HTMLElement>('[data-key="find"]')) {
      hint.textContent = command === 'Ctrl' ? 'Ctrl K' : '⌘K';
    }
    document.addEventListener('keydown', this.onShortcut);
    document.addEventListener('click', this.onClick);
    this.field.addEventListener('input', () => this.askSoon());
    this.field.addEventListener('keydown', this.onKey);
    this.dialog?.addEventListener('close', () => this.reset());
  }

  disconnectedCallback(): void {
    window.clearTimeout(this.timer);
    this.asking?.abort();
    this.forget.forEach((forget) => forget());
    document.removeEventListener('keydown', this.onShortcut);
    document.removeEventListener('click', this.onClick);
  }

  private get dialog(): HTMLDialogElement | null {
    return this.closest('dialog');
  }

  private get field(): HTMLInputElement {
    return this.find('input');
  }

  private get hits(): HTMLElement {
    return this.find('[role=listbox]');
  }

  private get options(): HTMLElement[] {
    return [...this.hits.querySelectorAll<HTMLElement>('[role=option]')];
  }

  private get current(): HTMLElement | null {
    return this.hits.querySelector('[aria-selected=true]');
  }

  private find<T extends HTMLElement>(selector: string): T {
    const found = this.querySelector<T>(selector);
    if (!found) {
      throw new Error(`ot-palette lacks ${selector}`);
    }
    return found;
  }

  private readonly onShortcut = (event: KeyboardEvent): void => {
    if (event.key.toLowerCase() === 'k' && (event.ctrlKey || event.metaKey) && !event.shiftKey && !event.altKey) {
      event.preventDefault();
      this.toggle();
    }
  };

  private readonly onClick = (event: MouseEvent): void => {
    if (event.target instanceof Element && event.target.closest('[data-finds]')) {
      event.target.closest('dialog')?.close();
      this.toggle();
    }
  };

  private toggle(): void {
    if (this.dialog?.open) {
      this.dialog.close();
    } else if (!document.querySelector('dialog[open]')) {
      this.dialog?.showModal();
      this.field.focus();
      void this.ask();
    }
  }

  private readonly onKey = (event: KeyboardEvent): void => {
    const steps: Record<string, () => void> = {
      ArrowDown: () => this.move(1),
      ArrowUp: () => this.move(-1),
      Enter: () => this.current?.click(),
    };
    const step = steps[event.key];
    if (step && !event.isComposing) {
      event.preventDefault();
      step();
    }
  };

  private move(by: number): void {
    const { options } = this;
    const from = this.current ? options.indexOf(this.current) : -1;
    this.select(options[(from + by + options.length) % options.length] ?? null);
  }

  private select(option: HTMLElement | null): void {
    this.current?.setAttribute('aria-selected', 'false');
    option?.setAttribute('aria-selected', 'true');
    option?.scrollIntoView({ block: 'nearest' });
    if (option) {
      this.field.setAttribute('aria-activedescendant', option.id);
    } else {
      this.field.removeAttribute('aria-activedescendant');
    }
  }

  private askSoon(): void {
    window.clearTimeout(this.timer);
    this.timer = window.setTimeout(() => void this.ask(), PATIENCE);
  }

  private async ask(): Promise<void> {
    this.asking?.abort();
    const asking = new AbortController();
    this.asking = asking;
    try {
      const address = `${this.dataset['address']}?q=${encodeURIComponent(this.field.value)}`;
      const answer = await fetch(address, { signal: asking.signal, headers: { 'HX-Request': 'true' } });
      this.show(answer.ok ? await answer.text() : '', answer.ok ? '' : LOST);
    } catch {
      // Whoever typed on has asked anew, and that answer is the one to wait for.
      if (!asking.signal.aborted) {
        this.show('', LOST);
      }
    }
  }

  private show(html: string, trouble: string): void {
    const parsed = new DOMParser().parseFromString(html, 'text/html');
    this.hits.replaceChildren(...parsed.body.children);
    const { length } = this.options;
    this.hits.hidden = length === 0;
    this.field.setAttribute('aria-expanded', String(length > 0));
    this.select(this.options[0] ?? null);
    this.find('[role=status]').textContent = trouble || (length ? `${length} found` : `Nothing here is called “${this.field.value}”.`);
    this.toggleAttribute('data-some', length > 0);
  }

  private reset(): void {
    window.clearTimeout(this.timer);
    this.asking?.abort();
    this.field.value = '';
    this.hits.replaceChildren();
  }
}

customElements.define('ot-palette', Palette);
