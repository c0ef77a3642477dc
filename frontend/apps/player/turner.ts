import type { Manifest, Program } from '../../packages/wire'
import { placeAt, scenesOf, type Place } from './program'

const HOUR = 3600000
/** How long before its turn a scene is painted, and its figures are asked for. */
const AHEAD = 4000
/** After how long a scene that threw is tried again: one error must not take it from the wall for good. */
const AGAIN = 600000

export interface TurnerHooks {
  now: () => number
  /** Paints a scene hidden; it may turn out to be broken. */
  prepare: (scene: Manifest) => void
  /** Puts a scene on the glass; false when it could not be painted. */
  show: (scene: Manifest) => boolean
  /** Nothing is on: it is wanted so, there is nothing to show, or nothing of it could be painted. */
  blank: (manifest: Manifest, why: 'dark' | 'empty' | 'broken') => void
  /** Sees to the figures of a scene that is on or comes next. */
  freshen: (scene: Manifest) => void
}

/** Turns the scenes of a manifest by the server's clock, with or without network. */
export class Turner {
  private manifest: Manifest | null = null
  private scenes: Manifest[] = []
  private broken: { [scene: number]: boolean } = {}
  private on: Place['scene'] | null = null
  private timer = 0

  constructor(private hooks: TurnerHooks) {}

  begin(manifest: Manifest): void {
    this.stop()
    this.manifest = manifest
    this.scenes = scenesOf(manifest)
    this.turn()
  }

  stop(): void {
    clearTimeout(this.timer)
    this.manifest = null
    this.scenes = []
    this.broken = {}
    this.on = null
  }

  /** The manifest whose scenes turn now. */
  turning(): Manifest | null {
    return this.manifest
  }

  /** What is on the glass of it, and what comes next. */
  near(): Manifest[] {
    const program = this.manifest && this.manifest.program
    if (!program) return []
    const { until } = placeAt(program, this.hooks.now(), this.broken)
    const next = until < Infinity ? placeAt(program, until, this.broken).scene : null
    return this.scenes.filter((_, i) => i === this.on || i === next)
  }

  /** A scene threw: its turns are left out for a while, or until there is another manifest. True when it was one of ours. */
  isBroken(scene: Manifest): boolean {
    const number = this.scenes.indexOf(scene)
    if (number < 0) return false
    const broken = this.broken
    broken[number] = true
    window.setTimeout(() => delete broken[number], AGAIN)
    if (this.on === number) this.on = null
    // Out of the call that found it out: its caller still holds the broken scene.
    clearTimeout(this.timer)
    this.timer = window.setTimeout(() => this.turn(), 0)
    return true
  }

  /** Sees to it that what is on is what should be, and comes back when that changes. Too often does no harm. */
  turn(): void {
    const manifest = this.manifest
    if (!manifest || !manifest.program) return
    clearTimeout(this.timer)
    const now = this.hooks.now()
    const place = placeAt(manifest.program, now, this.broken)
    if (place.scene !== this.on) this.put(manifest, place.scene)
    // What could not be painted has planned the next turn by itself.
    if (this.on === place.scene && this.manifest === manifest) this.plan(manifest.program, place, now)
  }

  private put(manifest: Manifest, scene: Place['scene']): void {
    this.on = scene
    if (scene === 'empty') return this.hooks.blank(manifest, Object.keys(this.broken).length ? 'broken' : 'empty')
    if (scene === 'dark') return this.hooks.blank(manifest, 'dark')
    this.hooks.show(this.scenes[scene] as Manifest)
  }

  private plan(program: Program, place: Place, now: number): void {
    const left = place.until - now
    if (left > AHEAD) return this.later(Math.min(HOUR, left - AHEAD))
    this.later(left)
    const next = placeAt(program, place.until, this.broken).scene
    if (typeof next !== 'number' || next === this.on) return
    this.hooks.freshen(this.scenes[next] as Manifest)
    this.hooks.prepare(this.scenes[next] as Manifest)
  }

  private later(ms: number): void {
    clearTimeout(this.timer)
    // Timers may come a moment early.
    this.timer = window.setTimeout(() => this.turn(), Math.max(0, Math.ceil(ms)))
  }
}
