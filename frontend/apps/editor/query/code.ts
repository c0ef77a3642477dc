/** The SQL field as an editor of code: colors, completion from the source's tables, errors where they stand. Loaded when it is opened. */

import { autocompletion, closeBrackets, closeBracketsKeymap, type Completion, type CompletionContext, completionKeymap } from '@codemirror/autocomplete'
import { defaultKeymap, history, historyKeymap, indentWithTab } from '@codemirror/commands'
import { bracketMatching, HighlightStyle, syntaxHighlighting } from '@codemirror/language'
import { PostgreSQL, sql, type SQLNamespace } from '@codemirror/lang-sql'
import { lintGutter, setDiagnostics } from '@codemirror/lint'
import { Compartment, EditorState, type Extension, Prec } from '@codemirror/state'
import { drawSelection, EditorView, highlightActiveLine, keymap, lineNumbers, placeholder, tooltips } from '@codemirror/view'
import { tags } from '@lezer/highlight'
import { MOST_SQL } from '../model/document'
import { identifier, offsetOf } from '../model/sql'
import type { Source } from '../model/types'
import type { Failure } from '../state/results.svelte'

export interface Code {
  set(text: string): void
  selection(): { from: number; to: number }
  select(from: number, to?: number): void
  /** Which source is asked, and which parameters there are. */
  know(source: Source | undefined, parameters: readonly string[]): void
  enable(editable: boolean): void
  fail(failure: Failure | null): void
  destroy(): void
}

interface Wishes { text: string; help: string; hint: string; onchange: (text: string) => void; onrun: () => void }

const look = EditorView.theme({
  '&': { height: '100%', color: 'var(--color-base-content)', backgroundColor: 'var(--color-base-100)', fontSize: '0.875rem' },
  '&.cm-focused': { outline: '2px solid var(--color-primary)', outlineOffset: '-2px' },
  '.cm-scroller': { fontFamily: 'ui-monospace, SFMono-Regular, Menlo, Consolas, monospace', lineHeight: '1.5' },
  '.cm-content': { padding: '0.5rem 0', caretColor: 'var(--color-base-content)' },
  // Transparent, or it would lie over the ring of the focus; long lines are wrapped, so nothing passes below it.
  '.cm-gutters': { backgroundColor: 'transparent', color: 'var(--ot-muted)', border: 'none' },
  '.cm-activeLine, .cm-activeLineGutter': { backgroundColor: 'color-mix(in oklab, var(--color-base-content) 5%, transparent)' },
  '.cm-cursor': { borderLeftColor: 'var(--color-base-content)' },
  '&.cm-focused .cm-selectionBackground, .cm-selectionBackground': { backgroundColor: 'color-mix(in oklab, var(--color-primary) 25%, transparent) !important' },
  '.cm-placeholder': { color: 'var(--ot-muted)' },
  '.cm-tooltip': { color: 'var(--color-base-content)', backgroundColor: 'var(--color-base-100)', border: '1px solid var(--color-base-300)', borderRadius: '6px' },
  '.cm-tooltip-autocomplete ul li[aria-selected]': { color: 'var(--color-primary-content)', backgroundColor: 'var(--color-primary)' },
  '.cm-completionDetail': { color: 'var(--ot-muted)', fontStyle: 'normal', marginLeft: '0.75rem' },
  'li[aria-selected] .cm-completionDetail': { color: 'inherit' },
  '.cm-diagnostic-error': { borderLeftColor: 'var(--color-error)' },
})
const colors = syntaxHighlighting(HighlightStyle.define([
  { tag: tags.keyword, color: 'var(--color-primary)', fontWeight: '600' },
  { tag: [tags.string, tags.special(tags.string)], color: 'var(--color-success)' },
  { tag: [tags.number, tags.bool, tags.null], color: 'var(--color-warning)' },
  { tag: tags.comment, color: 'var(--ot-muted)', fontStyle: 'italic' },
]))

export function mounted(place: HTMLElement, { text, help, hint, onchange, onrun }: Wishes): Code {
  // In a shadow root its styles are sheets that it adopts; style elements, which it would add to the page, are refused.
  const root = place.attachShadow({ mode: 'open' })
  const [language, editing] = [new Compartment(), new Compartment()]
  const view = new EditorView({
    parent: root, root,
    state: EditorState.create({
      doc: text,
      extensions: [
        Prec.highest(keymap.of([{ key: 'Mod-Enter', run: () => { onrun(); return true } }])),
        keymap.of([...closeBracketsKeymap, ...completionKeymap, ...historyKeymap, ...defaultKeymap, indentWithTab]),
        history(), lineNumbers(), lintGutter(), drawSelection(), highlightActiveLine(), bracketMatching(), closeBrackets(), autocompletion({ icons: false }),
        tooltips({ position: 'fixed' }), placeholder(hint), look, colors, EditorView.lineWrapping, language.of([]), editing.of([]),
        EditorView.contentAttributes.of({ 'aria-label': 'SQL', 'aria-description': help, spellcheck: 'false', autocapitalize: 'off' }),
        EditorState.changeFilter.of((change) => change.newDoc.length <= MOST_SQL),
        EditorView.updateListener.of((update) => { if (update.docChanged) onchange(update.state.doc.toString()) }),
      ],
    }),
  })
  place.addEventListener('keydown', apart)
  return {
    set(next) {
      if (next !== view.state.doc.toString()) view.dispatch({ changes: { from: 0, to: view.state.doc.length, insert: next } })
    },
    selection: () => ({ from: view.state.selection.main.from, to: view.state.selection.main.to }),
    select(from, to = from) {
      const end = view.state.doc.length
      view.dispatch({ selection: { anchor: Math.min(from, end), head: Math.min(to, end) }, scrollIntoView: true })
      view.focus()
    },
    know: (source, parameters) => view.dispatch({ effects: language.reconfigure(languageOf(source, parameters)) }),
    enable: (editable) => view.dispatch({ effects: editing.reconfigure([EditorView.editable.of(editable), EditorState.readOnly.of(!editable)]) }),
    fail: (failure) => view.dispatch(setDiagnostics(view.state, failure && failure.line !== null ? [pointed(view.state, failure)] : [])),
    destroy: () => view.destroy(),
  }
}

/** Keys that are typed in here mean nothing to the page, which cannot see into a shadow root: all but those of the palette. */
function apart(event: KeyboardEvent): void {
  const isPalette = (event.ctrlKey || event.metaKey) && event.key.toLowerCase() === 'k'
  if (!isPalette) event.stopPropagation()
}

function pointed(state: EditorState, failure: Failure) {
  const text = state.doc.toString()
  const from = offsetOf(text, failure.line ?? 1, failure.column ?? 1)
  const word = /^[\w$]+|^./.exec(text.slice(from))?.[0].length ?? 0
  // At the end of a line there is nothing to underline but what stands before.
  return { from: word ? from : Math.max(from - 1, 0), to: from + word, severity: 'error' as const, message: failure.message }
}

function languageOf(source: Source | undefined, parameters: readonly string[]): Extension {
  const only = source?.tables.length === 1 ? unquoted(source.tables[0]!.name).join('.') : undefined
  const found = sql({ dialect: PostgreSQL, schema: namespace(source), ...(only ? { defaultTable: only } : {}) })
  const named = (context: CompletionContext) => {
    const before = context.matchBefore(/(?<!:):\w*/)
    return before && { from: before.from, options: parameters.map((name): Completion => ({ label: `:${name}`, type: 'variable', detail: 'parameter' })) }
  }
  return [found, PostgreSQL.language.data.of({ autocomplete: named })]
}

/** What can be completed: tables as SQL spells them, below their schema where they have one, each with its columns and types. */
export function namespace(source: Source | undefined): SQLNamespace {
  const found: { [name: string]: SQLNamespace } = {}
  for (const table of source?.tables ?? []) {
    const steps = unquoted(table.name)
    const name = steps.pop()!
    let level = found
    for (const step of steps) level = (level[escaped(step)] ??= {}) as { [name: string]: SQLNamespace }
    level[escaped(name)] = {
      self: { label: name, type: 'type', apply: identifier(name), detail: table.rows === null ? 'table' : `${table.rows} rows` },
      children: table.columns.map((one) => ({ label: one.name, type: 'property', apply: identifier(one.name), detail: one.type })),
    }
  }
  return found
}

function unquoted(name: string): string[] {
  return [...name.matchAll(/"((?:[^"]|"")*)"|[^."]+/g)].map((part) => part[1] === undefined ? part[0] : part[1].replaceAll('""', '"'))
}

// A dot in a name is no step.
const escaped = (name: string): string => name.replaceAll('.', '\\.')
