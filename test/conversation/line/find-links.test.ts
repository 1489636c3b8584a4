import { expect, test } from 'vitest'
import { findLinks } from '#conversation/line/find-links.ts'

const urls = (text: string): string[] => findLinks(text).map(({ url }) => url)

test.each([
  [
    'see https://example.org/a, and (http://x.org/b(c))',
    ['https://example.org/a', 'http://x.org/b(c)'],
  ],
  ['www.example.com/x.', ['www.example.com/x']],
  ['example.org', ['example.org']],
  ['a.org/x#y?z=1&b=2!', ['a.org/x#y?z=1&b=2']],
  ['<https://a.org/x>', ['https://a.org/x']],
  ['http://localhost:3000/x https://10.0.0.1/', ['http://localhost:3000/x', 'https://10.0.0.1/']],
  ['https://user:pw@example.org/x', ['https://user:pw@example.org/x']],
  ['пример.рф/x 例子.中国/x', ['пример.рф/x', '例子.中国/x']],
  ['https://example.org—look', ['https://example.org']],
])('in %s there are links', (text, found) => {
  expect(urls(text)).toEqual(found)
})

test.each([
  ['bob@example.org'],
  ['Ann <bob@example.org>'],
  ['mailto:bob@example.org'],
  ['@carol:example.org'],
  ['telegram:@ann slack:T1/U1'],
  ['v1.2.3 of 1.2.3.4, 3.50'],
  ['ftp://example.org/x'],
  ['https:// http:'],
])('in %s there is none', (text) => {
  expect(urls(text)).toEqual([])
})

test('Chinese stands beside an address without a space', () => {
  expect(urls('看看https://example.org/文章，很好')).toEqual(['https://example.org/文章'])
  expect(urls('（https://example.org/a）《https://example.org/b》')).toEqual([
    'https://example.org/a',
    'https://example.org/b',
  ])
})

test('they are where they say', () => {
  const text = '看看https://example.org/a bob@example.org x.org'
  for (const { url, at, length } of findLinks(text)) {
    expect(text.slice(at, at + length)).toBe(url)
  }
})
