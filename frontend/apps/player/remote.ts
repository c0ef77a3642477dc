/** Keys that mean "back" on remotes: LG's, Samsung's, and those of keyboards. */
const BACK_CODES = [461, 10009, 27, 8]
const STEPS: { [key: string]: number } = { ArrowLeft: -1, ArrowUp: -1, ArrowRight: 1, ArrowDown: 1 }

export interface RemoteHooks {
  /** OK was pressed and there is no button to press. */
  ok: () => void
  back: () => void
}

/** The remote of a television: arrows go from button to button, OK presses, Back leaves. */
export class Remote {
  constructor(private root: HTMLElement, private hooks: RemoteHooks) {}

  start(): void {
    document.addEventListener('keydown', (event) => {
      if (event.altKey || event.ctrlKey || event.metaKey) return
      if (this.took(event)) event.preventDefault()
    })
  }

  private took(event: KeyboardEvent): boolean {
    const step = STEPS[event.key]
    if (step) return this.go(step)
    if (event.key === 'Enter' || event.keyCode === 13) {
      const isOnButton = document.activeElement instanceof HTMLButtonElement
      if (!isOnButton) this.hooks.ok()
      // A button presses itself.
      return !isOnButton
    }
    if (BACK_CODES.indexOf(event.keyCode) < 0 && event.key !== 'Escape') return false
    this.hooks.back()
    return true
  }

  private go(step: number): boolean {
    const buttons = buttonsOf(this.root)
    if (!buttons.length) return false
    const at = buttons.indexOf(document.activeElement as HTMLButtonElement)
    const next = at < 0 ? (step > 0 ? 0 : buttons.length - 1) : Math.min(buttons.length - 1, Math.max(0, at + step))
    ;(buttons[next] as HTMLButtonElement).focus()
    return true
  }
}

/** The buttons that can be reached now: those of the panel that lies above all others. */
function buttonsOf(root: HTMLElement): HTMLButtonElement[] {
  const panels = root.querySelectorAll('.pt-panel')
  const top = panels[panels.length - 1]
  return top ? [].slice.call(top.querySelectorAll('button')) : []
}
