import fc from 'fast-check'
import { findPhoneNumbersInText } from 'libphonenumber-js/max'
import { SegmentedMessage } from 'sms-segments-calculator'
import splitter from 'split-sms'
import { describe, expect, test } from 'vitest'
import type { Message } from '#core/message/message.ts'
import { DEFAULT_SMS_SEGMENTS, renderSms } from '#core/message/sms.ts'
import { parseTarget } from '#core/target/parse.ts'
import { anyMessage } from './hostile.ts'
import { CHINESE, LINK, messageOn, PHONE } from './sample.ts'

const known: Message['stop'] = { ...messageOn('sms').stop, firstContact: false }
const sms = (over: Partial<Message> = {}, maxSegments?: number) =>
  renderSms(messageOn('sms', over), maxSegments)
const words = (count: number): string => 'word '.repeat(count).trim()

describe('a text message', () => {
  test('says who, what, where to, and at first contact how to stop, in one segment', () => {
    expect(sms({ note: 'look at this' })).toMatchObject({
      text: [
        'Ann Lee (@annlee): look at this',
        'A long walk in the hills - news.example.com',
        LINK,
        'Reply STOP to end',
      ].join('\n'),
      encoding: 'gsm7',
      segments: 1,
    })
  })

  test('says how to stop only once', () => {
    expect(sms({ stop: known }).text).not.toContain('STOP')
  })

  test('leads with the title where there is no note', () => {
    expect(sms({ note: '', stop: known }).text).toBe(
      `Ann Lee (@annlee): A long walk in the hills - news.example.com\n${LINK}`,
    )
  })

  test('reads in Chinese, in one segment behind a short link', () => {
    expect(sms({ ...CHINESE, stop: known, link: 'http://s.cn/r/0Q1abcdKJ3mZpWx2T' })).toMatchObject(
      {
        text: '李安（@annlee）：周末一起去吧\n春天的山路 - example.com\nhttp://s.cn/r/0Q1abcdKJ3mZpWx2T',
        encoding: 'ucs2',
        segments: 1,
      },
    )
  })

  test('shortens the title before a second segment', () => {
    const target = { ...messageOn('sms').target, title: 'Walking '.repeat(30) }
    const { text, segments } = sms({ target, note: 'look', stop: known })
    expect(segments).toBe(1)
    expect(text).toMatch(
      /^Ann Lee \(@annlee\): look\n(Walking )+Walking\.\.\. - news\.example\.com\n/,
    )
  })

  test('leaves a title out that would cost a segment, by its length or its script', () => {
    expect(sms({ note: 'x'.repeat(75), stop: known })).toMatchObject({ segments: 1 })
    expect(sms({ note: 'x'.repeat(75), stop: known }).text).not.toContain('A long walk')
    const target = { ...messageOn('sms').target, title: '春天的山路：两个朋友，一张地图' }
    expect(sms({ target, note: 'x'.repeat(70) })).toMatchObject({ encoding: 'gsm7' })
  })

  test('keeps a note whole up to the limit, and cuts a longer one at a word', () => {
    expect(sms({ note: words(50) }).text).toContain(words(50))
    expect(sms({ note: words(50) }).shortened).toBeUndefined()
    const cut = sms({ note: words(300) })
    expect(cut).toMatchObject({ segments: DEFAULT_SMS_SEGMENTS, shortened: true, encoding: 'gsm7' })
    expect(cut.text).toMatch(/word\.\.\.\nnews\.example\.com\n/)
  })

  test('takes as many segments as it is allowed, and no more', () => {
    for (const limit of [1, 2, 3, 5, 10]) {
      expect(sms({ note: words(400) }, limit).segments).toBe(limit)
    }
  })

  test('gives up the note, then the host, then the identity, then the name, then how to stop', () => {
    const kept = (link: number) => {
      const { text } = sms(
        { note: 'look at this', link: `https://x.example/r/${'0'.repeat(link)}` },
        1,
      )
      return [/STOP/, /Ann/, /@annlee/, /news\.example/, /look at this/].map((part) =>
        part.test(text),
      )
    }
    expect(kept(20)).toEqual([true, true, true, true, true])
    expect(kept(80)).toEqual([true, true, true, true, false])
    expect(kept(90)).toEqual([true, true, true, false, false])
    expect(kept(110)).toEqual([true, true, false, false, false])
    expect(kept(120)).toEqual([true, false, false, false, false])
    expect(kept(135)).toEqual([false, false, false, false, false])
  })

  test('holds the number to call with its access code, as it is dialled, and no host', () => {
    const { text } = sms({ target: PHONE, preview: null })
    expect(text.split('\n')).toContain('+861065001234,,7788#')
    expect(text).not.toContain(' - ')
    const short = { ...PHONE, number: '10690', postdial: ',2' } as Message['target']
    expect(sms({ target: short, preview: null }).text.split('\n')).toContain('10690,2')
  })

  test.each([
    ['+86 10 6570 8888,,1234#', '+861065708888,,1234#', '1234'],
    ['+86 10 6570 8888 p 1234#', '+861065708888,1234#', '1234'],
    ['+86 10 6570 8888w1234', '+861065708888,1234', '1234'],
    ['tel:+861065708888;1234%23', '+861065708888,1234#', '1234'],
    ['+86 10 6570 8888 转 801', '+861065708888,801', '801'],
    ['+1 201-555-0123 ext. 77', '+12015550123,77', '77'],
    ['+44 20 7946 0958', '+442079460958', undefined],
  ])('shows %s so that a phone finds number and code to dial', (written, shown, code) => {
    const parsed = parseTarget({ url: written }, { ownHosts: [] })
    const target = parsed.ok === true ? parsed.target : undefined
    const { text } = sms({ target: target ?? PHONE, preview: null, note: 'call at 10, room 2' })
    expect(text.split('\n')).toContain(shown)
    // The matcher by which Android makes numbers in messages tappable.
    const found = findPhoneNumbersInText(text).map(({ number, startsAt, endsAt }) => ({
      number: number.number,
      ext: number.ext,
      at: text.slice(startsAt, endsAt),
    }))
    expect(found).toEqual([{ number: shown.replace(/,.*/, ''), ext: code, at: shown }])
  })

  test('keeps GSM-7 although the note has curly quotes and dashes, and knows what that saves', () => {
    const note = '“Spring” – let’s go, before all is booked out…'
    expect(sms({ note })).toMatchObject({ encoding: 'gsm7', segments: 1, saved: 2 })
    expect(sms({ note: 'plain words' }).saved).toBeUndefined()
    expect(sms({ note: `${note} 好` }).saved).toBeUndefined()
  })

  test('counts nothing as saved where only its own dots would have been curly', () => {
    expect(sms({ note: words(300) }).saved).toBeUndefined()
    const target = { ...messageOn('sms').target, title: 'Walking '.repeat(30) }
    expect(sms({ target, note: 'look' }).saved).toBeUndefined()
  })
})

const anyLimit = fc.integer({ min: 1, max: 10 })
/** Notes around every boundary, of characters of each weight. */
const weighedNote = fc
  .tuple(
    fc.constantFrom('a', '€', '中', '😀', 'é', 'd ', '“x”'),
    fc.integer({ min: 0, max: 420 }),
    fc.string({ maxLength: 5 }),
  )
  .map(([character, times, rest]) => character.repeat(times) + rest)

describe('whatever people write', () => {
  test('link, number and stop are whole, and it keeps within the limit', () => {
    fc.assert(
      fc.property(anyMessage('sms'), anyLimit, (message, limit) => {
        const { text, segments } = renderSms(message, limit)
        const lines = text.split('\n')
        expect(lines).toContain(LINK)
        if (message.target.kind === 'phone') {
          expect(lines).toContain(message.target.number + message.target.postdial)
        }
        if (message.stop.firstContact)
          expect(lines.at(-1)).toMatch(/^(Reply STOP to end|回复T退订)$/)
        expect(segments).toBeLessThanOrEqual(limit)
      }),
    )
  })

  test('a link that alone takes more than the limit goes out whole', () => {
    const link = `https://x.example/r/${'0'.repeat(200)}`
    const { text, segments } = sms({ link }, 1)
    expect(text.split('\n')).toContain(link)
    expect(segments).toBe(2)
  })

  test('it is counted as two independent libraries count it, clusters kept whole', () => {
    fc.assert(
      fc.property(weighedNote, anyLimit, fc.boolean(), (note, limit, firstContact) => {
        const stop = { ...known, firstContact }
        const { text, encoding, segments } = sms({ note: note.toWellFormed(), stop }, limit)
        const calculated = new SegmentedMessage(text)
        expect(segments).toBe(calculated.segmentsCount)
        expect(segments).toBe(splitter.split(text).parts.length)
        expect(encoding).toBe(calculated.encodingName === 'GSM-7' ? 'gsm7' : 'ucs2')
      }),
      { numRuns: 300 },
    )
  })

  test('nothing goes out that is no text: lone surrogates, NUL, controls, bidi overrides', () => {
    fc.assert(
      fc.property(anyMessage('sms'), anyLimit, (message, limit) => {
        const { text } = renderSms(message, limit)
        expect(text.isWellFormed()).toBe(true)
        expect(text).not.toMatch(/(?!\n)\p{Cc}/u)
        expect(text).not.toMatch(/[\u202A-\u202E\u2066-\u2069\uFFFE\uFFFF]/u)
      }),
    )
  })

  test('no character is cut in two: what stands of a note is a beginning of it', () => {
    const clusters = ['👩‍👩‍👧‍👦', '🇩🇪', '👍🏽', 'e\u0304\u0301', '각', '中', 'word ', '€']
    const note = fc.array(fc.constantFrom(...clusters), {
      minLength: 1,
      maxLength: 300,
      size: 'max',
    })
    fc.assert(
      fc.property(note, anyLimit, (pieces, limit) => {
        const target = { ...PHONE, title: '' }
        const { text } = sms({ note: pieces.join(''), target, preview: null, stop: known }, limit)
        const written = /^Ann Lee \(@annlee\): (.*)$/m.exec(text)?.[1] ?? ''
        const seen = [...new Intl.Segmenter().segment(written.replace(/(?:…|\.\.\.)$/, ''))]
        const whole = [...new Intl.Segmenter().segment(pieces.join('').normalize('NFC').trim())]
        for (const [i, { segment }] of seen.entries()) expect(segment).toBe(whole[i]?.segment)
      }),
    )
  })
})
