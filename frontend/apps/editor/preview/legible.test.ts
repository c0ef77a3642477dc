import { afterEach, expect, it, vi } from 'vitest'
import { pixelsFor, readFrom, tooSmall } from './legible'

const tv = { width: 1920, height: 1080, inches: 55 }

afterEach(() => { document.body.innerHTML = '' })

it('knows from how far a text is read', () => {
  expect(readFrom(24, tv).toFixed(2)).toBe('3.80')
  expect(readFrom(48, { ...tv, width: 3840, height: 2160 }).toFixed(2)).toBe('3.80')
  expect(readFrom(24, { width: 1080, height: 1920, inches: 55 })).toBe(readFrom(24, tv))
  expect(pixelsFor(5, tv).toFixed(1)).toBe('31.5')
})

it('names the smallest text of each widget that is too small, and passes over what nobody sees', () => {
  document.body.innerHTML = `
    <div data-widget="w1"><p style="font-size: 40px">Large</p></div>
    <div data-widget="w2"><p style="font-size: 30px">Title</p><svg><text style="font-size: 18px">Jan</text></svg>
      <div class="ow-hidden" style="font-size: 4px">Table</div></div>
    <div data-widget="w3"><p style="font-size: 12px">Note</p></div>`
  vi.spyOn(Element.prototype, 'getClientRects').mockReturnValue([{}] as unknown as DOMRectList)
  const found = tooSmall(document.body, 5, tv).map(({ widget, pixels, text }) => [widget, pixels, text])
  expect(found).toEqual([['w3', 12, 'Note'], ['w2', 18, 'Jan']])
})
