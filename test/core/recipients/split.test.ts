import { describe, expect, test } from 'vitest'
import type { RecipientContext } from '#core/recipients/recipient.ts'
import { splitRecipients } from '#core/recipients/split.ts'
import { cpuMs } from '#test/fixtures/cpu-time.ts'

describe('a line of recipients', () => {
  test.each([
    ['a@x.org b@x.org', {}, ['a@x.org', 'b@x.org']],
    [
      'a@x.org,b@x.org，c@x.org、d@x.org;e@x.org；f@x.org\ng@x.org\r\n\th@x.org',
      {},
      [...'abcdefgh'].map((c) => `${c}@x.org`),
    ],
    ['', {}, []],
    [' ,，;\n ', {}, []],
    ['+86 138 0013 8000', {}, ['+86 138 0013 8000']],
    ['+86 138 0013 8000 bob@x.org', {}, ['+86 138 0013 8000', 'bob@x.org']],
    ['+86 138 0013 8000 +86 139 0013 9000', {}, ['+86 138 0013 8000', '+86 139 0013 9000']],
    ['+8613800138000 +44 7911 123456 @ann', {}, ['+8613800138000', '+44 7911 123456', '@ann']],
    ['13800138000 13900139000', {}, ['13800138000', '13900139000']],
    ['13800138000 13900139000', { defaultRegion: 'CN' }, ['13800138000', '13900139000']],
    ['138 0013 8000 139 0013 9000', { defaultRegion: 'CN' }, ['138 0013 8000', '139 0013 9000']],
    ['138 0013 8000', {}, ['138 0013 8000']],
    ['(201) 555-0123 bob@x.org', { defaultRegion: 'US' }, ['(201) 555-0123', 'bob@x.org']],
    ['+44 (0)7911 123456', {}, ['+44 (0)7911 123456']],
    ['＋８６　１３８　００１３　８０００', {}, ['＋８６ １３８ ００１３ ８０００']],
    [
      'sms:+86 138 0013 8000 wap:+86 138 0013 8000',
      {},
      ['sms:+86 138 0013 8000', 'wap:+86 138 0013 8000'],
    ],
    [
      'sms: +86 138 0013 8000, telegram: @ann bob',
      {},
      ['sms: +86 138 0013 8000', 'telegram: @ann', 'bob'],
    ],
    ['Bob <bob@x.org>', {}, ['Bob <bob@x.org>']],
    ['Bob Lee <bob@x.org> Ann <ann@x.org>', {}, ['Bob Lee <bob@x.org>', 'Ann <ann@x.org>']],
    ['eve@x.org Bob Lee <bob@x.org>', {}, ['eve@x.org', 'Bob Lee <bob@x.org>']],
    ['<a@x.org><b@x.org>', {}, ['<a@x.org>', '<b@x.org>']],
    ['13800138000 Bob <bob@x.org>', {}, ['13800138000', 'Bob <bob@x.org>']],
    ['"Lee, Bob; x" <bob@x.org>, ann', {}, ['"Lee, Bob; x" <bob@x.org>', 'ann']],
    ['“李四，大” <bob@x.org>、王五', {}, ['“李四，大” <bob@x.org>', '王五']],
    ['"Mary Ann" bob', {}, ['"Mary Ann"', 'bob']],
    ['"bob lee"@x.org ann', {}, ['"bob lee"@x.org', 'ann']],
    ['Mum <+86 138 0013 8000> <@U1|ann>', {}, ['Mum <+86 138 0013 8000>', '<@U1|ann>']],
    ['#family me mum', {}, ['#family', 'me', 'mum']],
    ['#"my family" mum', {}, ['#"my family"', 'mum']],
    ['mary ann mary', { contacts: ['Mary Ann', 'Mary'] }, ['mary ann', 'mary']],
    ['Mary Ann, Lee', { contacts: ['Mary Ann Lee'] }, ['Mary', 'Ann', 'Lee']],
    ['"open bob@x.org', {}, ['"open', 'bob@x.org']],
    [
      '@ann @carol:x.org t.me/ann slack:T1/U1',
      {},
      ['@ann', '@carol:x.org', 't.me/ann', 'slack:T1/U1'],
    ],
  ] as [string, RecipientContext, string[]][])('%j %j', (text, context, expected) => {
    expect(splitRecipients(text, context)).toEqual(expected)
  })

  test.each([
    '1 ',
    '12 34567 ',
    '+1 ',
    '+86 1 ',
    '1234567 ',
    '"',
    '" ',
    '"\\ ',
    '<',
    '< ',
    'a <',
    '<"',
    'a ',
    'a b <c> ',
    '>',
    ',',
    '(',
    'sms: ',
    '\uD800',
    '# ',
    '138 0013 8000 ',
    '（',
  ])('of 100 kB of %j is cut in linear time', (unit) => {
    const text = unit.repeat(100_000 / unit.length)
    for (const context of [{}, { defaultRegion: 'CN', contacts: ['a b', 'a a a a a a a b'] }]) {
      let parts: readonly string[] = []
      const took = cpuMs(() => {
        parts = splitRecipients(text, context)
      })
      expect(took).toBeLessThan(1_500)
      expect(parts.join('').replace(/[\s,]/g, '')).toBe(text.replace(/[\s,]/g, ''))
    }
  })
})
