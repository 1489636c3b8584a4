import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { cutNote, readLine, restOf, withNumber } from '#conversation/line/read-line.ts'

const read = (text: string) => readLine({ text, links: [] })

describe('a line', () => {
  test.each(['--', '—', '–', '———', '―'])('has its note behind %s', (dash) => {
    expect(read(`https://example.org/a @ann bob@example.org ${dash} look at this`)).toEqual({
      links: ['https://example.org/a'],
      parts: ['', '@ann bob@example.org'],
      note: 'look at this',
    })
  })

  test('may have no space behind the dash, as phones and Chinese write it', () => {
    expect(read('https://a.org bob@example.org —look').note).toBe('look')
    expect(read('https://a.org bob@example.org ——看看这个').note).toBe('看看这个')
  })

  test('has no note where a dash is part of something else', () => {
    expect(read('https://a.org/x--y bob@example.org').note).toBeNull()
    expect(read('Great piece – https://a.org/x').note).toBeNull()
    expect(read('https://a.org a-b c--d').note).toBeNull()
  })

  test('takes links from before the note alone', () => {
    expect(read('https://a.org bob@example.org -- see https://b.org')).toMatchObject({
      links: ['https://a.org'],
      note: 'see https://b.org',
    })
  })

  test('names each link once, and tells what stands between them', () => {
    expect(read('a https://a.org b https://b.org https://a.org c')).toMatchObject({
      links: ['https://a.org', 'https://b.org'],
      parts: ['a', 'b', '', 'c'],
    })
  })

  test('believes the platform where it found links, those behind words too', () => {
    const text = 'this page for @Ann'
    const line = readLine({
      text,
      links: [{ url: 'https://a.org/x', at: 5, length: 4 }],
      mentions: [{ recipient: 'telegram:4711', name: 'Ann', at: 14, length: 4 }],
    })
    expect(line).toEqual({
      links: ['https://a.org/x'],
      parts: ['this', 'for "Ann" <telegram:4711>'],
      note: null,
    })
  })

  test('has the number that a link hides', () => {
    const links = [{ url: 'tel:+861012345678', at: 0, length: 7 }]
    expect(readLine({ text: 'call us bob@example.org', links }).links).toEqual([
      'tel:+861012345678',
    ])
  })

  test('loses nothing, whatever is written', () => {
    const word = fc.constantFrom(
      'https://a.org/x',
      'bob@example.org',
      '--',
      '—',
      'hello',
      '，',
      ' ',
      '\n',
    )
    fc.assert(
      fc.property(fc.array(fc.oneof(word, fc.string())), (words) => {
        const { links, parts, note } = read(words.join(' '))
        expect(parts.length).toBeGreaterThanOrEqual(links.length > 0 ? 2 : 1)
        expect([...parts, note ?? ''].every((part) => part === part.trim())).toBe(true)
      }),
    )
  })
})

describe('without a link', () => {
  const numberIn = (text: string, region?: string) => {
    const line = withNumber(read(text), region)
    return { links: line.links, rest: restOf(line) }
  }

  test('the first number is what is shared', () => {
    expect(numberIn('+86 10 1234 5678 bob@example.org')).toEqual({
      links: ['+86 10 1234 5678'],
      rest: 'bob@example.org',
    })
    expect(numberIn('tel:+861012345678 bob@example.org').links).toEqual(['+861012345678'])
    expect(numberIn('010 1234 5678', 'CN').links).toEqual(['010 1234 5678'])
  })

  test('its access code belongs to it', () => {
    expect(numberIn('call +861012345678,,123456# bob@example.org, +4915112345678')).toEqual({
      links: ['+861012345678,,123456#'],
      rest: 'call bob@example.org, +4915112345678',
    })
  })

  test('two numbers beside each other are two', () => {
    expect(numberIn('13800138000,13900139000', 'CN')).toEqual({
      links: ['13800138000'],
      rest: ',13900139000',
    })
  })

  test('a short code is one where there is nothing else', () => {
    expect(numberIn('10086', 'CN').links).toEqual(['10086'])
    expect(numberIn('room 10086', 'CN').links).toEqual([])
  })
})

test('a note may follow recipients', () => {
  expect(cutNote('bob@example.org -- hi -- there')).toEqual({
    rest: 'bob@example.org ',
    note: 'hi -- there',
  })
  expect(cutNote('bob@example.org')).toEqual({ rest: 'bob@example.org', note: null })
})
