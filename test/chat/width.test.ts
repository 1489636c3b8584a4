import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { widthOf, wrap } from '#src/chat/width.ts'

const rows = (text: string, columns: number): string[] =>
  wrap([{ text, look: null }], columns).map((row) => row.map((span) => span.text).join(''))

describe('the width of text', () => {
  test.each([
    ['', 0],
    ['abc', 3],
    ['é', 1],
    ['e\u0301', 1],
    ['中文', 4],
    ['，', 2],
    ['ｱ', 1],
    ['한', 2],
    ['👍', 2],
    ['👨‍👩‍👧', 2],
    ['🇨🇳', 2],
    ['✔', 1],
    ['☎️', 2],
    ['1', 1],
    ['\u200b', 0],
  ])('%j takes %i columns', (text, width) => {
    expect(widthOf(text)).toBe(width)
  })
})

describe('wrapping', () => {
  test.each([
    ['look at this page', 10, ['look at', 'this page']],
    ['look', 4, ['look']],
    ['https://example.org/a/b', 10, ['https://ex', 'ample.org/', 'a/b']],
    ['看看这个网页 now', 7, ['看看这', '个网页', 'now']],
    ['', 5, ['']],
    ['  indented', 20, ['  indented']],
  ])('%j in %i columns', (text, columns, expected) => {
    expect(rows(text, columns)).toEqual(expected)
  })

  test('no row is wider than it may be, and nothing but blanks is lost', () => {
    const word = fc.string({
      unit: fc.constantFrom('a', 'Z', '中', '文', ' ', '👍', 'é', '，', '-'),
    })
    fc.assert(
      fc.property(word, fc.integer({ min: 2, max: 30 }), (text, columns) => {
        const broken = rows(text, columns)
        expect(Math.max(...broken.map(widthOf))).toBeLessThanOrEqual(columns)
        expect(broken.join('').replaceAll(' ', '')).toBe(text.replaceAll(' ', ''))
      }),
    )
  })

  test('each piece keeps its look over the end of a row', () => {
    const spans = [
      { text: 'one two ', look: 'a' },
      { text: 'three four', look: 'b' },
    ]
    expect(wrap(spans, 9).map((row) => row.map(({ text, look }) => `${look}:${text}`))).toEqual([
      ['a:one two'],
      ['b:three'],
      ['b:four'],
    ])
  })
})
