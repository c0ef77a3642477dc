"""What somebody without a mouse meets on a page: every stop of the Tab key, and whether it can be seen."""

from playwright.sync_api import Page

# Notes each element that takes the focus, what of it the eye can tell from before, and whether something cuts that off.
WATCHING = """
() => {
  const STOPS = 'a[href], button, input, select, textarea, summary, iframe, [tabindex], [contenteditable]'
  const isStop = (each) => {
    if (each.tabIndex < 0 || each.matches(':disabled, [type=hidden]')) return false
    if (each.closest('[inert], dialog:not([open])')) return false
    if (!each.checkVisibility({visibilityProperty: true})) return false
    // All radio buttons of a name are one stop: the chosen one, or the first.
    const group = [...document.getElementsByName(each.name)].filter((other) => other.type === 'radio' && other.form === each.form)
    return each.type !== 'radio' || each === (group.find((other) => other.checked) ?? group[0])
  }
  const words = (each) => (each.ariaLabel || each.innerText || each.name || each.id).trim().slice(0, 50)
  const name = (each) => `${each.tagName.toLowerCase()} “${words(each)}”`
  const ring = (each) => {
    const style = getComputedStyle(each)
    return style.outlineStyle === 'none' || parseFloat(style.outlineWidth) < 2 ? '' : style.outlineColor
  }
  // A control that draws nothing itself, like that of a file, is shown by what it stands in.
  const drawn = (each) => [each, ...(each.labels ?? []), each.parentElement, each.closest('.ot-drop-zone')].filter(Boolean)
    .map((part) => ring(part) + getComputedStyle(part).boxShadow)
  const isCutOff = (each) => {
    const style = getComputedStyle(each), box = each.getBoundingClientRect()
    const reach = ring(each) ? parseFloat(style.outlineWidth) + parseFloat(style.outlineOffset) : 0
    const bar = document.querySelector('.ot-bar')
    const below = bar && !bar.contains(each) && !each.closest('.ot-sidebar') ? bar.getBoundingClientRect().bottom : 0
    if (box.height < innerHeight - below && (box.top - reach < below - 1 || box.bottom + reach > innerHeight + 1)) return true
    for (let around = each.parentElement; around && around !== document.body; around = around.parentElement) {
      const edge = around.getBoundingClientRect(), {overflowX, overflowY} = getComputedStyle(around)
      if (overflowX !== 'visible' && (box.left - reach < edge.left - 1 || box.right + reach > edge.right + 1)) return true
      if (overflowY !== 'visible' && (box.top - reach < edge.top - 1 || box.bottom + reach > edge.bottom + 1)) return true
    }
    return false
  }
  document.activeElement.blur()
  const all = [...document.querySelectorAll(STOPS)].filter(isStop), before = all.map(drawn), met = [], troubles = []
  document.addEventListener('focusin', ({target}) => {
    const place = all.indexOf(target)
    if (place >= 0 && !met.includes(place)) {
      if (String(drawn(target)) === String(before[place])) troubles.push(`${name(target)} shows no ring`)
      // What scrolls may be larger than its window.
      if (!target.matches('.skip-link, [tabindex]') && isCutOff(target)) troubles.push(`${name(target)} is cut off`)
    }
    if (place >= 0) met.push(place)
  })
  window.walked = {
    count: all.length,
    isAround: () => met.slice(1).includes(met[0]),
    troubles: () => {
      const missed = all.filter((each, place) => !met.includes(place) && each.isConnected && isStop(each))
      return [...troubles, ...missed.map((each) => `${name(each)} is not reached`)]
    },
    order: () => [...new Set(met)],
  }
  return all.length
}
"""


def walk(page: Page, key: str = "Tab") -> list[str]:
    """Go once around the page that is open, with one key alone, and return what is not reached or not seen there."""
    count = page.evaluate(WATCHING)
    # A field for a date or a time has a stop for each of its parts.
    for _ in range(5):
        for _ in range(count + 1):
            page.keyboard.press(key)
        if page.evaluate("walked.isAround()"):
            break
    return page.evaluate("walked.troubles()")
