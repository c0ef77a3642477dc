/** A published dashboard on its own page, live: the renderer of the screens, fed with the results that screens get. */

import '../../packages/widgets/widgets.css'
import { dark, light, paintDashboard, type DashboardHandle, type Theme } from '../../packages/widgets'
import type { DataResult, Document } from '../../packages/wire'

interface Answer { number: number; document: Document; keys: { [query: string]: string }; results: DataResult[] }

// A result is kept fresh for 90 seconds after somebody asked for it.
const ASK_EVERY = 45_000
const TICK_EVERY = 30_000
const LOST = 'The dashboard cannot be read right now. It is tried again by itself.'

class Wall {
  private handle: DashboardHandle | null = null
  private shown: Answer | null = null
  private asking = false
  private again = false

  constructor(private readonly place: HTMLElement) {}

  start(): void {
    document.body.addEventListener('ot-live', () => void this.ask())
    document.addEventListener('visibilitychange', () => { if (!document.hidden) void this.ask() })
    new ResizeObserver(() => this.handle?.resize()).observe(this.place)
    new MutationObserver(() => this.paint()).observe(document.documentElement, { attributeFilter: ['data-theme'] })
    matchMedia('(prefers-color-scheme: dark)').addEventListener('change', () => this.paint())
    setInterval(() => { if (!document.hidden) void this.ask() }, ASK_EVERY)
    setInterval(() => this.handle?.tick(Date.now()), TICK_EVERY)
    void this.ask()
  }

  private async ask(): Promise<void> {
    if (this.asking) {
      this.again = true
      return
    }
    this.asking = true
    const answer = await fetched(this.place.dataset.source ?? '')
    this.asking = false
    if (answer) this.show(answer)
    else if (!this.handle) this.place.replaceChildren(sentence(LOST))
    if (this.again) {
      this.again = false
      void this.ask()
    }
  }

  private show(answer: Answer): void {
    const isNew = answer.number !== this.shown?.number
    this.shown = answer
    if (isNew) this.paint()
    else this.feed()
  }

  private paint(): void {
    if (!this.shown) return
    this.handle?.destroy()
    this.place.replaceChildren()
    const { locale, timeZone } = this.place.dataset
    this.handle = paintDashboard(this.place, this.shown.document, {
      theme: theme(), locale: locale || navigator.language, keys: this.shown.keys, readers: true,
      ...(timeZone ? { timeZone } : {}),
    })
    this.feed()
  }

  private feed(): void {
    const results = Object.fromEntries((this.shown?.results ?? []).map((result) => [result.key, result]))
    this.handle?.setData(results, Date.now())
  }
}

async function fetched(address: string): Promise<Answer | null> {
  try {
    const response = await fetch(address, { headers: { Accept: 'application/json' }, credentials: 'same-origin' })
    const isJson = (response.headers.get('Content-Type') ?? '').includes('json')
    return response.ok && isJson ? await response.json() as Answer : null
  } catch {
    return null
  }
}

function theme(): Theme {
  const chosen = document.documentElement.dataset.theme
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

const place = document.getElementById('wall')
if (place) new Wall(place).start()
