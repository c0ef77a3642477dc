/** A password field: it can be looked at, and where one is chosen it says how strong it is. Pasting is never hindered. */

const SHORTEST = 12;
const WORDS = ['Guessed at once', 'Guessed quickly', 'Could be stronger', 'Good', 'Strong'];
const SHOW = 'lucide--eye';
const HIDE = 'lucide--eye-off';

export function verdict(length: number, score: number): string {
  const missing = SHORTEST - length;
  return missing > 0 ? `${missing} more character${missing === 1 ? '' : 's'}` : (WORDS[score] ?? '');
}

class Password extends HTMLElement {
  private input: HTMLInputElement | null = null;
  private readonly button = document.createElement('button');
  private readonly bar = document.createElement('span');
  private readonly told = document.createElement('span');

  connectedCallback(): void {
    this.input = this.querySelector('input');
    if (!this.input || this.contains(this.button)) {
      return;
    }
    this.button.type = 'button';
    this.button.className = 'ot-password-show';
    this.button.addEventListener('click', () => this.show(this.input?.type === 'password'));
    this.append(this.button);
    this.show(false);
    // What is sent as plain text, browsers neither keep nor offer to keep.
    this.input.form?.addEventListener('submit', () => this.show(false));
    if (this.input.autocomplete === 'new-password' && !this.input.matches('[data-unmeasured], [name$="2"]')) {
      this.measure(this.input);
    }
  }

  private show(shown: boolean): void {
    if (!this.input) {
      return;
    }
    this.input.type = shown ? 'text' : 'password';
    this.button.setAttribute('aria-label', shown ? 'Hide the password' : 'Show the password');
    this.button.setAttribute('aria-pressed', String(shown));
    const icon = document.createElement('span');
    icon.className = `iconify ${shown ? HIDE : SHOW}`;
    icon.setAttribute('aria-hidden', 'true');
    this.button.replaceChildren(icon);
  }

  private measure(input: HTMLInputElement): void {
    const meter = document.createElement('p');
    meter.className = 'ot-strength';
    meter.hidden = true;
    this.bar.className = 'ot-strength-bar';
    this.bar.setAttribute('aria-hidden', 'true');
    this.told.setAttribute('role', 'status');
    meter.append(this.bar, this.told);
    this.append(meter);
    input.addEventListener('input', () => void this.weigh(input, meter));
  }

  private async weigh(input: HTMLInputElement, meter: HTMLElement): Promise<void> {
    const { strength } = await import('../app/strength');
    meter.hidden = input.value === '';
    const score = strength(input.value, known(input));
    const shown = input.value.length < SHORTEST ? Math.min(score, 1) : score;
    this.bar.dataset['score'] = String(shown);
    this.told.textContent = verdict(input.value.length, shown);
  }
}

function known(input: HTMLInputElement): string[] {
  const others = [...(input.form?.querySelectorAll<HTMLInputElement>('input[type=text], input[type=email]') ?? [])];
  return others.filter((each) => each !== input).flatMap((each) => [each.value, ...each.value.split(/[^\p{L}\d]+/u)]).filter(Boolean);
}

customElements.define('ot-password', Password);
