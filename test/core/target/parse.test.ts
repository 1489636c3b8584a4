import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { parseTarget, type TargetContext } from '#core/target/parse.ts'

const context: TargetContext = { ownHosts: ['localhost:8080', 'l.example.org'] }
const parse = (url: string, more = {}) => parseTarget({ url, ...more }, context)
const urlOf = (url: string) => {
  const parsed = parse(url)
  return parsed.ok === true ? parsed.target.url : parsed
}
const faultOf = (url: string, more = {}) => {
  const parsed = parse(url, more)
  return parsed.ok === false ? parsed.fault : parsed
}

describe('a page', () => {
  test.each([
    ['https://example.org', 'https://example.org/'],
    ['  https://example.org/a?b=c#d \n', 'https://example.org/a?b=c#d'],
    ['<https://example.org/a>', 'https://example.org/a'],
    ['\uFEFFhttps://example.org/a\u200B', 'https://example.org/a'],
    ['HTTP://EXAMPLE.org:80/A', 'http://example.org/A'],
    ['https://example.org/%7Ea/../b?x=%2F&y=1+2', 'https://example.org/b?x=%2F&y=1+2'],
    ['https://例え.jp/路径?问=答', 'https://xn--r8jz45g.jp/%E8%B7%AF%E5%BE%84?%E9%97%AE=%E7%AD%94'],
    ['example.org/x', 'https://example.org/x'],
    ['example.co.uk', 'https://example.co.uk/'],
    ['example.org:8443/x', 'https://example.org:8443/x'],
    ['例子.中国/x', 'https://xn--fsqu00a.xn--fiqs8s/x'],
    ['//example.org/x', 'https://example.org/x'],
    ['https://example.org./x', 'https://example.org./x'],
    ['https://foo_bar.example.org/', 'https://foo_bar.example.org/'],
    ['http://8.8.8.8/', 'http://8.8.8.8/'],
    ['https://[2606:4700::1111]/', 'https://[2606:4700::1111]/'],
    ['https://example.com/', 'https://example.com/'],
    ['https://example.org/?u=http://127.0.0.1/', 'https://example.org/?u=http://127.0.0.1/'],
    ['https://example.org/a@b', 'https://example.org/a@b'],
    ['https://example.org/\uD800', 'https://example.org/%EF%BF%BD'],
  ])('%j is understood', (text, url) => {
    expect(urlOf(text)).toBe(url)
  })

  test('has the title that the sender gave, in one clean line', () => {
    const parsed = parse('https://example.org/', { title: ' one\u0000\r\n\u202Etwo ' })
    expect(parsed).toEqual({
      ok: true,
      target: { kind: 'page', url: 'https://example.org/', title: 'one two' },
      warnings: [],
    })
  })
})

describe('a refused address', () => {
  test.each([
    ['', 'empty'],
    [' \u200B\n', 'empty'],
    ['hello', 'not_a_url'],
    ['hello world', 'not_a_url'],
    ['https://', 'not_a_url'],
    ['https://exa mple.org/', 'not_a_url'],
    ['bob@example.org', 'not_a_url'],
    ['file.nonsense', 'not_a_url'],
    ['javascript:alert(1)', 'scheme'],
    ['java\nscript:alert(1)', 'scheme'],
    ['\u0000javascript:alert(1)', 'scheme'],
    ['data:text/html,x', 'scheme'],
    ['file:///etc/passwd', 'scheme'],
    ['ftp://example.org/', 'scheme'],
    ['mailto:a@example.org', 'scheme'],
    ['blob:https://example.org/x', 'scheme'],
    ['vbscript:x', 'scheme'],
    ['http://user:pw@example.org/', 'userinfo'],
    ['http://user@example.org', 'userinfo'],
    ['https://example.com%40@example.org/', 'userinfo'],
    ['http:\\\\u:p@example.org', 'userinfo'],
    [`https://example.org/${'a'.repeat(2_048)}`, 'too_long'],
    [`https://example.org/${'路'.repeat(300)}`, 'too_long'],
    ['x'.repeat(100_000), 'too_long'],
    ['http://intranet/', 'special_use_name'],
    ['http://localhost/', 'special_use_name'],
    ['http://localhost./', 'special_use_name'],
    ['http://LOCALHOST:3000/x', 'special_use_name'],
    ['localhost:3000/x', 'special_use_name'],
    ['http://a.localhost/', 'special_use_name'],
    ['http://printer.local/', 'special_use_name'],
    ['http://a.internal/', 'special_use_name'],
    ['http://router.home.arpa/', 'special_use_name'],
    ['http://a.test/', 'special_use_name'],
    ['http://a.invalid/', 'special_use_name'],
    ['http://a.example/', 'special_use_name'],
    ['http://abc.onion/', 'special_use_name'],
    ['http://a.alt/', 'special_use_name'],
    ['http://nas.lan/', 'special_use_name'],
    ['http://a..b.org/', 'not_a_dns_name'],
    ['http://-a.org/', 'not_a_dns_name'],
    [`http://${'a'.repeat(64)}.org/`, 'not_a_dns_name'],
    [`http://${'a.'.repeat(130)}org/`, 'not_a_dns_name'],
    ['http://a.b_c/', 'not_a_dns_name'],
    ['http://a!b.org/', 'not_a_dns_name'],
  ])('%.60s: %s', (text, fault) => {
    expect(faultOf(text)).toBe(fault)
  })

  test.each([
    ...[
      '127.0.0.1',
      '127.1',
      '127.0.0.1.',
      '2130706433',
      '0x7f000001',
      '0x7f.1',
      '0177.0.0.1',
      '017700000001',
    ],
    ...[
      '①②⑦.⓪.⓪.①',
      '１２７.0.0.1',
      '127。0。0。1',
      '%31%32%37.0.0.1',
      '0',
      '0.0.0.0',
      '10.0.0.1',
      '10.1',
    ],
    ...[
      '100.64.0.1',
      '169.254.169.254',
      '0xa9fea9fe',
      '172.16.0.1',
      '172.31.255.255',
      '192.168.1.1',
    ],
    ...[
      '192.0.0.1',
      '192.0.2.1',
      '198.18.0.1',
      '198.51.100.1',
      '203.0.113.1',
      '224.0.0.1',
      '240.0.0.1',
    ],
    ...[
      '255.255.255.255',
      '[::]',
      '[::1]',
      '[0:0:0:0:0:0:0:1]',
      '[::ffff:127.0.0.1]',
      '[::ffff:7f00:1]',
    ],
    ...[
      '[::127.0.0.1]',
      '[::ffff:0:127.0.0.1]',
      '[64:ff9b::7f00:1]',
      '[64:ff9b:1::1]',
      '[2002:7f00:1::]',
    ],
    ...[
      '[2001::1]',
      '[2001:db8::1]',
      '[3fff::1]',
      '[fc00::1]',
      '[fd12::1]',
      '[fe80::1]',
      '[fec0::1]',
    ],
    ...['[ff02::1]', '[100::1]', '[5f00::1]', '[4000::1]'],
  ])('%s is inside a private or special network, over http and https', (host) => {
    expect(faultOf(`http://${host}/x`)).toBe('private_address')
    expect(faultOf(`https://${host}:8443/`)).toBe('private_address')
  })

  test('without a scheme, an inside address is told by its reason too', () => {
    expect(faultOf('127.0.0.1:8080/x')).toBe('private_address')
    expect(faultOf('printer.local/x')).toBe('special_use_name')
  })
})

describe('our own links', () => {
  test('give their code, whatever the scheme, query or final slash', () => {
    const own = { ok: 'own-link', code: '0abcdefghijklmnop' }
    expect(parse('http://localhost:8080/r/0abcdefghijklmnop')).toEqual(own)
    expect(parse('https://l.example.org/r/0abcdefghijklmnop/?x=1#y')).toEqual(own)
    expect(parse('l.example.org/r/0abcdefghijklmnop')).toEqual(own)
  })

  test('without a code lead nowhere, and other pages on loopback are refused', () => {
    expect(faultOf('http://localhost:8080/r/short')).toBe('own_link')
    expect(faultOf('http://localhost:8080/share')).toBe('special_use_name')
    expect(faultOf('http://localhost:9090/r/0abcdefghijklmnop')).toBe('special_use_name')
    expect(urlOf('https://example.org/r/0abcdefghijklmnop')).toContain('example.org')
  })
})

describe('media', () => {
  test.each([
    ['mp4', 'video'],
    ['WEBM', 'video'],
    ['m4v', 'video'],
    ['mp3', 'audio'],
    ['opus', 'audio'],
    ['jpeg', 'image'],
    ['svg', 'image'],
  ])('.%s is %s', (extension, media) => {
    const parsed = parse(`https://example.org/a.b/c.${extension}?x=y.html#z`)
    expect(parsed).toMatchObject({ ok: true, target: { kind: 'media', media } })
  })

  test('the sender decides', () => {
    const target = (url: string, kind: 'page' | 'media') => {
      const parsed = parse(url, { kind })
      return parsed.ok === true ? parsed.target : parsed
    }
    expect(target('https://example.org/a.mp4', 'page')).toMatchObject({ kind: 'page' })
    expect(target('https://example.org/stream', 'media')).toMatchObject({
      kind: 'media',
      media: 'video',
    })
    expect(target('https://example.org/a.mp3', 'media')).toMatchObject({ media: 'audio' })
  })

  test('an extension counts in the path alone', () => {
    expect(parse('https://example.org/?f=a.mp4')).toMatchObject({ target: { kind: 'page' } })
    expect(parse('https://example.mp4.org/')).toMatchObject({ target: { kind: 'page' } })
  })
})

describe('a homograph host', () => {
  const warned = (url: string) => {
    const parsed = parse(url)
    return parsed.ok === true ? parsed.warnings : parsed
  }
  test('is warned of in both writings', () => {
    expect(warned('https://раураl.com/')).toEqual([
      { code: 'homograph', host: 'раураl.com', ascii: 'xn--l-7sba6dbr.com' },
    ])
  })

  test.each([
    ['whole Cyrillic that reads as Latin', 'https://аррӏе.com/'],
    ['whole Greek that reads as Latin', 'https://αοι.com/'],
    ['Latin with a dotless i', 'https://lıne.com/'],
    ['an accent on a brand', 'https://googlé.com/'],
    ['a slash that is none', 'https://example.com∕login.org/'],
    ['a Han stroke as a dash', 'https://my一bank.com/'],
    ['scripts that no language mixes', 'https://exampłeя.com/'],
    ['whole Cyrillic under a Latin ending', 'https://хор.com/'],
    ['punycode that stands for nothing', 'https://xn--a.com/'],
    ['a script g', 'https://ɡithub.com/'],
    ['a deceptive subdomain', 'https://раураl.example.org/'],
  ])('%s', (_name, url) => {
    expect(warned(url)).toHaveLength(1)
  })

  test.each([
    'https://example.org/',
    'https://münchen.de/',
    'https://café.fr/',
    'https://例え.jp/',
    'https://例子.中国/',
    'https://яндекс.рф/',
    'https://президент.рф/',
    'https://сор.рф/',
    'https://ελλάδα.gr/',
    'https://한국.kr/',
    'https://ドメイン名例.jp/',
    'https://bücher-例.de/',
    'https://مثال.إختبار.org/',
    'https://i❤.ws/',
    'https://москва.com/',
    'https://ığdır.com.tr/',
    'https://çalışkanlık.com/',
    'https://bucurești-băiț.ro/',
  ])('%s is no homograph', (url) => {
    expect(warned(url)).toEqual([])
  })
})

test('anything at all is understood or refused, without throwing, as ASCII that reads the same again', () => {
  const piece = fc.oneof(
    fc.string({ unit: 'binary', maxLength: 20 }),
    fc.constantFrom(
      'http://',
      'https:',
      '//',
      '@',
      '[::1]',
      '127.1',
      '.org',
      ':80',
      '/r/',
      'tel:',
      '+86',
      '%',
      '\\',
    ),
    fc.webUrl(),
  )
  fc.assert(
    fc.property(
      fc.array(piece, { maxLength: 5 }),
      fc.string({ unit: 'binary' }),
      (pieces, title) => {
        const parsed = parse(pieces.join(''), { title, region: 'CN' })
        if (parsed.ok !== true) return
        expect(parsed.target.url).toMatch(/^(?:https?|tel):[\x21-\x7e]+$/)
        expect(parse(parsed.target.url, { title, region: 'CN', kind: parsed.target.kind })).toEqual(
          parsed,
        )
      },
    ),
    { numRuns: 3000 },
  )
})
