import { palettes, type Palette } from './tokens'

/** What a drawing needs of the palette, under the names of its parts. */
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
  /** Six categories, distinct for color-blind eyes on this card. */
  series: string[]
}

export const light: Theme = themeOf('light', palettes.light)
export const dark: Theme = themeOf('dark', palettes.dark)
export const themes: { [name: string]: Theme } = { light, dark }

function themeOf(name: Theme['name'], palette: Palette): Theme {
  const { base100, base200, base300, baseContent, muted, primary, success, warning, error, charts } = palette
  return {
    name, page: base200, card: base100, border: base300, grid: base300, text: baseContent,
    muted, primary, success, warning, error, series: charts,
  }
}
