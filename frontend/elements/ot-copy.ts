/** Copies `data-value` and says so where the button stands. */

const SAID_FOR = 2000;

class Copy extends HTMLElement {
  connectedCallback(): void {
    this.querySelector('button')?.addEventListener('click', () => void this.copy());
  }

  private async copy(): Promise<void> {
    const words = this.querySelector('button > span:last-child');
    if (!words) {
      return;
    }
    const before = words.textContent;
    words.textContent = (await write(this.dataset['value'] ?? '')) ? 'Copied' : 'Select and copy it by hand';
    words.setAttribute('role', 'status');
    window.setTimeout(() => (words.textContent = before), SAID_FOR);
  }
}

async function write(text: string): Promise<boolean> {
  try {
    // Absent on plain HTTP, where the house may well run inside an office.
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    return false;
  }
}

customElements.define('ot-copy', Copy);
