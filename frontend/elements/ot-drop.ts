/** A form with one file: drop or choose it, watch it go, read in place why it was refused, or answer what is asked about it. */

import { say } from './ot-toast';

const LOST = 'The connection was lost on the way. Nothing was saved; choose the file again.';

class Drop extends HTMLElement {
  private request: XMLHttpRequest | null = null;

  connectedCallback(): void {
    this.input.addEventListener('change', () => this.send());
    this.form.addEventListener('submit', (event) => {
      event.preventDefault();
      this.send();
    });
    this.form.addEventListener('click', this.onAnswer);
    this.addEventListener('dragover', this.onDragOver);
    this.addEventListener('dragleave', () => this.classList.remove('ot-drop-over'));
    this.addEventListener('drop', this.onDrop);
  }

  disconnectedCallback(): void {
    this.request?.abort();
  }

  private get form(): HTMLFormElement {
    return this.find('form');
  }

  private get input(): HTMLInputElement {
    return this.find('input[type=file]');
  }

  private find<T extends Element>(selector: string): T {
    const found = this.querySelector<T>(selector);
    if (!found) {
      throw new Error(`ot-drop lacks ${selector}`);
    }
    return found;
  }

  private readonly onDragOver = (event: DragEvent): void => {
    event.preventDefault();
    this.classList.add('ot-drop-over');
  };

  private readonly onDrop = (event: DragEvent): void => {
    event.preventDefault();
    this.classList.remove('ot-drop-over');
    if (event.dataTransfer?.files.length) {
      this.input.files = event.dataTransfer.files;
      this.send();
    }
  };

  /** Older browsers do not tell of a form which button it was sent with, and the answer would be lost. */
  private readonly onAnswer = (event: Event): void => {
    const answer = event.target instanceof Element ? event.target.closest<HTMLButtonElement>('button[name]') : null;
    if (answer) {
      event.preventDefault();
      this.send(answer);
    }
  };

  private send(answer?: HTMLButtonElement): void {
    if (this.request || !this.form.reportValidity()) {
      return;
    }
    // fetch cannot tell how much of a body has gone; XMLHttpRequest can.
    const request = new XMLHttpRequest();
    request.upload.onprogress = (event) => this.moved(event);
    request.onload = () => this.answered(request);
    request.onerror = () => this.failed(LOST);
    request.open('POST', this.form.action);
    request.setRequestHeader('HX-Request', 'true');
    request.setRequestHeader('Accept', 'text/html');
    this.request = request;
    // What was answered is gone once the upload begins.
    const content = new FormData(this.form);
    if (answer) {
      content.append(answer.name, answer.value);
    }
    this.began(this.input.files?.[0]?.name ?? '');
    request.send(content);
  }

  private began(name: string): void {
    this.find('.ot-drop-trouble').replaceChildren();
    this.find('.ot-drop-name').textContent = name;
    this.find('.ot-drop-words').textContent = 'Uploading';
    this.find<HTMLElement>('.ot-drop-progress').hidden = false;
  }

  private moved(event: ProgressEvent): void {
    const percent = Math.round((event.loaded / event.total) * 100);
    this.find<HTMLProgressElement>('progress').value = percent;
    this.find('.ot-drop-words').textContent = percent < 100 ? `${percent} % uploaded` : 'Reading the file';
  }

  private answered(request: XMLHttpRequest): void {
    const next = request.getResponseHeader('HX-Redirect');
    if (next) {
      location.assign(next);
    } else if (request.status < 400) {
      location.reload();
    } else if (request.getResponseHeader('HX-Retarget')) {
      this.explain(request.responseText);
    } else {
      this.failed(`The server refused this file (${request.status}). Nothing was saved.`);
    }
  }

  private explain(html: string): void {
    const parsed = new DOMParser().parseFromString(html, 'text/html');
    const asks = parsed.querySelector<HTMLElement>('button[name]');
    this.reset(asks !== null);
    this.find('.ot-drop-trouble').replaceChildren(...parsed.body.children);
    asks?.focus();
  }

  private failed(sentence: string): void {
    this.reset();
    say(sentence, 'error');
  }

  private reset(keepsFile = false): void {
    this.request = null;
    if (!keepsFile) {
      this.input.value = '';
    }
    this.find<HTMLElement>('.ot-drop-progress').hidden = true;
  }
}

customElements.define('ot-drop', Drop);
