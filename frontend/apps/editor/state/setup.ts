/** What the page tells the editor through its data attributes. */

export interface Setup {
  /** Address of the dashboard, ending in a slash; the Editor API lies below it. */
  api: string
  csrf: string
  /** Where the way back leads: the dashboard's own page. */
  back: string
  screens: string
  sources: string
  /** Whose unsaved work this browser keeps. */
  person: string
  /** A source that an empty dashboard starts from. */
  source: string
  locale: string
  timeZone: string
}

export function setupFrom(data: DOMStringMap): Setup {
  const api = data.api ?? ''
  if (!api.endsWith('/')) throw new Error('data-api must name the dashboard, with a slash at its end')
  return {
    api, csrf: data.csrf || document.body.dataset.csrf || '', back: data.back || api, screens: data.screens || '../../screens/',
    sources: data.sources || '../../sources/', person: data.person || '', source: data.source || '',
    locale: data.locale || navigator.language, timeZone: data.timeZone || Intl.DateTimeFormat().resolvedOptions().timeZone,
  }
}
