import { afterEach, expect, test, vi } from 'vitest';

afterEach(() => vi.unstubAllGlobals());

test('what a button says goes with the file where browsers tell of no button', async () => {
  const sent: FormData[] = [];
  const Real = FormData;
  vi.stubGlobal('FormData', class extends Real {
    constructor(form?: HTMLFormElement) {
      super(form);
    }
  });
  vi.stubGlobal('XMLHttpRequest', class {
    upload = {};
    open() {}
    setRequestHeader() {}
    send(content: FormData) {
      sent.push(content);
    }
  });
  document.body.innerHTML = `<ot-drop><form><input type="file" name="file"><div class="ot-drop-trouble">
    <button name="as" value="src_1"></button></div></form><p class="ot-drop-name"></p><p class="ot-drop-words"></p>
    <div class="ot-drop-progress" hidden><progress></progress></div></ot-drop>`;
  await import('../ot-drop');
  document.addEventListener('submit', (event) => Object.defineProperty(event, 'submitter', { value: undefined }), { capture: true, once: true });
  document.querySelector('button')?.click();
  expect(sent.map((each) => each.get('as'))).toEqual(['src_1']);
});
