import type { Heartbeat, Viewport } from '../../packages/wire'

/** How large the page is, as whoever looks at it sees it: a picture that is turned is upright. */
export function viewport(turned = 0): Viewport {
  const isTurned = turned === 90 || turned === 270
  return isTurned ? { w: window.innerHeight, h: window.innerWidth } : { w: window.innerWidth, h: window.innerHeight }
}

/** Engine and major version; nothing in it tells one television from another of its kind. */
export function browser(agent: string = navigator.userAgent): Heartbeat['browser'] {
  const found = /(Chrome|Chromium)\/(\d+)/.exec(agent)
  if (found) return { engine: 'Chromium', major: Number(found[2]) }
  const firefox = /Firefox\/(\d+)/.exec(agent)
  if (firefox) return { engine: 'Gecko', major: Number(firefox[1]) }
  const safari = /Version\/(\d+).*Safari/.exec(agent) || /AppleWebKit\/(\d+)/.exec(agent)
  return safari ? { engine: 'WebKit', major: Number(safari[1]) } : { engine: 'unknown', major: 0 }
}

/** Resolves when the browser has really drawn twice; a tab nobody sees draws nothing and waits. */
export function painted(): Promise<void> {
  return new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(() => resolve())))
}
