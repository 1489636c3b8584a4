import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { cleanLine, cleanText, shorten } from '#core/text.ts'
import { cpuMs } from '#test/fixtures/cpu-time.ts'

const nasty = fc.constantFrom(
  ...[
    '\u0000',
    '\n',
    '\r',
    '\t',
    ' ',
    '\u2028',
    '\uD83D',
    '\uDE00',
    '\u0301',
    '\u0307',
    '\u200D',
    '\u200C',
  ],
  ...[
    '\u202E',
    '\u2066',
    '\u200B',
    '\uFE0F',
    '\u{E0061}',
    '🏴',
    '👩',
    '🏽',
    'a',
    'e',
    'я',
    'ی',
    '한',
    'ᄒ',
    'ᅡ',
  ],
)
const anyText = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 200 }),
  fc.string({ unit: nasty, maxLength: 60 }),
)

describe('cleanLine', () => {
  test.each([
    ['a line break becomes a space', 'one\r\ntwo\u2028three\nfour', 'one two three four'],
    ['controls and NUL are removed', 'a\u0000b\u001b[31mc\u0085d\u007f', 'ab[31mc d'],
    ['bidi overrides and isolates are removed', '\u202Egpj.exe\u202C \u2066x\u2069', 'gpj.exe x'],
    ['lone surrogates are removed', 'a\uD83Db\uDE00c', 'abc'],
    ['pairs are kept', 'a😀b', 'a😀b'],
    ['zero-width characters are removed', 'pay\u200Bpal\uFEFF\u2060\u00AD', 'paypal'],
    ['blank fillers are removed', '\u3164\u115F\uFFA0', ''],
    ['joiners are kept within emoji', '👩\u200D👩\u200D👧', '👩\u200D👩\u200D👧'],
    ['joiners are kept where a script needs them', 'می\u200Cخواهم', 'می\u200Cخواهم'],
    ['joiners between Latin letters are removed', 'a\u200Db\u200C', 'ab'],
    ['flags of regions are kept', '🏴\u{E0067}\u{E0062}\u{E007F}', '🏴\u{E0067}\u{E0062}\u{E007F}'],
    ['hidden tag text is removed', 'a\u{E0068}\u{E0069}', 'a'],
    ['stacks of marks are lowered', `z${'\u0322'.repeat(50)}`, `z${'\u0322'.repeat(4)}`],
    ['white space runs are one space', '  a \t\u3000 b  ', 'a b'],
  ])('%s', (_name, text, expected) => {
    expect(cleanLine(text)).toBe(expected)
  })
})

describe('cleanText', () => {
  test('line breaks stay, at most one empty line in a row', () => {
    expect(cleanText('\n a  \r\nb\r\r\r\r\nc\t d\n\n')).toBe(' a\nb\n\nc  d')
  })
})

describe('any text', () => {
  test('comes out clean, and cleaning again changes nothing', () => {
    fc.assert(
      fc.property(anyText, (text) => {
        for (const clean of [cleanLine, cleanText]) {
          const once = clean(text)
          expect(once.isWellFormed()).toBe(true)
          expect(once).not.toMatch(/(?!\n)[\p{Cc}\u202A-\u202E\u2066-\u2069]/u)
          expect(clean(once)).toBe(once)
        }
        expect(cleanLine(text)).not.toContain('\n')
      }),
      { numRuns: 2000 },
    )
  })

  test('of 100 kB is cleaned in a few milliseconds whatever it is made of', () => {
    for (const unit of [
      ' ',
      '\n',
      ' \n',
      '\u0301',
      '\u200D',
      'a\u0301\u0301',
      '\uD800',
      '\u{E0041}',
    ]) {
      const text = unit.repeat(100_000 / unit.length)
      const took = cpuMs(() => {
        cleanLine(text)
        cleanText(text)
        shorten(text, 300)
      })
      expect(took).toBeLessThan(200)
    }
  })
})

describe('shorten', () => {
  test('leaves what fits as it is', () => {
    expect(shorten('hello', 5)).toBe('hello')
  })

  test('cuts between visible characters and says so', () => {
    expect(shorten('hello world', 7)).toBe('hello…')
    expect(shorten('ab👩\u200D👩\u200D👧cdefg', 6)).toBe('ab…')
    expect(shorten('e\u0301e\u0301e\u0301e\u0301', 4)).toBe('e\u0301…')
  })

  test('never exceeds its limit and never splits a pair', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), fc.integer({ min: 0, max: 40 }), (text, max) => {
        const short = shorten(text, max)
        expect(short.length).toBeLessThanOrEqual(Math.max(max, 0))
        expect(short.isWellFormed()).toBe(true)
      }),
    )
  })
})
