/** Dashboards on pages, live: the renderer of the screens, fed with the results that screens get. */

import '../../packages/widgets/widgets.css'
import { dark, light, paintDashboard, standingRows, type DashboardHandle, type Theme } from '../../packages/widgets'
import type { Annotation, DataResult, Document } from '../../packages/wire'
import { lead } from './drill'
import { mark, marksOf, type Marks } from './marks'

interface Refusal { status: number; message: string }
interface Answer {
  number: number; document: Document; keys: { [query: string]: string }; results: DataResult[]
  annotations?: Annotation[]; frames?: { [address: string]: string }; pages?: { [query: string]: string }
  saved?: { [id: string]: string }
}

// A result is kept fresh for 90 seconds after somebody asked for it.
const ASK_EVERY = 45
const TICK_EVERY = 30_000
const SOON = 300
const LATER = 2000
// Where there is less room than this, a wall stands, with rows of this height, and the page goes on below it.
const NARROW = 704
const ROW = 36
const LOST = 'The dashboard cannot be read right now. It is tried again by itself.'

class Wall {
  private handle: DashboardHandle | null = null
  private shown: Answer | null = null
  private asking = false
  private again = false
  private patience = SOON
  private timer = 0
  private ticking = 0

  private readonly marks: Marks

  constructor(private readonly place: HTMLElement) {
    this.marks = marksOf(place.dataset.marks)
  }

  start(): void {
    document.body.addEventListener('ot-live', () => void this.ask())
    document.addEventListener('visibilitychange', () => { if (!document.hidden) void this.ask() })
    new ResizeObserver(() => this.handle?.resize()).observe(this.place)
    if (this.place.parentElement) new ResizeObserver(() => this.fit()).observe(this.place.parentElement)
    new MutationObserver(() => this.paint()).observe(document.documentElement, { attributeFilter: ['data-theme'] })
    matchMedia('(prefers-color-scheme: dark)').addEventListener('change', () => this.paint())
    const every = Number(this.place.dataset.every || ASK_EVERY) * 1000
    this.timer = window.setInterval(() => { if (!document.hidden) void this.ask() }, every)
    this.ticking = window.setInterval(() => this.handle?.tick(Date.now()), TICK_EVERY)
    void this.ask()
  }

  private async ask(): Promise<void> {
    if (!this.place.isConnected) return this.end()
    if (this.asking) {
      this.again = true
      return
    }
    this.asking = true
    const answer = await fetched(this.place.dataset.wall ?? '', this.isShared)
    this.asking = false
    if (answer && 'document' in answer) this.show(answer)
    else if (!this.ended(answer && answer.status) && !this.handle) this.place.replaceChildren(sentence(said(answer)))
    if (this.again) {
      this.again = false
      void this.ask()
    }
  }

  /** What has a glass of its own is drawn at that size, and then as small as there is room. Any other stands where it is narrow. */
  private fit(): void {
    const { width, height, smallest } = this.place.dataset
    const frame = this.place.parentElement
    if (!frame) return
    if (!width || !height) {
      if (!smallest) this.stand(frame.clientWidth)
      return
    }
    const scale = frame.clientWidth / Number(width)
    Object.assign(this.place.style, {
      position: 'relative', width: `${width}px`, height: `${height}px`, transformOrigin: 'top left', transform: `scale(${scale})`,
    })
    frame.style.height = `${Number(height) * scale}px`
  }

  private stand(width: number): void {
    const isNarrow = this.shown !== null && width > 0 && width < NARROW
    const high = this.shown ? Math.max(standingRows(this.shown.document) * ROW, width * 1.2) : 0
    Object.assign(this.place.style, isNarrow ? { minWidth: '0', aspectRatio: 'auto', minHeight: `${high}px` } : { minWidth: '', aspectRatio: '', minHeight: '' })
  }

  /** The part of the page that it stood in is gone. */
  private end(): void {
    clearInterval(this.timer)
    clearInterval(this.ticking)
    this.handle?.destroy()
    this.handle = null
  }

  /** Whoever looks at a shared dashboard has its link and nothing else. */
  private get isShared(): boolean {
    return !!this.place.dataset.over
  }

  /** Returns whether a share link shows nothing any more. Where its password has to be said once more, the page asks. */
  private ended(status: number | null): boolean {
    const asksAgain = status === 403 && !!this.handle
    if (!this.isShared || (status !== 404 && !asksAgain)) return false
    clearInterval(this.timer)
    if (asksAgain) location.reload()
    this.handle?.destroy()
    this.handle = this.shown = null
    this.place.replaceChildren(sentence(this.place.dataset.over ?? ''))
    return true
  }

  private show(answer: Answer): void {
    const noted = (one: Answer | null) => JSON.stringify(one?.annotations ?? [])
    const isNew = answer.number !== this.shown?.number || noted(answer) !== noted(this.shown)
    this.shown = answer
    if (isNew) this.paint()
    else this.feed()
    // Members are told at once of a first result; whoever has a link chose a value and waits for it.
    const waits = (this.isShared || this.place.dataset.eager !== undefined) && answer.results.some((result) => result.state === 'waiting')
    if (waits) setTimeout(() => void this.ask(), this.patience)
    this.patience = waits ? Math.min(2 * this.patience, LATER) : SOON
  }

  private paint(): void {
    if (!this.shown) return
    this.handle?.destroy()
    this.place.replaceChildren()
    this.fit()
    const { locale, timeZone, smallest } = this.place.dataset
    this.handle = paintDashboard(this.place, this.shown.document, {
      theme: theme(this.place.dataset.paint), locale: locale || navigator.language, keys: this.shown.keys, readers: true, annotations: this.shown.annotations ?? [],
      frames: this.shown.frames ?? {},
      ...(timeZone ? { timeZone } : {}), ...(smallest ? { smallest: Number(smallest) } : {}),
    })
    lead(this.place, {
      document: this.shown.document, pages: this.shown.pages ?? {}, saved: this.shown.saved ?? {}, locale: locale || navigator.language,
      timeZone: timeZone || 'UTC', result: (query) => this.shown?.results.find((one) => one.key === this.shown?.keys[query]),
    })
    mark(this.place, this.marks)
    this.feed()
  }

  private feed(): void {
    const results = Object.fromEntries((this.shown?.results ?? []).map((result) => [result.key, result]))
    this.handle?.setData(results, Date.now())
  }
}

/** Returns what is shown, a refusal, or null when nobody could be asked. */
async function fetched(address: string, isShared: boolean): Promise<Answer | Refusal | null> {
  try {
    // Whoever is signed in sees of a shared dashboard what strangers see.
    const response = await fetch(address, { headers: { Accept: 'application/json' }, credentials: isShared ? 'omit' : 'same-origin' })
    const isJson = (response.headers.get('Content-Type') ?? '').includes('json')
    if (!isJson || response.status >= 500) return null
    const body = await response.json() as Answer | { message?: string }
    return 'document' in body ? body : { status: response.status, message: body.message ?? '' }
  } catch {
    return null
  }
}

/** What was asked for cannot be, or not now, or is nothing yet: the server says why. Everything else passes by itself. */
function said(refusal: Refusal | null): string {
  return refusal && [200, 422, 429].includes(refusal.status) && refusal.message || LOST
}

/** Returns the look of a screen that is drawn, or that of the page. */
function theme(paint?: string): Theme {
  const chosen = paint || document.documentElement.dataset.theme
  const isDark = chosen ? chosen === 'dark' : matchMedia('(prefers-color-scheme: dark)').matches
  return isDark ? dark : light
}

function sentence(text: string): HTMLElement {
  const line = document.createElement('p')
  line.className = 'ot-quiet p-4'
  line.setAttribute('role', 'alert')
  line.textContent = text
  return line
}

const begun = new WeakSet<HTMLElement>()

/** Walls that are there, also those that come with a part of the page. */
function begin(): void {
  document.querySelectorAll<HTMLElement>('[data-wall]').forEach((place) => {
    if (begun.has(place)) return
    begun.add(place)
    new Wall(place).start()
  })
}

document.addEventListener('htmx:after:swap', begin)
begin()
