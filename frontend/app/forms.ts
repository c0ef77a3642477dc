/** Forms: nothing typed is lost, nothing is sent twice, the summary of errors is read first. */

const changed = new WeakSet<HTMLFormElement>();

export function focusSummary(): void {
  document.querySelector<HTMLElement>('[data-focus]:not([data-focused])')?.focus();
  for (const summary of document.querySelectorAll<HTMLElement>('[data-focus]')) {
    summary.dataset['focused'] = '';
  }
}

function onInput(event: Event): void {
  const form = event.target instanceof Element ? event.target.closest('form') : null;
  if (form?.hasAttribute('data-guard')) {
    changed.add(form);
  }
}

function onSubmit(event: SubmitEvent): void {
  const form = event.target as HTMLFormElement;
  // What a form answers with may be a file: the page stays, and nobody would set it free again.
  if (form.method === 'dialog' || event.defaultPrevented || form.hasAttribute('data-stays')) {
    return;
  }
  if (form.hasAttribute('aria-busy')) {
    event.preventDefault();
    return;
  }
  changed.delete(form);
  form.setAttribute('aria-busy', 'true');
  event.submitter?.setAttribute('aria-busy', 'true');
}

function onLeave(event: BeforeUnloadEvent): void {
  const unsaved = [...document.querySelectorAll<HTMLFormElement>('form[data-guard]')].some((form) => changed.has(form));
  if (unsaved) {
    event.preventDefault();
  }
}

function release(): void {
  for (const busy of document.querySelectorAll('[aria-busy="true"]')) {
    busy.removeAttribute('aria-busy');
  }
}

export function tameForms(): void {
  document.addEventListener('input', onInput);
  // Last in line: htmx and our elements may have taken the form over by then.
  window.addEventListener('submit', onSubmit);
  window.addEventListener('beforeunload', onLeave);
  // A page brought back by the back button would show its button busy for ever.
  window.addEventListener('pageshow', release);
  focusSummary();
}
