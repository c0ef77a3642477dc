/** Dialogs and menus: `data-opens="id"` opens one, `data-closes` closes the one it stands in. */

export function openDialog(): HTMLDialogElement | null {
  const open = document.querySelectorAll<HTMLDialogElement>('dialog:modal');
  return open[open.length - 1] ?? null;
}

function open(id: string): void {
  const dialog = document.getElementById(id);
  if (dialog instanceof HTMLDialogElement && !dialog.open) {
    dialog.showModal();
  }
}

function onClick(event: MouseEvent): void {
  const target = event.target instanceof Element ? event.target : null;
  const opener = target?.closest<HTMLElement>('[data-opens]');
  if (opener?.dataset['opens']) {
    opener.closest('details')?.removeAttribute('open');
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
