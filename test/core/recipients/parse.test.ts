import { describe, expect, test } from 'vitest'
import { parseRecipient } from '#core/recipients/parse.ts'
import type { RecipientContext } from '#core/recipients/recipient.ts'

const canonical = (text: string, context: RecipientContext = {}) => {
  const parsed = parseRecipient(text, context)
  return parsed.ok ? parsed.recipient.canonical : parsed.fault
}
const recipient = (text: string, context: RecipientContext = {}) => {
  const parsed = parseRecipient(text, context)
  return parsed.ok ? parsed.recipient : parsed.fault
}

describe('a mailbox', () => {
  test.each([
    ['bob@example.org', 'bob@example.org'],
    [' Bob@EXAMPLE.org. ', 'Bob@example.org'],
    ['bob＠example.org', 'bob@example.org'],
    ['bob+tag@sub.example.co.uk', 'bob+tag@sub.example.co.uk'],
    ["o'neil@example.org", "o'neil@example.org"],
    ['mailto:bob@example.org?subject=x&cc=a@b.org', 'bob@example.org'],
    ['email:bob@example.org', 'bob@example.org'],
    ['bob@例子.中国', 'bob@xn--fsqu00a.xn--fiqs8s'],
    ['bob@münchen.de', 'bob@xn--mnchen-3ya.de'],
    ['"bob"@example.org', 'bob@example.org'],
    ['"bob lee"@example.org', '"bob lee"@example.org'],
    ['"a@b"@example.org', '"a@b"@example.org'],
    ['bob\u200B@example.org\r\n', 'bob@example.org'],
    ['<bob@example.org>', 'bob@example.org'],
    ['<mailto:bob@example.org|bob@example.org>', 'bob@example.org'],
  ])('%j', (text, expected) => {
    expect(canonical(text)).toBe(expected)
  })

  test.each([
    ['bob@', 'bad_mail_domain'],
    ['bob@localhost', 'bad_mail_domain'],
    ['bob@[127.0.0.1]', 'bad_mail_domain'],
    ['bob@127.0.0.1', 'bad_mail_domain'],
    ['bob@2130706433', 'bad_mail_domain'],
    ['bob@mail.local', 'bad_mail_domain'],
    ['bob@a.test', 'bad_mail_domain'],
    ['bob@a..org', 'bad_mail_domain'],
    ['bob@-a.org', 'bad_mail_domain'],
    ['bob@a_b.org', 'bad_mail_domain'],
    ['bob@exam%70le.org', 'bad_mail_domain'],
    ['bob@example.org/x', 'bad_mail_domain'],
    [`bob@${'a'.repeat(64)}.org`, 'bad_mail_domain'],
    ['.bob@example.org', 'bad_mailbox'],
    ['bob.@example.org', 'bad_mailbox'],
    ['a..b@example.org', 'bad_mailbox'],
    ['a b@example.org', 'bad_mailbox'],
    ['a@b@example.org', 'bad_mailbox'],
    ['bob,ann@example.org', 'bad_mailbox'],
    [`${'a'.repeat(65)}@example.org`, 'bad_mailbox'],
    ['""x@example.org', 'bad_mailbox'],
    ['bob\r\nBcc:eve@evil.com', 'bad_mailbox'],
    ['böb@example.org', 'non_ascii_mailbox'],
    ['用户@example.org', 'non_ascii_mailbox'],
  ])('%j is refused: %s', (text, fault) => {
    expect(canonical(text)).toBe(fault)
  })

  test('has the name beside it, cleaned', () => {
    const names: [string, string | null][] = [
      ['Bob <bob@example.org>', 'Bob'],
      ['Bob Lee<bob@example.org>', 'Bob Lee'],
      ['"Lee, \\"Bob\\"" <bob@example.org>', 'Lee, "Bob"'],
      ['李四 ＜bob@example.org＞', '李四'],
      ['“李四，大” <bob@example.org>', '李四，大'],
      ['B\u202Eob\u0000\n X <bob@example.org>', 'Bob X'],
      ['"" <bob@example.org>', null],
      ['bob@example.org', null],
      ['bob@example.org <bob@example.org>', null],
    ]
    for (const [text, name] of names)
      expect(recipient(text)).toMatchObject({ name, canonical: 'bob@example.org' })
  })
})

describe('a misspelt mail domain', () => {
  test.each([
    ['gmial.com', 'gmail.com'],
    ['gamil.com', 'gmail.com'],
    ['gmai.com', 'gmail.com'],
    ['gmaill.com', 'gmail.com'],
    ['gmail.con', 'gmail.com'],
    ['gmail.co', 'gmail.com'],
    ['hotmial.com', 'hotmail.com'],
    ['hotmal.com', 'hotmail.com'],
    ['163.con', '163.com'],
    ['qq.co', 'qq.com'],
    ['qq.cmo', 'qq.com'],
    ['outlok.com', 'outlook.com'],
    ['yahooo.com', 'yahoo.com'],
    ['iclould.com', 'icloud.com'],
    ['company.con', 'company.com'],
  ])('%s is asked about', (domain, meant) => {
    expect(recipient(`bob@${domain}`)).toMatchObject({ suggestion: `bob@${meant}` })
  })

  test.each([
    'gmail.com',
    'mail.com',
    'email.com',
    'ymail.com',
    'yahoo.de',
    'yahoo.co.jp',
    'hotmail.fr',
    'qq.com',
    '126.com',
    'gmx.at',
    'example.org',
    'company.co',
    'live.cn',
    'web.com',
    'me.com',
    'sina.com.cn',
    'vip.qq.com',
  ])('%s is not', (domain) => {
    expect(recipient(`bob@${domain}`)).toMatchObject({ suggestion: null })
  })
})

describe('a phone number', () => {
  const china = { defaultRegion: 'CN' }
  test.each([
    ['+86 138 0013 8000', {}, '+8613800138000'],
    ['＋８６　１３８－００１３－８０００', {}, '+8613800138000'],
    ['0086 138 0013 8000', {}, '+8613800138000'],
    ['00 44 7911 123456', {}, '+447911123456'],
    ['138 0013 8000', china, '+8613800138000'],
    ['１３８００１３８０００', china, '+8613800138000'],
    ['sms:+8613800138000', {}, '+8613800138000'],
    ['sms: 13800138000', china, '+8613800138000'],
    ['sms:+8613800138000?body=hi', {}, '+8613800138000'],
    ['tel:+86-138-0013-8000', {}, '+8613800138000'],
    ['wap:+8613800138000', {}, 'wap:+8613800138000'],
    ['WAP：+86 138 0013 8000', {}, 'wap:+8613800138000'],
    ['+44 (0)7911 123456', {}, '+447911123456'],
    ['(201) 555-0123', { defaultRegion: 'US' }, '+12015550123'],
    ['Mum <+86 138 0013 8000>', {}, '+8613800138000'],
  ])('%j', (text, context, expected) => {
    expect(canonical(text, context)).toBe(expected)
  })

  test.each([
    ['13800138000', {}, 'region_needed'],
    ['sms:13800138000', {}, 'region_needed'],
    ['+999 123 456 789', {}, 'bad_number'],
    ['+86', {}, 'bad_number'],
    ['+1234', {}, 'bad_number'],
    ['12345', china, 'bad_number'],
    ['sms:', {}, 'bad_number'],
    ['sms:abc', {}, 'bad_number'],
    ['sms:+86138CALLME', {}, 'bad_number'],
    ['+1 800 FLOWERS', {}, 'bad_number'],
    ['+8613800138000x', {}, 'bad_number'],
    ['+123456789012345678', {}, 'bad_number'],
    ['+0', {}, 'bad_number'],
    ['sms:10690', china, 'bad_number'],
    ['sms:110', china, 'bad_number'],
    ['wap:+999123456789', {}, 'bad_number'],
    ['wap:+8613800138000#7', {}, 'number_extension'],
    ['wap:+8613800138000;ext=7', {}, 'number_extension'],
    ['+86 138 0013 8000 ext 5', {}, 'number_extension'],
    ['+86 138 0013 8000,5', {}, 'number_extension'],
    ['+8613800138000转5', {}, 'number_extension'],
    ['tel:+8613800138000;ext=5', {}, 'number_extension'],
    ['+1 201 555 0123 x7', {}, 'number_extension'],
    ['+1 900 234 5678', {}, 'number_kind'],
    ['+1 800 555 0100', {}, 'number_kind'],
    ['+44 909 879 0123', {}, 'number_kind'],
    ['wap:+49 900 1 123456', {}, 'number_kind'],
    ['4008123123', china, 'number_kind'],
  ])('%j is refused: %s %s', (text, context, fault) => {
    expect(canonical(text, context)).toBe(fault)
  })

  test('that is a landline, or in a range nobody is known to use, is doubtful', () => {
    expect(recipient('+86 10 6234 5678')).toMatchObject({ doubtful: true })
    expect(recipient('+44 7700 900123')).toMatchObject({ doubtful: true })
    expect(recipient('wap:+86 10 6234 5678')).toMatchObject({ doubtful: true })
    // A digit too many, of a length that some numbers there have.
    expect(recipient('+86138001380001')).toMatchObject({ doubtful: true })
    expect(recipient('+8613800138000')).toMatchObject({ doubtful: false })
  })
})

describe('a name on a platform', () => {
  const one = { workspaces: ['T1'] }
  const two = { workspaces: ['T1', 'T2'] }
  test.each([
    ['telegram:@Ann', {}, 'telegram:@ann'],
    ['tg:ann', {}, 'telegram:@ann'],
    ['Telegram: ann', {}, 'telegram:@ann'],
    ['t.me/ann', {}, 'telegram:@ann'],
    ['https://t.me/ann/', {}, 'telegram:@ann'],
    ['telegram:4711', {}, 'telegram:4711'],
    ['https://telegram.me/Ann?start=x', {}, 'telegram:@ann'],
    ['tg://resolve?domain=ann', {}, 'telegram:@ann'],
    ['＠ann', { platform: 'telegram' }, 'telegram:@ann'],
    ['@ann', { platform: 'slack' }, 'slack:@ann'],
    ['@ann', { platform: 'matrix', homeserver: 'example.org' }, '@ann:example.org'],
    ['slack:U123', {}, 'slack:U123'],
    ['slack:U123', one, 'slack:T1/U123'],
    ['slack:T2/U123', two, 'slack:T2/U123'],
    ['slack:T2/U123', {}, 'slack:T2/U123'],
    ['<@U123|ann>', one, 'slack:T1/U123'],
    ['<@U123>', {}, 'slack:U123'],
    ['slack:@Ann.Lee', one, 'slack:T1/@ann.lee'],
    ['@carol:example.org', {}, '@carol:example.org'],
    ['@carol:Example.org:8448', {}, '@carol:example.org:8448'],
    ['matrix:@carol:example.org', {}, '@carol:example.org'],
    ['matrix:u/carol:example.org', {}, '@carol:example.org'],
    ['https://matrix.to/#/@carol:example.org?via=x', {}, '@carol:example.org'],
    ['https://matrix.to/#/%40carol%3Aexample.org', {}, '@carol:example.org'],
    ['matrix.to/#/@carol:example.org', {}, '@carol:example.org'],
  ] as [string, RecipientContext, string][])('%j', (text, context, expected) => {
    expect(canonical(text, context)).toBe(expected)
  })

  test.each([
    ['@ann', {}, 'platform_needed'],
    ['@ann', { platform: 'matrix' }, 'platform_needed'],
    ['slack:U123', two, 'workspace_needed'],
    ['slack:T3/U123', two, 'workspace_needed'],
    ['<@U123|ann>', two, 'workspace_needed'],
    ['telegram:@a', {}, 'bad_handle'],
    ['telegram:ann lee', {}, 'bad_handle'],
    ['telegram:-100123', {}, 'bad_handle'],
    ['t.me/+abcDEF', {}, 'bad_handle'],
    ['t.me/joinchat', {}, 'bad_handle'],
    ['t.me/ann/12', {}, 'bad_handle'],
    ['telegram:+8613800138000', {}, 'bad_handle'],
    ['slack:', {}, 'bad_handle'],
    ['slack:x/U1', {}, 'bad_handle'],
    ['@carol:', {}, 'bad_handle'],
    ['@ca rol:example.org', {}, 'bad_handle'],
    [`@${'c'.repeat(300)}:example.org`, {}, 'bad_handle'],
    ['https://matrix.to/#/#room:example.org', {}, 'bad_handle'],
    ['https://example.org/ann', {}, 'not_understood'],
  ] as [string, RecipientContext, string][])('%.40j is refused: %s %s', (text, context, fault) => {
    expect(canonical(text, context)).toBe(fault)
  })

  test('is a handle until its channel resolves it, an address where it is an id', () => {
    expect(recipient('tg:ann')).toEqual({
      kind: 'handle',
      address: { channel: 'telegram', value: '@ann' },
      name: null,
      canonical: 'telegram:@ann',
    })
    expect(recipient('<@U123|ann>')).toMatchObject({ kind: 'address', name: 'ann' })
  })
})

describe("a word in the sender's book", () => {
  const book = { contacts: ['Mum', '李四', 'Mary Ann', 'a@b', 'me too', '13800138000'] }
  test('is a contact, whatever its case', () => {
    expect(recipient('mum', book)).toEqual({ kind: 'contact', name: 'Mum', canonical: 'Mum' })
    expect(recipient('李四', book)).toMatchObject({ kind: 'contact', name: '李四' })
    expect(recipient(' mary  ann ', book)).toMatchObject({
      name: 'Mary Ann',
      canonical: '"Mary Ann"',
    })
    expect(recipient('"a@b"', book)).toMatchObject({
      kind: 'contact',
      name: 'a@b',
      canonical: '"a@b"',
    })
    expect(recipient('13800138000', { ...book, defaultRegion: 'CN' })).toMatchObject({
      kind: 'contact',
    })
  })

  test('that is not there is unknown, and what is no word is not understood', () => {
    expect(recipient('dad', book)).toBe('unknown_contact')
    expect(recipient('"bob@example.org"', book)).toBe('unknown_contact')
    for (const text of [
      '',
      ' \u0000\n',
      '<>',
      'a:b',
      'foo/bar',
      'Bob <',
      '<script>',
      'x'.repeat(1_001),
      '""',
    ]) {
      expect(recipient(text, book)).toBe('not_understood')
    }
  })

  test('may be anything while the book is not known', () => {
    expect(recipient('dad')).toMatchObject({ kind: 'contact', name: 'dad' })
  })

  test('groups and oneself', () => {
    expect(recipient('#family')).toEqual({ kind: 'group', name: 'family', canonical: '#family' })
    expect(recipient('＃家人')).toMatchObject({ kind: 'group', name: '家人' })
    expect(recipient('#"my family"')).toEqual({
      kind: 'group',
      name: 'my family',
      canonical: '#"my family"',
    })
    expect(recipient('#')).toBe('unknown_group')
    expect(recipient('Me')).toEqual({ kind: 'me', canonical: 'me' })
    expect(recipient('我')).toMatchObject({ kind: 'me' })
  })
})
