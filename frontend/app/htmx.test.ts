import { expect, it, vi } from 'vitest';

// It wants more of a browser than there is here; what is tested happens before it asks.
vi.mock('htmx.org', () => ({}));

import { tameHtmx } from './htmx';

function headersOf(type: string): Record<string, string> {
  const headers: Record<string, string> = {};
  const ctx = { request: { headers }, sourceEvent: new CustomEvent(type) };
  document.dispatchEvent(new CustomEvent('htmx:config:request', { detail: { ctx } }));
  return headers;
}

it('says when a page asks by itself', () => {
  tameHtmx();
  expect(['ot-live', 'ot-inbox', 'every', 'load'].map(headersOf)).toEqual(Array(4).fill({ Unasked: 'true' }));
  expect(['submit', 'click', 'input', 'change', 'toggle'].map(headersOf)).toEqual(Array(5).fill({}));
});
