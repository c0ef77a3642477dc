import { expect, test } from 'vitest'
import { parseMarkdown, parseRuns } from '../markdown'

test('reads headings, paragraphs and lists', () => {
  expect(parseMarkdown('# One\n## Two\nwords\nmore\n\n- a\n- b\n\n1. c')).toEqual([
    { kind: 'h1', runs: [{ text: 'One' }] },
    { kind: 'h2', runs: [{ text: 'Two' }] },
    { kind: 'p', runs: [{ text: 'words' }, { text: ' ' }, { text: 'more' }] },
    { kind: 'list', ordered: false, items: [[{ text: 'a' }], [{ text: 'b' }]] },
    { kind: 'list', ordered: true, items: [[{ text: 'c' }]] },
  ])
})

test('reads bold and emphasis, and links as their words', () => {
  expect(parseRuns('a **b** *c* [d](https://x.example) 2 * 3')).toEqual([
    { text: 'a ' }, { text: 'b', strong: true }, { text: ' ' }, { text: 'c', em: true }, { text: ' d 2 * 3' },
  ])
})

test('markup is only text', () => {
  expect(parseMarkdown('<b>x</b>')).toEqual([{ kind: 'p', runs: [{ text: '<b>x</b>' }] }])
})
