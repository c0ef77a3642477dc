import type { Column, DataResult, Widget } from '../wire'
import { ageWords, isStale } from './age'
import { indexOf, isFigure } from './columns'
import { clockTime } from './dates'
import { kindOf, type Reader } from './kinds'

export type Face = 'ok' | 'loading' | 'empty' | 'failed' | 'forbidden' | 'misconfigured'

/** A line under the data when it is not what it should be. */
export interface Note {
  tone: 'stale' | 'failed' | 'alert'
  text: string
  /** For a card too narrow for the whole sentence. */
  short: string
}

export interface View {
  face: Face
  /** The whole message of a face without data; empty for "ok" and plain loading. */
  sentence: string
  note: Note | null
}

/** Decides what a widget shows: its data, or which honest sentence instead. */
export function viewOf(widget: Widget, result: DataResult | null, now: number, reader: Reader): View {
  const kind = kindOf(widget)
  if (!kind) return face('misconfigured', 'This screen does not know the widget kind “' + widget.kind + '” yet.')
  if (kind.missing) return standing(kind.missing(widget.options))
  if (!widget.query) return face('misconfigured', 'No query is chosen.')
  const unset = kind.columns(widget.options).filter((name) => !name).length > 0
  if (unset || missesSeries(widget)) return face('misconfigured', 'No column is chosen.')
  if (!result) return face('loading', '')
  return dataView(widget, result, now, reader)
}

function standing(missing: string): View {
  return face(missing ? 'empty' : 'ok', missing)
}

function dataView(widget: Widget, result: DataResult, now: number, reader: Reader): View {
  if (result.state === 'forbidden') return face('forbidden', result.error || 'This screen may not see this data.')
  if (!result.columns.length) return { ...withoutData(result), note: withAlert(widget, result, null) }
  const wrong = wrongColumn(widget, result)
  if (wrong) return face('misconfigured', wrong)
  const note = withAlert(widget, result, noteOf(result, now, reader))
  if (!result.rows.length) return { face: 'empty', sentence: 'The query returned no rows.', note }
  return { face: 'ok', sentence: '', note }
}

function withoutData(result: DataResult): View {
  if (result.state === 'failed') return face('failed', result.error || 'The query failed.')
  return result.state === 'waiting' ? face('loading', 'Waiting for the first result') : face('empty', 'The query returned no columns.')
}

function missesSeries(widget: Widget): boolean {
  return (widget.kind === 'line' || widget.kind === 'bar') && !(widget.options.y && widget.options.y.length)
}

function wrongColumn(widget: Widget, result: DataResult): string | null {
  const kind = kindOf(widget)
  if (!kind) return null
  const missing = kind.columns(widget.options).filter((name) => indexOf(result, name) < 0)[0]
  if (missing !== undefined) return 'The result has no column “' + missing + '”.'
  const texts = kind.figures(widget.options).filter((name) => !isFigure(result.columns[indexOf(result, name)] as Column))
  if (texts[0] !== undefined) return 'The column “' + texts[0] + '” holds no figures.'
  return kind.unfit ? kind.unfit(widget.options, result) : null
}

function noteOf(result: DataResult, now: number, reader: Reader): Note | null {
  const at = Date.parse(result.computed_at || '')
  const old = ageWords(now - at) + ' old'
  if (result.state !== 'failed') return isStale(result, now) ? { tone: 'stale', text: old, short: old } : null
  const reason = result.error || 'The query failed.'
  if (isNaN(at)) return { tone: 'failed', text: reason, short: 'Failed' }
  const since = clockTime(at, reader.locale, reader.timeZone)
  return { tone: 'failed', text: 'From ' + since + '. ' + reason, short: 'Failed, ' + since }
}

/** What fires over a column that this widget shows comes first where there is room; where there is none, it may be cut. */
function withAlert(widget: Widget, result: DataResult, note: Note | null): Note | null {
  const alert = (result.alerts || []).filter((one) => shows(widget, one.column)).map((one) => one.text).join('; ')
  if (!alert) return note
  if (!note) return { tone: 'alert', text: alert, short: alert }
  return { tone: 'alert', text: alert + ' · ' + note.text, short: note.short + ' · ' + alert }
}

/** A table without columns of its own shows all of them; no column at all is the number of rows. */
function shows(widget: Widget, column: string): boolean {
  const kind = kindOf(widget)
  const named = kind ? kind.columns(widget.options) : []
  return !column || !named.length || named.indexOf(column) >= 0
}

function face(name: Face, sentence: string): View {
  return { face: name, sentence, note: null }
}
