import { send } from './http'

/** Resolves to true when our own page answers: nothing may leave the glass before that. */
export function reachable(): Promise<boolean> {
  return send('/tv', { timeout: 10000 }).then((answer) => answer.status === 200 && answer.text.indexOf('data-operant-player') >= 0)
}

let leaving = false

/** True while the player itself reloads: that is no goodbye. */
export function isLeaving(): boolean {
  return leaving
}

/** Reloads the page if the server has one to give. */
export function reload(): void {
  leaving = true
  location.reload()
}
