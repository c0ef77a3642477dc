/** Colors as hex literals: the oldest engine we draw on knows neither oklch nor color-mix. */
export interface Theme {
  name: 'light' | 'dark'
  page: string
  card: string
  border: string
  grid: string
  text: string
  muted: string
  primary: string
  success: string
  warning: string
  error: string
  /** Six categories, distinct for color-blind eyes and at least 3:1 on the card (see tests/theme.test.ts). */
  series: string[]
}

export const light: Theme = {
  name: 'light',
  page: '#f8f9fb',
  card: '#ffffff',
  border: '#e4e7eb',
  grid: '#e4e7eb',
  text: '#1a1f29',
  muted: '#5f5d66',
  primary: '#2454b3',
  success: '#0a6d37',
  warning: '#915c08',
  error: '#ba1d27',
  series: ['#2454b3', '#b87e00', '#45a18e', '#a075f2', '#aa3318', '#7a0c5e'],
}

export const dark: Theme = {
  name: 'dark',
  page: '#0e1218',
  card: '#161a20',
  border: '#292e36',
  grid: '#292e36',
  text: '#e5e8ed',
  muted: '#9b9fa5',
  primary: '#70a6f5',
  success: '#6ecc8a',
  warning: '#f6b15b',
  error: '#fc7a73',
  series: ['#70a6f5', '#c8a732', '#98e4bc', '#725ddc', '#d24f1c', '#8b5677'],
}

export const themes: { [name: string]: Theme } = { light, dark }
