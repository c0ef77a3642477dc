import { beforeEach, describe, expect, it } from 'vitest'
import { View } from '../view'

let root: HTMLElement

beforeEach(() => {
  root = document.createElement('div')
})

function shown(brand?: { name: string; color: string; logo: string }): Element {
  new View(root).message('This screen is paired as Lobby.', 'Publish a dashboard to it, and it appears here.', brand)
  return root.querySelector('.pt-words') as Element
}

describe('a screen without a dashboard', () => {
  it('shows whose it is', () => {
    const words = shown({ name: 'Harbour <b>', color: '#0f4c81', logo: '/logos/a.b' })
    const name = words.querySelector('.pt-brand-name') as HTMLElement
    expect(words.querySelector('img')?.getAttribute('src')).toBe('/logos/a.b')
    expect(name.textContent).toBe('Harbour <b>')
    expect(name.style.borderColor).toBe('#0f4c81')
  })

  it('shows the name alone when the logo cannot be fetched, and where there is none', () => {
    const words = shown({ name: 'Harbour', color: '', logo: '/logos/gone' })
    words.querySelector('img')?.onerror?.(new Event('error'))
    expect(words.querySelector('img')).toBe(null)
    expect(shown({ name: 'Harbour', color: '', logo: '' }).querySelector('img')).toBe(null)
    expect(root.querySelector('.pt-brand-name')?.textContent).toBe('Harbour')
  })

  it('says nothing of it with a manifest that was kept from before', () => {
    expect(shown().querySelector('.pt-brand')).toBe(null)
  })
})
