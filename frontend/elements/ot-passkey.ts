/** Asks the browser for a passkey when its form is sent, and sends what was signed. Stays hidden where there are none. */

interface Options {
  publicKey: Record<string, unknown>;
}

const NOTHING = 'No passkey was used, or it took too long. Try again.';
const KNOWN = 'This device has a passkey of yours already.';
const LOST = 'The server did not answer. Try again in a moment.';

class Passkey extends HTMLElement {
  connectedCallback(): void {
    const isAbsent = typeof window.PublicKeyCredential === 'undefined';
    this.hidden = isAbsent !== this.hasAttribute('data-absent');
    const form = this.querySelector('form');
    form?.addEventListener('submit', (event) => {
      event.preventDefault();
      if (!form.hasAttribute('aria-busy')) {
        void this.ask(form);
      }
    });
  }

  private async ask(form: HTMLFormElement): Promise<void> {
    form.setAttribute('aria-busy', 'true');
    this.say('');
    try {
      const options = await this.options(form);
      const found = this.hasAttribute('data-creates') ? await created(options) : await shown(options);
      form.querySelector<HTMLInputElement>('input[name=credential]')!.value = JSON.stringify(found);
      form.submit();
    } catch (error) {
      form.removeAttribute('aria-busy');
      this.say(sentence(error));
    }
  }

  private async options(form: HTMLFormElement): Promise<Options> {
    const token = form.querySelector<HTMLInputElement>('input[name=csrfmiddlewaretoken]')?.value ?? '';
    const answer = await fetch(this.dataset['options'] ?? '', { method: 'POST', headers: { 'X-CSRFToken': token } });
    if (!answer.ok || !answer.headers.get('Content-Type')?.includes('json')) {
      throw new Error(LOST);
    }
    return (await answer.json()) as Options;
  }

  private say(words: string): void {
    const place = this.querySelector<HTMLElement>('[role=alert]');
    if (place) {
      place.textContent = words;
      place.hidden = !words;
    }
  }
}

async function created({ publicKey }: Options): Promise<unknown> {
  const user = publicKey['user'] as { id: string };
  const made = (await navigator.credentials.create({
    publicKey: {
      ...publicKey,
      challenge: bytes(publicKey['challenge']),
      user: { ...user, id: bytes(user.id) },
      excludeCredentials: known(publicKey['excludeCredentials']),
    } as unknown as PublicKeyCredentialCreationOptions,
  })) as PublicKeyCredential;
  const response = made.response as AuthenticatorAttestationResponse;
  return written(made, {
    clientDataJSON: text(response.clientDataJSON),
    attestationObject: text(response.attestationObject),
  });
}

async function shown({ publicKey }: Options): Promise<unknown> {
  const used = (await navigator.credentials.get({
    publicKey: {
      ...publicKey,
      challenge: bytes(publicKey['challenge']),
      allowCredentials: known(publicKey['allowCredentials']),
    } as unknown as PublicKeyCredentialRequestOptions,
  })) as PublicKeyCredential;
  const response = used.response as AuthenticatorAssertionResponse;
  return written(used, {
    clientDataJSON: text(response.clientDataJSON),
    authenticatorData: text(response.authenticatorData),
    signature: text(response.signature),
    userHandle: response.userHandle ? text(response.userHandle) : null,
  });
}

function written(credential: PublicKeyCredential, response: Record<string, string | null>): unknown {
  return {
    id: credential.id,
    rawId: text(credential.rawId),
    type: credential.type,
    response,
    authenticatorAttachment: credential.authenticatorAttachment,
    clientExtensionResults: credential.getClientExtensionResults(),
  };
}

function known(listed: unknown): unknown[] {
  return ((listed as { id: string }[] | null) ?? []).map((each) => ({ ...each, id: bytes(each.id) }));
}

// In words of its own: browsers of 2024 still lack PublicKeyCredential.toJSON.
function bytes(written: unknown): Uint8Array {
  const plain = atob((written as string).replace(/-/g, '+').replace(/_/g, '/'));
  return Uint8Array.from(plain, (letter) => letter.charCodeAt(0));
}

function text(buffer: ArrayBuffer): string {
  const plain = String.fromCharCode(...new Uint8Array(buffer));
  return btoa(plain).replace(/\+/g, '-').replace(/\//g, '_').replace(/=+$/, '');
}

function sentence(error: unknown): string {
  const name = error instanceof DOMException ? error.name : '';
  if (name === 'InvalidStateError') {
    return KNOWN;
  }
  return error instanceof Error && error.message === LOST ? LOST : NOTHING;
}

customElements.define('ot-passkey', Passkey);
