interface WakeLocks {
  request: (kind: string) => Promise<unknown>
}

let by: 'lock' | 'video' | '' = ''

/** In words, for the page about this screen. */
export function keptAwakeBy(): string {
  if (by === 'lock') return 'Yes: the browser was asked not to dim the screen.'
  return by === 'video' ? 'Yes: a film without picture and sound runs behind the dashboard.' : 'No: set the energy saving of this device to never.'
}

/** Asks not to be dimmed, where a browser can be asked; the lock ends whenever the page is hidden. */
export function stayAwake(root: HTMLElement): void {
  const locks = (navigator as unknown as { wakeLock?: WakeLocks }).wakeLock
  if (!locks) return play(root)
  const ask = (): void => {
    if (document.hidden) return
    locks.request('screen').then(() => (by = 'lock'), () => play(root))
  }
  document.addEventListener('visibilitychange', ask)
  ask()
}

/** Whoever plays a film is not switched off: it lies behind everything, black, without sound and over the whole glass. */
function play(root: HTMLElement): void {
  const address = document.body.getAttribute('data-awake')
  if (!address || root.querySelector('.pt-awake')) return
  const film = document.createElement('video')
  film.className = 'pt-awake'
  film.muted = film.loop = film.autoplay = true
  film.setAttribute('muted', '')
  film.setAttribute('playsinline', '')
  film.onplaying = () => (by = 'video')
  film.src = address
  root.insertBefore(film, root.firstChild)
  // Older engines return nothing.
  const begun = film.play() as Promise<void> | undefined
  if (begun) begun.catch(() => undefined)
}
