import { expect, test } from 'vitest'
import { serialized } from '../serialized'

const HTML = ' xmlns="http://www.w3.org/1999/xhtml"'

function element(name: string, attributes: { [name: string]: string } = {}, ...children: (Node | string)[]): HTMLElement {
  const made = document.createElement(name)
  Object.keys(attributes).forEach((each) => made.setAttribute(each, attributes[each] as string))
  children.forEach((child) => made.appendChild(typeof child === 'string' ? document.createTextNode(child) : child))
  return made
}

test('writes what is there as XML, whatever its words are', () => {
  const words = 'A & B < C > "D"\u0000\u000b \ud83d\ude00 \ud83d. \ude00'
  const root = element('div', { style: 'left: 3px', class: 'a', onclick: 'alert(1)', 'a:b': 'c', title: words }, element('br'), words)
  const safe = 'A &amp; B &lt; C &gt; &quot;D&quot; \ud83d\ude00 . '
  expect(serialized(root, ';top:0')).toBe(`<div${HTML} style="left: 3px;top:0" class="a" title="${safe}"><br></br>${safe}</div>`)
})

test('leaves out what has no look, and says where a page from elsewhere is', () => {
  const hidden = element('div', { class: 'pt-layer pt-hidden' }, 'the next one')
  const root = element('div', {}, element('script', {}, 'run()'), hidden, element('video'), element('iframe', { class: 'ow-web', src: 'https://x.example/' }))
  const text = serialized(root)
  expect(text).not.toContain('run()')
  expect(text).not.toContain('the next one')
  expect(text).not.toContain('x.example')
  expect(text).toMatch(/^<div[^>]*><div[^>]* class="ow-web">A page from elsewhere: a screen cannot draw it\.<\/div><\/div>$/)
})

test('names the language of drawings once, where it changes', () => {
  const drawing = document.createElementNS('http://www.w3.org/2000/svg', 'svg')
  drawing.setAttribute('viewBox', '0 0 2 2')
  drawing.appendChild(document.createElementNS('http://www.w3.org/2000/svg', 'path')).setAttribute('d', 'M0 0')
  expect(serialized(element('p', {}, drawing))).toBe(
    `<p${HTML}><svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 2 2"><path d="M0 0"></path></svg></p>`,
  )
})

test('says of a picture that could not be read that it is missing', () => {
  const foreign = element('canvas', { width: '4', height: '4', class: 'c' }) as HTMLCanvasElement
  Object.defineProperties(foreign, { clientWidth: { value: 4 }, clientHeight: { value: 4 } })
  foreign.toDataURL = () => {
    throw new Error('Tainted')
  }
  expect(serialized(element('div', {}, foreign))).toContain('class="c">A picture that could not be drawn.</div>')
})
