/** The dashboard editor, mounted where the page has `<div id="editor" data-api="…">`. */

import '../../packages/widgets/widgets.css'
import './editor.css'

import { mount } from 'svelte'
import App from './App.svelte'
import { Session } from './state/session.svelte'
import { setupFrom } from './state/setup'

const place = document.getElementById('editor')
if (place) {
  const session = new Session(setupFrom(place.dataset))
  place.replaceChildren()
  mount(App, { target: place, props: { session } })
  void session.load()
}
