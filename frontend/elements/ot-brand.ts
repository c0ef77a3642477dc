/** Shows a color and a logo in the samples beside their form as they are chosen. Without scripts: once they are saved. */

// As `organizations/brand.py` reckons: WCAG's contrast, and what a shape needs beside white to be seen.
const SEEN = 3;
const LARGEST = 500_000;
const KINDS = ['image/png', 'image/jpeg'];

function luminance(color: string): number {
  const parts = [1, 3, 5].map((at) => parseInt(color.slice(at, at + 2), 16) / 255);
  const [red = 0, green = 0, blue = 0] = parts.map((part) => (part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4));
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}

export function contrast(one: string, other: string): number {
  const [dark = 0, light = 0] = [luminance(one), luminance(other)].sort((a, b) => a - b);
  return (light + 0.05) / (dark + 0.05);
}

export function ink(ground: string): string {
  return contrast(ground, '#ffffff') >= contrast(ground, '#000000') ? '#ffffff' : '#000000';
}

export function edge(ground: string): string {
  return contrast(ground, '#ffffff') >= SEEN ? ground : '#6b7280';
}

class Brand extends HTMLElement {
  connectedCallback(): void {
    const color = this.querySelector<HTMLInputElement>('input[type=color]');
    const logo = this.querySelector<HTMLInputElement>('input[type=file]');
    color?.addEventListener('input', () => this.paint(color.value));
    logo?.addEventListener('change', () => this.put(logo.files?.[0]));
  }

  private paint(color: string): void {
    const written = ink(color);
    this.each('[data-ground]', (part) => part.setAttribute('fill', color));
    this.each('[data-edge]', (part) => part.setAttribute('stroke', edge(color)));
    this.each('[data-ink]', (part) => part.setAttribute('fill', written));
    this.each('[data-ink-word]', (part) => (part.textContent = written === '#ffffff' ? 'White' : 'Black'));
    this.each('[data-contrast]', (part) => (part.textContent = contrast(color, written).toFixed(1)));
  }

  private put(file: File | undefined): void {
    if (!file || file.size > LARGEST || !KINDS.includes(file.type)) {
      return;
    }
    const reader = new FileReader();
    reader.addEventListener('load', () => {
      this.each('[data-logo]', (part) => part.setAttribute('href', String(reader.result)));
      this.each('[data-beside]', (part) => part.setAttribute('x', part.getAttribute('data-beside') ?? '0'));
    });
    reader.readAsDataURL(file);
  }

  private each(selector: string, change: (part: Element) => void): void {
    this.querySelectorAll(selector).forEach(change);
  }
}

customElements.define('ot-brand', Brand);
