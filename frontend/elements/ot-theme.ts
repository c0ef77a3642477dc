/** Light, dark or the system's choice, kept in the cookie `ot-theme`; the server writes it into the next page. */

const ONE_YEAR = 31536000;
const CHOICES = [
  { value: 'light', label: 'Light', icon: 'lucide--sun' },
  { value: 'dark', label: 'Dark', icon: 'lucide--moon' },
  { value: '', label: 'System', icon: 'lucide--monitor' },
];

function remember(value: string): void {
  const secure = location.protocol === 'https:' ? '; secure' : '';
  const age = value ? ONE_YEAR : 0;
  document.cookie = `ot-theme=${value}; path=/; max-age=${age}; samesite=lax${secure}`;
}

function show(value: string): void {
  if (value) {
    document.documentElement.dataset['theme'] = value;
  } else {
    delete document.documentElement.dataset['theme'];
  }
  document.querySelector('meta[name="color-scheme"]')?.setAttribute('content', value || 'light dark');
  document.dispatchEvent(new Event('ot-theme'));
}

class Theme extends HTMLElement {
  connectedCallback(): void {
    if (!this.firstElementChild) {
      this.append(...CHOICES.map((choice) => this.button(choice)));
    }
    this.hidden = false;
    this.setAttribute('role', 'group');
    this.setAttribute('aria-label', 'Theme');
    document.addEventListener('ot-theme', this.paint);
    this.paint();
  }

  disconnectedCallback(): void {
    document.removeEventListener('ot-theme', this.paint);
  }

  private readonly paint = (): void => {
    const current = document.documentElement.dataset['theme'] ?? '';
    for (const button of this.querySelectorAll('button')) {
      button.setAttribute('aria-pressed', String(button.value === current));
    }
  };

  private button(choice: { value: string; label: string; icon: string }): HTMLButtonElement {
    const button = document.createElement('button');
    button.type = 'button';
    button.value = choice.value;
    const icon = document.createElement('span');
    icon.className = `iconify ${choice.icon}`;
    icon.setAttribute('aria-hidden', 'true');
    button.append(icon, choice.label);
    button.addEventListener('click', () => {
      remember(choice.value);
      show(choice.value);
    });
    return button;
  }
}

customElements.define('ot-theme', Theme);
