/** One message. Success leaves by itself, unless it is being read; failures stay until closed. */

const STAYS_FOR = 6000;
const STAYS_WITH_UNDO_FOR = 12000;

class Toast extends HTMLElement {
  private timer = 0;

  connectedCallback(): void {
    this.querySelector('[data-close]')?.addEventListener('click', () => this.remove());
    if (this.getAttribute('role') === 'alert') {
      return;
    }
    this.wait();
    this.addEventListener('pointerenter', () => window.clearTimeout(this.timer));
    this.addEventListener('focusin', () => window.clearTimeout(this.timer));
    this.addEventListener('pointerleave', () => this.wait());
    this.addEventListener('focusout', () => this.wait());
  }

  disconnectedCallback(): void {
    window.clearTimeout(this.timer);
  }

  private wait(): void {
    window.clearTimeout(this.timer);
    const long = this.querySelector('form') !== null;
    this.timer = window.setTimeout(() => this.remove(), long ? STAYS_WITH_UNDO_FOR : STAYS_FOR);
  }
}

customElements.define('ot-toast', Toast);

function closeButton(): HTMLButtonElement {
  const button = document.createElement('button');
  button.type = 'button';
  button.className = 'ot-toast-close';
  button.dataset['close'] = '';
  button.setAttribute('aria-label', 'Close this message');
  button.append(icon('lucide--x'));
  return button;
}

function icon(name: string): HTMLSpanElement {
  const span = document.createElement('span');
  span.className = `iconify ${name}`;
  span.setAttribute('aria-hidden', 'true');
  return span;
}

/** Show a message that was made in the browser. */
export function say(sentence: string, tone: 'success' | 'error'): void {
  const toast = document.createElement('ot-toast');
  toast.className = `ot-toast ot-toast-${tone}`;
  toast.setAttribute('role', tone === 'error' ? 'alert' : 'status');
  const words = document.createElement('p');
  words.className = 'grow';
  words.textContent = sentence;
  toast.append(icon(tone === 'error' ? 'lucide--triangle-alert' : 'lucide--check'), words, closeButton());
  document.getElementById('toasts')?.append(toast);
}
