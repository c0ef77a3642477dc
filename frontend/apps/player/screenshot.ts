import { serialized } from './serialized'

/** The longest side of a picture in pixels, the most bytes it may have, and how well it is drawn to fit into them. */
const LONGEST = 960
const MOST = 200000
const QUALITIES = [0.85, 0.7, 0.5, 0.3]
const PATIENCE = 15000
/** After so long it is given up, whatever never answered: what else the screen is asked waits. */
const MOST_PATIENCE = 40000
const CANNOT = 'This engine cannot draw itself.'
const SVG = 'http://www.w3.org/2000/svg'
const HTML = 'http://www.w3.org/1999/xhtml'

/**
 * Draws what the page shows, as JPEG, with what is `noted` of it at that moment: no permission is asked, and nothing on the page
 * is touched. Each step is a task of its own, so that the picture on the glass goes on moving between them.
 */
export function drawn<T>(root: HTMLElement, noted: () => T): Promise<{ picture: Blob; note: T }> {
  let note = noted()
  const picture = blob(root, () => {
    note = noted()
  })
  const late = new Promise<Blob>((_, reject) => setTimeout(() => reject(new Error(CANNOT)), MOST_PATIENCE))
  return Promise.race([picture, late]).then((picture) => ({ picture, note }))
}

function blob(root: HTMLElement, read: () => void): Promise<Blob> {
  if (typeof HTMLCanvasElement.prototype.toBlob !== 'function') return Promise.reject(new Error(CANNOT))
  const width = root.offsetWidth
  const height = root.offsetHeight
  const scale = Math.min(1, LONGEST / Math.max(width, height, 1))
  const canvas = document.createElement('canvas')
  canvas.width = Math.max(1, Math.round(width * scale))
  canvas.height = Math.max(1, Math.round(height * scale))
  return styles()
    .then((css) => later(() => {
      read()
      return address(root, css, width, height)
    }))
    .then(loaded)
    .then((image) => later(() => paint(canvas, image)))
    .then(() => packed(canvas, 0))
}

/** The rules of the page, with their fonts in them: a picture may load nothing. */
function styles(): Promise<string> {
  let css = ''
  Array.prototype.forEach.call(document.styleSheets, (sheet: CSSStyleSheet) => {
    try {
      css += Array.prototype.map.call(sheet.cssRules, (rule: CSSRule) => rule.cssText).join('\n').replace(/url\("?([^")]+)"?\)/g, (_: string, path: string) => 'url("' + new URL(path, sheet.href || location.href).href + '")')
    } catch (error) {
      // A sheet from elsewhere, which an extension of the browser may bring: it is none of ours.
    }
  })
  const addresses = (css.match(/url\("[^"]+"\)/g) || []).map((found) => found.slice(5, -2)).filter((url) => url.indexOf('data:') !== 0)
  return Promise.all(addresses.map(embedded)).then((contents) => {
    addresses.forEach((url, at) => (css = css.split('url("' + url + '")').join('url("' + contents[at] + '")')))
    // What comes gently onto the glass is there already.
    return css + '*{animation-duration:0s!important;animation-delay:0s!important;transition:none!important}'
  })
}

/** A file of the page as an address that holds it; nothing where it does not come. */
function embedded(url: string): Promise<string> {
  return new Promise((resolve) => {
    const xhr = new XMLHttpRequest()
    xhr.open('GET', url)
    xhr.responseType = 'blob'
    xhr.timeout = PATIENCE
    xhr.onerror = xhr.ontimeout = () => resolve('data:,')
    xhr.onload = () => {
      const reader = new FileReader()
      reader.onload = () => resolve(String(reader.result))
      reader.onerror = () => resolve('data:,')
      reader.readAsDataURL(xhr.response)
    }
    xhr.send()
  })
}

function address(root: HTMLElement, css: string, width: number, height: number): string {
  const body = getComputedStyle(document.body)
  const inherited = ['font-family', 'font-size', 'line-height', 'color', 'background-color'].map((name) => name + ':' + body.getPropertyValue(name)).join(';')
  const page = 'position:relative;overflow:hidden;margin:0;width:' + width + 'px;height:' + height + 'px;' + inherited
  const rem = getComputedStyle(document.documentElement).fontSize
  const text = '<svg xmlns="' + SVG + '" width="' + width + '" height="' + height + '" viewBox="0 0 ' + width + ' ' + height + '" style="font-size:' + rem + '">' +
    '<style>' + escaped(css) + '</style><foreignObject x="0" y="0" width="100%" height="100%"><div xmlns="' + HTML + '" style="' + escaped(page) + '">' +
    serialized(root, ';left:0;top:0;transform:none') + '</div></foreignObject></svg>'
  // Not a blob: more engines take a canvas for somebody else's that such a one was painted on.
  return 'data:image/svg+xml;charset=utf-8,' + encodeURIComponent(text)
}

function loaded(url: string): Promise<HTMLImageElement> {
  return new Promise((resolve, reject) => {
    const image = new Image()
    const giveUp = setTimeout(() => reject(new Error(CANNOT)), PATIENCE)
    image.onload = () => {
      clearTimeout(giveUp)
      resolve(image)
    }
    image.onerror = () => {
      clearTimeout(giveUp)
      reject(new Error(CANNOT))
    }
    image.src = url
  })
}

function paint(canvas: HTMLCanvasElement, image: HTMLImageElement): void {
  const pen = canvas.getContext('2d')
  if (!pen) throw new Error(CANNOT)
  pen.fillStyle = getComputedStyle(document.body).backgroundColor || '#000000'
  pen.fillRect(0, 0, canvas.width, canvas.height)
  pen.drawImage(image, 0, 0, canvas.width, canvas.height)
}

/** The best picture that is small enough. */
function packed(canvas: HTMLCanvasElement, at: number): Promise<Blob> {
  return new Promise<Blob | null>((resolve, reject) => {
    try {
      canvas.toBlob(resolve, 'image/jpeg', QUALITIES[at])
    } catch (error) {
      // Painting the page made the canvas unreadable, as it does in WebKit and in Chrome 69.
      reject(new Error(CANNOT))
    }
  }).then((picture) => {
    if (!picture || picture.type !== 'image/jpeg') throw new Error(CANNOT)
    if (picture.size <= MOST) return picture
    if (at + 1 < QUALITIES.length) return packed(canvas, at + 1)
    throw new Error('The picture is larger than what may be sent.')
  })
}

function escaped(text: string): string {
  return text.replace(/&/g, '&amp;').replace(/</g, '&lt;').replace(/"/g, '&quot;')
}

function later<T>(act: () => T): Promise<T> {
  return new Promise((resolve) => setTimeout(resolve, 0)).then(act)
}
