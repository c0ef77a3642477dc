const SVG = 'http://www.w3.org/2000/svg'

export type Attributes = { [name: string]: string | number | null }

export function html<K extends keyof HTMLElementTagNameMap>(
  tag: K, name: string, parent?: Node,
): HTMLElementTagNameMap[K] {
  const element = document.createElement(tag)
  if (name) element.className = name
  if (parent) parent.appendChild(element)
  return element
}

export function svg<K extends keyof SVGElementTagNameMap>(
  tag: K, attributes: Attributes, parent?: Node,
): SVGElementTagNameMap[K] {
  const element = document.createElementNS(SVG, tag)
  set(element, attributes)
  if (parent) parent.appendChild(element)
  return element
}

/** Writes only what changed: a repaint with the same figures must not touch the layout. */
export function set(element: Element, attributes: Attributes): void {
  Object.keys(attributes).forEach((name) => {
    const value = attributes[name]
    if (value === null || value === undefined) return element.removeAttribute(name)
    const text = typeof value === 'number' ? String(Math.round(value * 100) / 100) : value
    if (element.getAttribute(name) !== text) element.setAttribute(name, text)
  })
}

export function write(element: Element, text: string): void {
  if (element.textContent !== text) element.textContent = text
}

export function style(element: HTMLElement, properties: { [name: string]: string }): void {
  Object.keys(properties).forEach((name) => {
    const value = properties[name] as string
    if (element.style.getPropertyValue(name) !== value) element.style.setProperty(name, value)
  })
}

export function show(element: HTMLElement, visible: boolean): void {
  style(element, { display: visible ? '' : 'none' })
}

export function px(value: number): string {
  return Math.round(value * 100) / 100 + 'px'
}

/** Returns exactly `count` children of the parent, keeping those that are there. */
export function reuse<T extends Element>(parent: Element, count: number, make: () => T): T[] {
  while (parent.childNodes.length > count) parent.removeChild(parent.lastChild as Node)
  while (parent.childNodes.length < count) parent.appendChild(make())
  return Array.prototype.slice.call(parent.childNodes) as T[]
}

export function remove(node: Node): void {
  if (node.parentNode) node.parentNode.removeChild(node)
}
