import { browser, viewport } from './device'
import { keptAwakeBy } from './awake'

/** What a person in front of a screen may want to know of it: a name and a sentence each. */
export type Fact = [string, string]

export interface Offline {
  has: boolean
  why: string
}

/** Which start without network this screen has, and why. */
export function offlineStart(): Promise<Offline> {
  if (!('serviceWorker' in navigator)) return Promise.resolve({ has: false, why: withoutWorker() })
  return navigator.serviceWorker.getRegistration('/tv').then(
    (found) => (found && found.active ? keptPage() : { has: false, why: 'this browser refused to keep the page, or has not yet.' }),
    () => ({ has: false, why: 'this browser refuses to keep pages.' })
  )
}

function withoutWorker(): string {
  const isSecure = (window as unknown as { isSecureContext?: boolean }).isSecureContext
  return isSecure === false ? 'browsers keep pages of https addresses only, and this one is not.' : 'this browser cannot keep pages.'
}

function keptPage(): Promise<Offline> {
  return caches.match('/tv').then((page) =>
    page ? { has: true, why: 'the page and the last figures are kept here.' } : { has: false, why: 'the page is not kept yet. Look again in a minute.' }
  )
}

/** All that is known here, without asking the server. */
export function facts(name: string, stream: string, turned: number): Promise<Fact[]> {
  return offlineStart().then((offline) => {
    const { engine, major } = browser()
    const { w, h } = viewport(turned)
    const build = (document.body.getAttribute('data-operant-player') || '').replace(/^player-|\.js$/g, '')
    const known: Fact[] = [
      ['Screen', name || 'Not paired yet'],
      ['Start without network', (offline.has ? 'Yes: ' : 'No: ') + offline.why],
      ['Kept awake', keptAwakeBy()],
      ['Server', location.host],
      ['Browser', engine + ' ' + major + ', ' + w + ' \u00d7 ' + h],
      ['Player', build],
    ]
    if (name) known.splice(4, 0, ['Connection', stream === 'open' ? 'News comes at once' : 'It asks every 15 seconds'])
    return known
  })
}
