/** What htmx does when an answer is a failure, or when there is none. */
import 'htmx.org';

import { say } from '../elements/ot-toast';
import { focusSummary } from './forms';
import { openDialog } from './overlays';

interface Context {
  hx?: { retarget?: string };
  request?: { headers: Record<string, string> };
  response?: { status: number };
  sourceEvent?: Event;
  target?: Element;
}

// What makes a page ask without its reader: hints, time, and having been loaded. `platform/ui/middleware.py` heeds it.
const BY_ITSELF = ['ot-live', 'ot-inbox', 'every', 'load'];

const SILENT = 'The server did not answer. Nothing was changed; check your connection and try again.';
const BROKEN = 'Something failed on our side. Nothing was changed; try again in a minute.';

function contextOf(event: Event): Context {
  return (event as CustomEvent<{ ctx?: Context }>).detail?.ctx ?? {};
}

function onRequest(event: Event): void {
  const { request, sourceEvent } = contextOf(event);
  if (request && sourceEvent && BY_ITSELF.includes(sourceEvent.type)) {
    request.headers['Unasked'] = 'true';
  }
}

function onAnswer(event: Event): void {
  const context = contextOf(event);
  const status = context.response?.status ?? 0;
  if (status >= 500 && !context.hx?.retarget) {
    // A page of some proxy in between: it must not replace a part of ours.
    event.preventDefault();
    say(BROKEN, 'error');
  }
  // What lies outside an open dialog cannot be read or closed until the dialog is.
  const dialog = openDialog();
  if (context.hx?.retarget === '#toasts' && dialog?.id) {
    context.hx.retarget = `#${dialog.id} .ot-dialog-messages`;
  }
}

function onError(event: Event): void {
  if (!contextOf(event).response) {
    say(SILENT, 'error');
  }
}

export function tameHtmx(): void {
  document.addEventListener('htmx:config:request', onRequest);
  document.addEventListener('htmx:after:request', onAnswer);
  document.addEventListener('htmx:error', onError);
  document.addEventListener('htmx:after:swap', () => focusSummary());
}
