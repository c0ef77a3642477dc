/** Keeps "4 minutes ago" true, and puts the exact time into the hover: in the zone and format the reader chose, or the browser's. */

const MINUTE = 60;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
const STEPS: [Intl.RelativeTimeFormatUnit, number][] = [
  ['day', DAY],
  ['hour', HOUR],
  ['minute', MINUTE],
];
const LONG_AGO = 30 * DAY;

const words = new Intl.RelativeTimeFormat(document.documentElement.lang || 'en', { numeric: 'always' });
const { dates, zone } = document.documentElement.dataset;
const exact = written({ dateStyle: 'medium', timeStyle: 'medium' });
const zoned = written({ timeZoneName: 'short' });
const day = written({ dateStyle: 'medium' });

const shown = new Set<Time>();
let clock = 0;

function written(options: Intl.DateTimeFormatOptions): Intl.DateTimeFormat {
  try {
    return new Intl.DateTimeFormat(dates, { ...options, timeZone: zone });
  } catch {
    // A browser that does not know the zone: its own is better than none.
    return new Intl.DateTimeFormat(dates, options);
  }
}

export function relative(at: Date, now: Date): string {
  const seconds = (at.getTime() - now.getTime()) / 1000;
  if (Math.abs(seconds) >= LONG_AGO) {
    return day.format(at);
  }
  for (const [unit, size] of STEPS) {
    const amount = Math.trunc(seconds / size);
    if (amount !== 0) {
      return words.format(amount, unit);
    }
  }
  return 'just now';
}

function zoneOf(at: Date): string {
  return zoned.formatToParts(at).find((part) => part.type === 'timeZoneName')?.value ?? '';
}

class Time extends HTMLElement {
  connectedCallback(): void {
    shown.add(this);
    this.paint();
    clock ||= window.setInterval(() => shown.forEach((each) => each.paint()), MINUTE * 500);
  }

  disconnectedCallback(): void {
    shown.delete(this);
  }

  paint(): void {
    const time = this.querySelector('time');
    const at = new Date(time?.dateTime ?? '');
    if (!time || Number.isNaN(at.getTime())) {
      return;
    }
    time.title = `${exact.format(at)} ${zoneOf(at)}`;
    time.textContent = relative(at, new Date());
  }
}

// A morph keeps the element and writes the server's words into it.
document.addEventListener('htmx:after:swap', () => shown.forEach((each) => each.paint()));
customElements.define('ot-time', Time);
