/** The editor of a saved query, mounted where the page has `<div id="query-editor" data-api="…">`. */

import './editor.css'

import { mount } from 'svelte'
import SavedPage from './query/SavedPage.svelte'
import { setupFrom } from './state/setup'

const place = document.getElementById('query-editor')
if (place) {
  const setup = setupFrom(place.dataset)
  place.replaceChildren()
  mount(SavedPage, { target: place, props: { setup } })
}
