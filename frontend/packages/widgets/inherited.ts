import type { FormatOptions, QueryColumn, Widget } from '../wire'

/** What a query says of its columns, by their names. */
export interface Formats {
  [column: string]: FormatOptions
}

const KEYS: (keyof FormatOptions)[] = ['format', 'currency', 'decimals', 'unit', 'prefix', 'per', 'duration_in', 'compact']

/** What a query says of its columns, for looking it up. */
export function formatsOf(columns: QueryColumn[] | undefined): Formats {
  const found: Formats = {}
  ;(columns || []).forEach((each) => (found[each.column] = picked(each)))
  return found
}

/** A format as it counts: what is chosen in a place stands before what the query says; another format stands alone. */
export function merged<T extends FormatOptions>(own: T, formats: Formats, column: string | undefined): T {
  const said = column !== undefined && Object.prototype.hasOwnProperty.call(formats, column) ? formats[column] : undefined
  return said && !own.format ? Object.assign({}, own, said, picked(own)) : own
}

/** A widget with what its query says of its first figure. Tables take it for each column, where they draw them. */
export function inherited(widget: Widget, formats: Formats): Widget {
  const options = widget.options
  const column = 'value' in options ? options.value : 'y' in options ? options.y[0] : undefined
  return column === undefined ? widget : (Object.assign({}, widget, { options: merged(options as FormatOptions, formats, column) }) as Widget)
}

/** What is said of columns where a widget's rows stand in full: as the widget writes those that it shows. */
export function formatsIn(widget: Widget, formats: Formats): Formats {
  const options = widget.options
  const found: Formats = Object.assign({}, formats)
  const take = (column: string, own: FormatOptions): void => {
    found[column] = picked(merged(own, formats, column))
  }
  if (widget.kind === 'table') (widget.options.columns || []).forEach((each) => take(each.column, each))
  else if ('value' in options) [options.value].concat(('compare' in options && options.compare) || []).forEach((each) => take(each, options))
  else if ('y' in options) options.y.forEach((each) => take(each, options))
  return found
}

function picked(options: FormatOptions): FormatOptions {
  const found: FormatOptions = {}
  KEYS.forEach((key) => {
    if (options[key] !== undefined) (found as Record<string, unknown>)[key] = options[key]
  })
  return found
}
