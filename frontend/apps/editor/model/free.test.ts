import { describe, expect, test } from 'vitest'
import { changeKind, emptyDocument, addWidget, widgetOf } from './document'
import { badAddress, lacking, tomorrow } from './free'
import { asksQuery, KINDS, whyNot } from './kinds'
import type { Kind, Widget } from './types'

const FREE = KINDS.filter((kind) => !asksQuery(kind))

function added(kind: Kind): Widget {
  const made = addWidget(emptyDocument('Foyer'), kind, { title: '', query: 'q1' }, [])!
  return widgetOf(made.document, made.id)!
}

describe('widgets without a query', () => {
  test('are always offered and never keep one', () => {
    expect(FREE).toEqual(['text', 'image', 'clock', 'countdown', 'qr', 'web'])
    expect(FREE.map((kind) => [whyNot(kind, null), added(kind).query])).toEqual(FREE.map(() => [null, null]))
  })

  test('say what they lack, and a clock lacks nothing', () => {
    expect((['image', 'clock', 'countdown', 'qr', 'web'] as const).map((kind) => lacking(added(kind)))).toEqual([
      'No picture is chosen yet.', null, null, 'There is no text or address yet.', 'There is no address yet.',
    ])
  })

  test('begin anew when their kind changes, and stay as they are when it does not', () => {
    const made = addWidget(emptyDocument('Foyer'), 'qr', { title: 'Menu', query: null }, [])!
    const clock = widgetOf(changeKind(made.document, made.id, 'clock', []), made.id)!
    expect([clock.kind, clock.title, clock.options]).toEqual(['clock', 'Menu', { zone: '', hours: '24', seconds: false, date: true }])
  })

  test('a countdown begins with the next midnight', () => {
    expect(tomorrow(new Date(2026, 11, 31, 9, 30))).toBe('2027-01-01T00:00')
  })

  test.each([
    ['https://example.com/a?b#c', null], ['http://example.com', 'The address must begin with https://.'], ['example.com', 'The address must begin with https://.'],
    ['javascript:alert(1)', 'The address must begin with https://.'], ['https://ben:secret@example.com', 'The address must not have a password in it.'],
  ])('%s: %s', (address, sentence) => expect(badAddress(address)).toBe(sentence))
})
