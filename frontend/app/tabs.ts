/** On a narrow page a row of tabs is wider than the page: the one that is open, or has the focus, is moved into sight. */

function center(tab: HTMLElement): void {
  const row = tab.closest('ul');
  if (row) {
    row.scrollLeft = tab.offsetLeft - row.offsetLeft - (row.clientWidth - tab.offsetWidth) / 2;
  }
}

export function showCurrentTab(): void {
  document.querySelectorAll<HTMLElement>('.ot-tabs-row [aria-current=page]').forEach(center);
  // Browsers leave a tab where it is of which half is seen.
  document.addEventListener('focusin', ({ target }) => target instanceof HTMLElement && target.matches('.ot-tab-link') && center(target));
}
