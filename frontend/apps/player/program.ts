import type { Manifest, Program } from '../../packages/wire'

/** What is on at a moment and until when: the number of a scene; nothing, as was wanted; or nothing, for want of a scene. */
export interface Place {
  scene: number | 'dark' | 'empty'
  until: number
}

/**
 * Says what is on at a moment. Rounds turn by the clock: a place in one is the time since 1970 modulo its length, so
 * screens with the same playlist turn in step. Scenes that are broken are left out.
 */
export function placeAt(program: Program, now: number, broken: { [scene: number]: boolean } = {}): Place {
  const { round, until } = switchAt(program, now)
  if (round === null) return { scene: 'dark', until }
  const turns = (program.rounds[round] || []).filter((turn) => !broken[turn.scene])
  const length = turns.reduce((sum, turn) => sum + turn.seconds * 1000, 0)
  let place = length ? now % length : 0
  for (const turn of turns) {
    if (place < turn.seconds * 1000) return { scene: turn.scene, until: Math.min(until, now + turn.seconds * 1000 - place) }
    place -= turn.seconds * 1000
  }
  return { scene: 'empty', until }
}

function switchAt(program: Program, now: number): { round: number | null; until: number } {
  let round = program.switches.length ? (program.switches[0] as { round: number | null }).round : null
  for (const each of program.switches) {
    const at = Date.parse(each.at)
    if (at > now) return { round, until: at }
    round = each.round
  }
  return { round, until: Infinity }
}

/** Each scene as a manifest of its own, which the stage knows how to show. */
export function scenesOf(manifest: Manifest): Manifest[] {
  const scenes = manifest.program ? manifest.program.scenes : []
  return scenes.map((scene, i) => Object.assign({}, manifest, scene, { program: undefined, etag: manifest.etag + '/' + i }))
}
