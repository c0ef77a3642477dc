/**
 * `<ot-live topics="<signed>">` listens for hints and dispatches `ot-live` on the body, where
 * `hx-trigger="ot-live from:body"` asks the server again. A hint carries no data and may be lost: while a connection
 * is not open, or between the page's making and its first connection. So each opening counts as a hint.
 */

const FIRST_WAIT = 1000;
const LONGEST_WAIT = 60000;
const GATHER = 250;

class Live extends HTMLElement {
  private source: EventSource | null = null;
  private wait = FIRST_WAIT;
  private retry = 0;
  private gathering = 0;

  connectedCallback(): void {
    this.connect();
  }

  disconnectedCallback(): void {
    window.clearTimeout(this.retry);
    window.clearTimeout(this.gathering);
    this.source?.close();
  }

  private connect(): void {
    const topics = this.getAttribute('topics') ?? '';
    const source = new EventSource(`/live?topics=${encodeURIComponent(topics)}`);
    source.onopen = () => this.opened();
    source.addEventListener('changed', () => this.hinted());
    // The session of this page was ended somewhere else: the server says where to go from here.
    source.addEventListener('over', () => window.location.reload());
    // The browser's own retry hammers a server that is down, and gives up on an answer it dislikes.
    source.onerror = () => this.failed();
    this.source = source;
  }

  private opened(): void {
    this.wait = FIRST_WAIT;
    this.hinted();
  }

  private hinted(): void {
    this.gathering ||= window.setTimeout(() => {
      this.gathering = 0;
      document.body.dispatchEvent(new CustomEvent('ot-live', { bubbles: true }));
    }, GATHER);
  }

  private failed(): void {
    this.source?.close();
    this.retry = window.setTimeout(() => this.connect(), this.wait * (0.8 + Math.random() * 0.4));
    this.wait = Math.min(this.wait * 2, LONGEST_WAIT);
  }
}

customElements.define('ot-live', Live);
