/** What is not to be seen, or would only cost time: what is prepared behind the picture, and what has no look. */
const LEFT_OUT = ['script', 'noscript', 'style', 'video', 'audio', 'source']
const FRAME = 'A page from elsewhere: a screen cannot draw it.'
const FOREIGN = 'A picture that could not be drawn.'
const BOX = ';display:block;box-sizing:border-box;padding:8px;overflow:hidden;background:#7c8594;color:#10151c;font-size:14px;line-height:1.3'

/**
 * Writes an element as XML that draws itself anywhere: pictures are in it, frames are gray boxes that say so. `more` is added
 * to its own style. The live elements are read alone, nothing is copied into the page.
 */
export function serialized(root: Element, more = ''): string {
  return written(root, '', more)
}

function written(element: Element, space: string, more = ''): string {
  const name = element.localName
  if (LEFT_OUT.indexOf(name) !== -1 || element.classList.contains('pt-hidden')) return ''
  if (name === 'iframe' || name === 'object' || name === 'embed') return box(element, FRAME)
  if (name === 'img' || name === 'canvas') return picture(element as HTMLImageElement | HTMLCanvasElement)
  const here = element.namespaceURI || ''
  let children = ''
  for (let child = element.firstChild; child; child = child.nextSibling) {
    if (child.nodeType === 1) children += written(child as Element, here)
    else if (child.nodeType === 3) children += escaped(child.nodeValue || '')
  }
  return '<' + name + (here === space ? '' : ' xmlns="' + here + '"') + attributes(element, more) + '>' + children + '</' + name + '>'
}

function attributes(element: Element, more: string, without: string[] = []): string {
  const style = (element.getAttribute('style') || '') + more
  let text = style ? ' style="' + escaped(style) + '"' : ''
  for (let at = 0; at < element.attributes.length; at++) {
    const { name, value } = element.attributes[at] as Attr
    // Only names that XML knows without a prefix, and nothing that would load or run.
    if (!/^[a-zA-Z][\w-]*$/.test(name) || /^(on.*|style|xmlns|href|src|srcset)$/.test(name) || without.indexOf(name) !== -1) continue
    text += ' ' + name + '="' + escaped(value) + '"'
  }
  return text
}

/** A picture as it is now, with its own dots in it; from elsewhere they may not be read. */
function picture(element: HTMLImageElement | HTMLCanvasElement): string {
  const width = element.clientWidth
  const height = element.clientHeight
  if (!width || !height) return ''
  try {
    return '<img xmlns="http://www.w3.org/1999/xhtml" src="' + escaped(dots(element)) + '"' + attributes(element, '', ['width', 'height']) + '/>'
  } catch (error) {
    return box(element, FOREIGN)
  }
}

function dots(element: HTMLImageElement | HTMLCanvasElement): string {
  if (element instanceof HTMLCanvasElement) return element.toDataURL()
  if (!element.complete || !element.naturalWidth) throw new Error('It is not there yet.')
  const canvas = document.createElement('canvas')
  const scale = Math.min(1, 960 / Math.max(element.naturalWidth, element.naturalHeight))
  canvas.width = Math.max(1, element.naturalWidth * scale)
  canvas.height = Math.max(1, element.naturalHeight * scale)
  const pen = canvas.getContext('2d')
  if (!pen) throw new Error('There is no pen.')
  pen.drawImage(element, 0, 0, canvas.width, canvas.height)
  return canvas.toDataURL()
}

function box(element: Element, words: string): string {
  return '<div xmlns="http://www.w3.org/1999/xhtml"' + attributes(element, BOX, ['width', 'height']) + '>' + words + '</div>'
}

/** Text that XML takes: no control characters, no halves of characters. */
function escaped(text: string): string {
  return text
    .replace(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/g, '')
    .replace(/[\ud800-\udbff](?![\udc00-\udfff])|([^\ud800-\udbff]|^)[\udc00-\udfff]/g, '$1')
    .replace(/&/g, '&amp;').replace(/</g, '&lt;').replace(/>/g, '&gt;').replace(/"/g, '&quot;')
}
