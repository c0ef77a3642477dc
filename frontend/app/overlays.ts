/** Dialogs and menus: `data-opens="id"` opens one, `data-closes` closes the one it stands in. */

const FIELDS = '.ot-dialog-body :is(input:not([type=hidden]), select, textarea):enabled';

export function openDialog(): HTMLDialogElement | null {
  const open = document.querySelectorAll<HTMLDialogElement>('dialog:modal');
  return open[open.length - 1] ?? null;
}

function open(id: string): void {
  const dialog = document.getElementById(id);
  if (dialog instanceof HTMLDialogElement && !dialog.open) {
    dialog.showModal();
    startWriting(dialog);
  }
}

/** Whoever opens a form wants to fill it in; the browser itself goes to the first thing of all, which closes it. */
function startWriting(dialog: HTMLDialogElement): void {
  if (dialog.getAttribute('role') !== 'alertdialog' && !dialog.querySelector('[autofocus]')) {
    dialog.querySelector<HTMLElement>(FIELDS)?.focus();
  }
}

function onClick(event: MouseEvent): void {
  const target = event.target instanceof Element ? event.target : null;
  const opener = target?.closest<HTMLElement>('[data-opens]');
  if (opener?.dataset['opens']) {
    leaveMenu(opener);
    open(opener.dataset['opens']);
  }
  if (target?.closest('[data-closes]')) {
    target.closest('dialog')?.close();
  }
  // A click on the dialog itself, not on anything in it, is a click on its backdrop.
  if (target instanceof HTMLDialogElement && isOutside(target, event)) {
    target.close();
  }
}

/** What was pressed in a menu is gone with the menu: whoever closes the dialog comes back to what opened the menu. */
function leaveMenu(opener: HTMLElement): void {
  const menu = opener.closest('details');
  menu?.querySelector('summary')?.focus();
  menu?.removeAttribute('open');
}

function isOutside(dialog: HTMLDialogElement, event: MouseEvent): boolean {
  const box = dialog.getBoundingClientRect();
  const inside =
    event.clientX >= box.left && event.clientX <= box.right && event.clientY >= box.top && event.clientY <= box.bottom;
  return !inside && event.detail > 0;
}

export function openAndClose(): void {
  document.addEventListener('click', onClick);
  for (const dialog of document.querySelectorAll<HTMLElement>('dialog[data-open-now]')) {
    open(dialog.id);
  }
}
