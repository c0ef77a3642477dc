/** Shows in a small picture how a screen lays its own out, as its form is changed. Without scripts: once it is saved. */

export interface Settings {
  turned: number;
  zoom: number;
  overscan: number;
  dim: number;
}

/** As `relay/glass.py` reckons. */
export function previewOf({ turned, zoom, overscan, dim }: Settings): Record<'paper' | 'letters' | 'night' | 'picture', Record<string, string>> {
  const free = 1 - (2 * overscan) / 100;
  const isUpright = turned === 90 || turned === 270;
  const [width, height] = isUpright ? [90 * free, 160 * free] : [160 * free, 90 * free];
  const written = (size: number): string => size.toFixed(1);
  return {
    picture: { transform: `translate(80 45) rotate(${turned})` },
    paper: { x: written(-width / 2), y: written(-height / 2), width: written(width), height: written(height) },
    letters: { 'font-size': written((Math.min(width, height) * zoom) / 450) },
    night: { 'fill-opacity': String(dim / 100) },
  };
}

class Glass extends HTMLElement {
  connectedCallback(): void {
    this.addEventListener('input', () => this.paint());
  }

  private paint(): void {
    const settings = { turned: this.value('turned'), zoom: this.value('zoom'), overscan: this.value('overscan'), dim: this.value('dim') };
    for (const [part, attributes] of Object.entries(previewOf(settings))) {
      const element = this.querySelector(`[data-${part}]`);
      Object.entries(attributes).forEach(([name, value]) => element?.setAttribute(name, value));
    }
  }

  private value(name: string): number {
    const field = this.querySelector<HTMLInputElement | HTMLSelectElement>(`[name=${name}]`);
    const [least, most] = [Number(field?.getAttribute('min') ?? 0), Number(field?.getAttribute('max') ?? 360)];
    return Math.min(most, Math.max(least, Number(field?.value) || 0));
  }
}

customElements.define('ot-glass', Glass);
