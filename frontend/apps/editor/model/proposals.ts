/** A first dashboard from nothing but a source's columns: never empty, always worth changing. */

import { humanize, isAveraged, isCategory, isFigure, isMeasure, isTime } from './columns'
import { emptyDocument, MOST_TITLE } from './document'
import { tableColumn } from './options'
import { identifier, quoted } from './sql'
import type { Column, DashboardDocument, Query, Source, Widget } from './types'

const REFRESH_SECONDS = 300
const LATEST_ROWS = 20
const MOST_BARS = 8
const TABLE_COLUMNS = 5

interface Subject { source: Source; table: string; measure: Column | null; time: Column | null; category: Column | null }
interface Part { query: Omit<Query, 'id' | 'source' | 'refresh_seconds'>; widget: Pick<Widget, 'kind' | 'title' | 'options'> }
interface Parts { numbers: Part[]; line: Part | null; bar: Part | null; table: Part }

/** Three to five widgets that fill the wall: rows counted, the first measure, its course, its parts, the latest rows. */
export function proposeDocument(source: Source, title = humanize(source.name)): DashboardDocument {
  const subject = read(source)
  const parts: Parts = {
    numbers: [countPart(subject), ...(subject.measure ? [figurePart(subject, subject.measure)] : [])],
    line: subject.time ? linePart(subject, subject.time) : null,
    bar: subject.category ? barPart(subject, subject.category) : null,
    table: tablePart(subject),
  }
  return assemble(emptyDocument(title), source, parts)
}

function read(source: Source): Subject {
  return {
    source,
    table: identifier(source.table),
    measure: source.columns.find(isMeasure) ?? null,
    time: source.columns.find(isTime) ?? null,
    category: source.columns.find(isCategory) ?? source.columns.find((column) => column.type === 'text') ?? null,
  }
}

function countPart({ table }: Subject): Part {
  return {
    query: { name: 'Number of rows', sql: `select count(*) as rows\nfrom ${table}` },
    widget: { kind: 'number', title: 'Rows', options: { value: 'rows', compare: null, format: 'integer', goal: 'none' } },
  }
}

function figurePart(subject: Subject, measure: Column): Part {
  const title = figureTitle(measure)
  const name = alias(measure)
  return {
    query: { name: title, sql: `select ${figure(measure)} as ${name}\nfrom ${subject.table}` },
    widget: { kind: 'number', title, options: { value: measure.name, compare: null, format: format(measure), goal: 'none' } },
  }
}

function linePart(subject: Subject, time: Column): Part {
  const { expression, column, title } = series(subject)
  const sql = `select date_trunc('month', ${identifier(time.name)})::date as month, ${expression}\n`
    + `from ${subject.table}\nwhere ${identifier(time.name)} is not null\ngroup by 1\norder by 1`
  return {
    query: { name: `${title} by month`, sql },
    widget: {
      kind: 'line', title: `${title} by month`,
      options: { x: 'month', y: [column], area: true, format: subject.measure ? format(subject.measure) : 'integer' },
    },
  }
}

function barPart(subject: Subject, category: Column): Part {
  const { expression, column, title } = series(subject)
  const by = `${title} by ${humanize(category.name).toLowerCase()}`
  const sql = `select ${identifier(category.name)}, ${expression}\nfrom ${subject.table}\n`
    + `where ${identifier(category.name)} is not null\ngroup by 1\norder by 2 desc\nlimit ${MOST_BARS}`
  return {
    query: { name: by, sql },
    widget: {
      kind: 'bar', title: by,
      options: {
        x: category.name, y: [column], horizontal: true, stacked: false, format: subject.measure ? format(subject.measure) : 'integer',
      },
    },
  }
}

function tablePart({ source, table, time }: Subject): Part {
  const telling = source.columns.filter((column) => !isFigure(column) || isMeasure(column))
  const shown = (telling.length >= 3 ? telling : source.columns).slice(0, TABLE_COLUMNS)
  const order = time ? `\norder by ${identifier(time.name)} desc` : ''
  const title = time ? 'Latest rows' : 'First rows'
  return {
    query: { name: title, sql: `select ${shown.map((column) => identifier(column.name)).join(', ') || '*'}\nfrom ${table}${order}\nlimit ${LATEST_ROWS}` },
    widget: {
      kind: 'table', title,
      options: {
        columns: shown.map(tableColumn),
        rows: LATEST_ROWS,
      },
    },
  }
}

function series({ measure }: Subject): { expression: string; column: string; title: string } {
  if (!measure) return { expression: 'count(*) as rows', column: 'rows', title: 'Rows' }
  return { expression: `${figure(measure)} as ${alias(measure)}`, column: measure.name, title: figureTitle(measure) }
}

const figure = (measure: Column): string => `${isAveraged(measure) ? 'avg' : 'sum'}(${identifier(measure.name)})`
const figureTitle = (measure: Column): string => `${isAveraged(measure) ? 'Average' : 'Total'} ${humanize(measure.name).toLowerCase()}`
const format = (measure: Column) => measure.type === 'integer' && !isAveraged(measure) ? 'integer' as const : 'number' as const
const alias = (column: Column): string => identifier(column.name) === column.name ? column.name : quoted(column.name)

function assemble(doc: DashboardDocument, source: Source, parts: Parts): DashboardDocument {
  const chosen = [...parts.numbers, parts.line, parts.bar, parts.table].filter((part) => part !== null)
  const places = placesFor(parts.numbers.length, parts.line !== null, parts.bar !== null)
  const queries = chosen.map((part, index): Query => ({
    id: `q${index + 1}`, source: source.id, refresh_seconds: REFRESH_SECONDS, ...part.query, name: part.query.name.slice(0, MOST_TITLE),
  }))
  const widgets = chosen.map((part, index) => ({
    id: `w${index + 1}`, query: `q${index + 1}`, ...part.widget, title: part.widget.title.slice(0, MOST_TITLE), ...places[index],
  } as Widget))
  return { ...doc, queries, widgets }
}

/** Places that fill 24 × 14 exactly, in the order numbers, line, bar, table. */
function placesFor(numbers: number, line: boolean, bar: boolean) {
  const wide = line ? 6 : 24 / numbers
  const tall = line ? 6 / numbers : 4
  const top = Array.from({ length: numbers }, (_, index) => line
    ? { x: 0, y: index * tall, w: wide, h: tall }
    : { x: index * wide, y: 0, w: wide, h: tall })
  const below = line ? 6 : 4
  const tableAt = bar ? 12 : 0
  return [
    ...top,
    ...(line ? [{ x: 6, y: 0, w: 18, h: 6 }] : []),
    ...(bar ? [{ x: 0, y: below, w: 12, h: 14 - below }] : []),
    { x: tableAt, y: below, w: 24 - tableAt, h: 14 - below },
  ]
}
