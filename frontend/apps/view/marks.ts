/** Outlines around the widgets of a drawn dashboard that a comparison names, each with a word for what became of it. */

export interface Marks { [widget: string]: { verb: string; word: string } }

export function marksOf(text: string | undefined): Marks {
  return text ? JSON.parse(text) as Marks : {}
}

export function mark(place: HTMLElement, marks: Marks): void {
  place.querySelectorAll<HTMLElement>('[data-widget]').forEach((box) => {
    const found = marks[box.dataset.widget ?? '']
    if (!found) return
    box.dataset.mark = found.verb
    const word = document.createElement('span')
    word.className = 'ot-became'
    word.textContent = found.word
    box.append(word)
  })
}
