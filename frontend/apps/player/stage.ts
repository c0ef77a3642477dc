import type { DataResult, Manifest } from '../../packages/wire'
import { paintDashboard, themes, dark, type DashboardHandle } from '../../packages/widgets'
import { painted } from './device'

const PROBATION = 10000
const PATIENCE = 30000

export interface StageHooks {
  now: () => number
  data: () => { [key: string]: DataResult }
  /** The version is on the glass: the browser has drawn it. */
  rendered: (manifest: Manifest) => void
  /** It has been there for ten seconds without an error. */
  accepted: (manifest: Manifest) => void
  /** It threw within ten seconds; `back` is what stands there instead. */
  rejected: (manifest: Manifest, reason: string, back: Manifest | null) => void
  failed: (code: string, message: string) => void
}

interface Scene {
  manifest: Manifest
  layer: HTMLElement
  handle: DashboardHandle
}

/** Where versions follow each other: painted hidden, swapped whole, taken back when they break. */
export class Stage {
  private scene: Scene | null = null
  /** What comes next, painted already and not to be seen yet. */
  private next: Scene | null = null
  private previous: Manifest | null = null
  private probation = 0
  /** The version of which it was said that widgets are missing. */
  private counted: string | null = null

  constructor(private root: HTMLElement, private hooks: StageHooks) {}

  /** Shows a manifest's dashboard; false when it could not be painted at all. */
  show(manifest: Manifest): boolean {
    const before = this.scene
    if (before && !this.onProbation()) this.previous = before.manifest
    const next = this.prepare(manifest) && this.next
    if (!next) return false
    this.next = null
    next.handle.tick(this.hooks.now())
    next.layer.className = 'pt-layer'
    this.scene = next
    if (before) strike(before)
    this.watch(next)
    return true
  }

  /** Paints a manifest where nobody sees it, so that it is swapped in whole; false when it could not be painted. */
  prepare(manifest: Manifest): boolean {
    const ready = this.next
    if (ready && ready.manifest === manifest && !ready.handle.errors.length) return true
    this.next = null
    if (ready) strike(ready)
    this.next = this.paint(manifest)
    return this.next !== null
  }

  data(results: { [key: string]: DataResult }): void {
    if (this.scene) this.scene.handle.setData(results, this.hooks.now())
    if (this.next) this.next.handle.setData(results, this.hooks.now())
  }

  tick(): void {
    if (this.scene) this.scene.handle.tick(this.hooks.now())
  }

  resize(): void {
    if (this.scene) this.scene.handle.resize()
    if (this.next) this.next.handle.resize()
  }

  clear(): void {
    clearTimeout(this.probation)
    this.probation = 0
    if (this.scene) strike(this.scene)
    if (this.next) strike(this.next)
    this.scene = this.next = null
    this.previous = null
  }

  manifest(): Manifest | null {
    return this.scene && this.scene.manifest
  }

  widgets(): number {
    return this.scene ? this.scene.handle.paintedWidgets() : 0
  }

  /** Somebody threw: a version on probation is taken back for it. */
  thrown(message: string): void {
    if (this.onProbation() && this.scene) this.reject(this.scene.manifest, message)
  }

  private onProbation(): boolean {
    return this.probation !== 0
  }

  private paint(manifest: Manifest): Scene | null {
    const layer = document.createElement('div')
    layer.className = 'pt-layer pt-hidden'
    this.root.appendChild(layer)
    try {
      const handle = this.paintInto(layer, manifest)
      const first = handle.errors[0]
      if (!first) return { manifest, layer, handle }
      handle.destroy()
      this.root.removeChild(layer)
      this.refuse(manifest, first.widget + ': ' + first.message)
    } catch (error) {
      this.root.removeChild(layer)
      this.refuse(manifest, error instanceof Error ? error.message : String(error))
    }
    return null
  }

  private paintInto(layer: HTMLElement, manifest: Manifest): DashboardHandle {
    if (!manifest.document) throw new Error('The manifest holds no document.')
    const handle = paintDashboard(layer, manifest.document, {
      theme: themes[manifest.theme] || dark,
      locale: manifest.locale,
      timeZone: manifest.time_zone,
      keys: manifest.data,
      readers: false,
      zoom: (manifest.glass && manifest.glass.zoom) || 100,
      annotations: manifest.annotations || [],
      frames: manifest.frames || {},
      onError: (error) => this.widgetFailed(manifest, error.widget + ': ' + error.message),
    })
    handle.setData(this.hooks.data(), this.hooks.now())
    return handle
  }

  /** Errors while still hidden are judged by paint(); on the glass they end the probation. */
  private widgetFailed(manifest: Manifest, message: string): void {
    if (!this.scene || this.scene.manifest !== manifest) return
    if (this.onProbation()) this.reject(manifest, message)
    else this.hooks.failed('widget_failed', message)
  }

  private watch(scene: Scene): void {
    clearTimeout(this.probation)
    const standing = (): boolean => this.scene === scene
    this.probation = window.setTimeout(() => {
      this.probation = 0
      if (standing()) this.hooks.accepted(scene.manifest)
    }, PROBATION)
    const stalled = setTimeout(() => {
      if (standing() && !document.hidden) this.hooks.failed('frames_stalled', 'The browser drew no frame for 30 seconds.')
    }, PATIENCE)
    painted().then(() => {
      clearTimeout(stalled)
      if (!standing()) return
      this.count(scene)
      this.hooks.rendered(scene.manifest)
    })
  }

  /** Says once of a version that not all of its widgets are to be seen. */
  private count(scene: Scene): void {
    const { manifest, handle } = scene
    const all = manifest.document ? manifest.document.widgets.length : 0
    const seen = handle.paintedWidgets()
    if (seen >= all || this.counted === manifest.version) return
    this.counted = manifest.version
    this.hooks.failed('fewer_widgets', versionName(manifest) + ': ' + seen + ' of ' + all + ' widgets were painted.')
  }

  /** Out of the call that threw: its caller still holds the broken scene. */
  private reject(manifest: Manifest, reason: string): void {
    clearTimeout(this.probation)
    this.probation = 0
    setTimeout(() => this.takeBack(manifest, reason), 0)
  }

  private takeBack(manifest: Manifest, reason: string): void {
    if (!this.scene || this.scene.manifest !== manifest) return
    const back = this.previous
    const broken = this.scene
    this.scene = null
    strike(broken)
    const restored = back && back.etag !== manifest.etag ? this.paint(back) : null
    if (restored) {
      restored.layer.className = 'pt-layer'
      this.scene = restored
      painted().then(() => this.scene === restored && this.hooks.rendered(restored.manifest))
    }
    this.hooks.rejected(manifest, reason, restored && restored.manifest)
  }

  /** It never reached the glass, so what is there stays. */
  private refuse(manifest: Manifest, reason: string): void {
    this.hooks.rejected(manifest, reason, this.scene && this.scene.manifest)
  }
}

/** What a version is called in what is told of it; the server looks for its number. */
export function versionName(manifest: Manifest): string {
  return (manifest.dashboard ? manifest.dashboard.title + ', version ' : 'Version ') + manifest.number
}

function strike(scene: Scene): void {
  try {
    scene.handle.destroy()
  } finally {
    if (scene.layer.parentNode) scene.layer.parentNode.removeChild(scene.layer)
  }
}
