/**
 * `<ot-live topics="<signed>">` listens for hints and dispatches events on the body, where
 * `hx-trigger="ot-live from:body"` asks the server again: `ot-inbox` when the reader's own inbox changed, `ot-live` for
 * everything else. A hint carries no data and may be lost: while a connection is not open, or between the page's making
 * and its first connection. So each opening counts as a hint of both.
 */

const FIRST_WAIT = 1000;
const LONGEST_WAIT = 60000;
const GATHER = 250;
const LEAVING = 5000;
const INBOX = 'ot-inbox';
const REST = 'ot-live';

class Live extends HTMLElement {
  private source: EventSource | null = null;
  private wait = FIRST_WAIT;
  private retry = 0;
  private gathering = 0;
  private isLeaving = false;
  private gathered = new Set<string>();

  connectedCallback(): void {
    document.addEventListener('visibilitychange', this.onVisibility);
    window.addEventListener('beforeunload', this.onLeaving);
    this.onVisibility();
  }

  disconnectedCallback(): void {
    document.removeEventListener('visibilitychange', this.onVisibility);
    window.removeEventListener('beforeunload', this.onLeaving);
    window.clearTimeout(this.gathering);
    this.close();
  }

  private readonly onLeaving = (): void => {
    this.isLeaving = true;
  };

  // Every page listens, and a browser has six connections for all its tabs: those that nobody sees let theirs go.
  private readonly onVisibility = (): void => {
    if (document.hidden) {
      this.close();
    } else if (!this.source) {
      this.connect();
    }
  };

  private connect(): void {
    const topics = this.getAttribute('topics') ?? '';
    const source = new EventSource(`/live?topics=${encodeURIComponent(topics)}`);
    source.onopen = () => this.opened();
    source.addEventListener('changed', (event) => this.hinted(event.data.startsWith('inbox:') ? INBOX : REST));
    source.addEventListener('over', () => this.over());
    // The browser's own retry hammers a server that is down, and gives up on an answer it dislikes.
    source.onerror = () => this.failed();
    this.source = source;
  }

  private close(): void {
    window.clearTimeout(this.retry);
    this.source?.close();
    this.source = null;
  }

  private opened(): void {
    this.wait = FIRST_WAIT;
    this.hinted(INBOX);
    this.hinted(REST);
  }

  private hinted(name: string): void {
    this.gathered.add(name);
    this.gathering ||= window.setTimeout(() => {
      const names = [...this.gathered];
      this.gathering = 0;
      this.gathered.clear();
      names.forEach((each) => document.body.dispatchEvent(new CustomEvent(each, { bubbles: true })));
    }, GATHER);
  }

  // What this page may see was ended: the server says where to go from here. Whoever did that in this very page is led
  // on by the answer to their form, whose place a reload would take.
  private over(): void {
    window.setTimeout(() => window.location.reload(), this.isLeaving ? LEAVING : 0);
  }

  private failed(): void {
    this.source?.close();
    this.retry = window.setTimeout(() => this.connect(), this.wait * (0.8 + Math.random() * 0.4));
    this.wait = Math.min(this.wait * 2, LONGEST_WAIT);
  }
}

customElements.define('ot-live', Live);
