/* Keeps the player's page and its assets for a start without network. Served as /tv/sw.js with
   "Service-Worker-Allowed: /tv"; by hand and in ES2015, since no bundler touches it. */
'use strict'

const SHELF = 'operant-player'
const PAGE = '/tv'
/** In milliseconds: so long the network may take for a page that is kept here. */
const PATIENCE = 5000

/** Keeps a fresh page with all it links to, and drops what it no longer links to. */
function keep(page) {
  return page.clone().text().then((html) => {
    if (html.indexOf('data-operant-player') < 0) return undefined
    const linked = (html.match(/(?:src|href)="(\/[^"]+)"/g) || []).map((found) => found.replace(/^[^"]*"|"$/g, ''))
    return caches.open(SHELF).then((shelf) => Promise.all(linked.map((url) => shelf.match(url).then((hit) => hit || shelf.add(url))))
      .then(() => shelf.put(PAGE, page))
      .then(() => shelf.keys())
      .then((kept) => Promise.all(kept.filter(isDropped).map((request) => shelf.delete(request)))))
    function isDropped(request) {
      const path = request.url.slice(self.location.origin.length)
      return path !== PAGE && linked.indexOf(path) < 0
    }
  })
}

self.addEventListener('install', (event) => {
  event.waitUntil(fetch(PAGE, { credentials: 'same-origin' }).then((page) => (page.ok ? keep(page) : undefined)).then(() => self.skipWaiting()))
})

self.addEventListener('activate', (event) => event.waitUntil(self.clients.claim()))

self.addEventListener('fetch', (event) => {
  const path = event.request.url.slice(self.location.origin.length).replace(/[?#].*$/, '')
  if (event.request.mode === 'navigate' && path === PAGE) event.respondWith(page(event))
  else if (event.request.method === 'GET' && path.indexOf('/static/') === 0) {
    event.respondWith(caches.match(event.request).then((hit) => hit || fetch(event.request)))
  }
})

/** The network's page, kept in passing; the kept one when there is no network, the server is down, or nobody answers. */
function page(event) {
  const asked = fetch(event.request)
  // Said at once: older engines refuse waitUntil once the event has been dispatched.
  event.waitUntil(asked.then((fresh) => (fresh.ok ? keep(fresh.clone()) : undefined)).catch(() => undefined))
  const told = asked.then(
    (fresh) => (fresh.status >= 500 ? kept().then((old) => old || fresh) : fresh),
    () => kept().then((old) => old || Response.error())
  )
  // A line that swallows what it is given fails only after minutes.
  const late = new Promise((over) => setTimeout(over, PATIENCE)).then(kept).then((old) => old || told)
  return Promise.race([told, late])
}

function kept() {
  return caches.open(SHELF).then((shelf) => shelf.match(PAGE))
}
