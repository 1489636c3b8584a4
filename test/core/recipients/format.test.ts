import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { formatRecipient } from '#core/recipients/format.ts'
import { parseRecipient } from '#core/recipients/parse.ts'
import type { RecipientContext } from '#core/recipients/recipient.ts'
import { splitRecipients } from '#core/recipients/split.ts'

const odd = fc.string({
  unit: fc.constantFrom(
    ...[
      '"',
      '\\',
      '“',
      '”',
      '＂',
      '＼',
      '<',
      '>',
      '＜',
      '@',
      '#',
      '＃',
      ':',
      ',',
      '，',
      ' ',
      '\u3000',
      '\n',
      '.',
      '-',
      '/',
    ],
    ...[
      'a',
      'B',
      '李',
      'Ａ',
      '\u0301',
      '\u0338',
      '\u200D',
      '👩',
      '\u202E',
      '\uD800',
      '+',
      '8',
      '6',
      '1',
      '(',
      '!',
      '%',
      '|',
    ],
  ),
  maxLength: 20,
})
const name = fc.oneof(
  odd,
  fc.string({ unit: 'binary', maxLength: 20 }),
  fc.constantFrom('me', '我', 'Bob', 'Mary Ann', 'sms:'),
)
const address = fc.oneof(
  fc.emailAddress(),
  fc
    .tuple(odd, fc.constantFrom('example.org', '例子.中国'))
    .map(([local, domain]) => `"${local}"@${domain}`),
  fc.constantFrom(
    '+8613800138000',
    'wap:+86 138 0013 8000',
    '13800138000',
    'telegram:@ann',
    'tg:4711',
    '@ann',
  ),
  fc.constantFrom('slack:U123', 'slack:T1/U1', '@carol:example.org', 't.me/ann', '<@U1|ann>', 'me'),
)
const written = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 60 }),
  odd,
  name.map((text) => `#${text}`),
  name.map((text) => `"${text}"`),
  address,
  fc.tuple(name, address).map(([who, where]) => `${who} <${where}>`),
  fc.tuple(name, address).map(([who, where]) => `"${who}" <${where}>`),
)
const contexts: readonly RecipientContext[] = [
  {},
  { defaultRegion: 'CN', platform: 'telegram', workspaces: ['T1'] },
  {
    contacts: ['Mum', 'Mary Ann', 'a@b.org', 'me', '"x\\', '李 四'],
    platform: 'slack',
    workspaces: ['T1', 'T2'],
  },
]

describe('any recipient', () => {
  test('is read without throwing, and reads the same when it is written out', () => {
    let understood = 0
    fc.assert(
      fc.property(written, fc.constantFrom(...contexts), (text, context) => {
        const parsed = parseRecipient(text, context)
        if (!parsed.ok) return
        understood++
        const formatted = formatRecipient(parsed.recipient)
        expect(parseRecipient(formatted, context)).toEqual(parsed)
        expect(formatted).not.toMatch(/[\p{Cc}\p{Cs}\u202E]/u)
        expect(splitRecipients(formatted, context)).toEqual([formatted])
      }),
      { numRuns: 8000 },
    )
    expect(understood).toBeGreaterThan(2000)
  })

  test('written out in a line is found in it again', () => {
    fc.assert(
      fc.property(
        fc.array(written, { maxLength: 6 }),
        fc.constantFrom(', ', '，', '\n', '; '),
        (texts, comma) => {
          const formatted = texts.flatMap((text) => {
            const parsed = parseRecipient(text)
            return parsed.ok ? [formatRecipient(parsed.recipient)] : []
          })
          expect(splitRecipients(formatted.join(comma))).toEqual(formatted)
        },
      ),
      { numRuns: 2000 },
    )
  })

  test('has an address that no header or markup can be made of', () => {
    fc.assert(
      fc.property(written, (text) => {
        const parsed = parseRecipient(text, contexts[1])
        if (!parsed.ok || !('address' in parsed.recipient)) return
        expect(parsed.recipient.address.value).toMatch(/^[\x20-\x7e\p{L}\p{N}]+$/u)
      }),
      { numRuns: 3000 },
    )
  })
})
