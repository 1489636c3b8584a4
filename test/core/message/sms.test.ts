import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { Message } from '#core/message/message.ts'
import { MAX_SMS_SEGMENTS, renderSms } from '#core/message/sms.ts'
import { anyMessage } from './hostile.ts'
import { CHINESE, LINK, messageOn, PHONE } from './sample.ts'

const known: Message['stop'] = { ...messageOn('sms').stop, firstContact: false }
const sms = (over: Partial<Message> = {}) => renderSms(messageOn('sms', over))

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

  test('reads in Chinese, in one segment', () => {
    expect(sms({ ...CHINESE, stop: known })).toMatchObject({
      text: `李安（@annlee）：周末一起去吧\n${LINK}`,
      encoding: 'ucs2',
      segments: 1,
    })
  })

  test('shortens the title before a second segment', () => {
    const target = { ...messageOn('sms').target, title: 'Walking '.repeat(30) }
    const { text, segments } = sms({ target, note: 'look', stop: known })
    expect(segments).toBe(1)
    expect(text).toMatch(
      /^Ann Lee \(@annlee\): look\n(Walking )+Walking\.\.\. - news\.example\.com\n/,
    )
  })

  test('leaves the title out, then the host, then the handle, while that saves a segment', () => {
    const room = (length: number): string => sms({ note: 'x'.repeat(length), stop: known }).text
    expect(room(60)).toContain('A long walk')
    expect(room(78)).not.toContain('A long walk')
    expect(room(78)).toContain('news.example.com')
    expect(room(90)).not.toContain('news.example.com')
    expect(room(90)).toContain('@annlee')
    expect(room(105)).not.toContain('@annlee')
    expect(room(105)).toContain('Ann Lee: xxx')
  })

  test('keeps a note whole over two and three segments, and cuts a longer one at a word', () => {
    const words = (count: number): string => 'word '.repeat(count).trim()
    expect(sms({ note: words(50) }).text).toContain(words(50))
    const cut = sms({ note: words(300) })
    expect(cut.segments).toBe(MAX_SMS_SEGMENTS)
    expect(cut.text).toMatch(/word\.\.\.\nnews\.example\.com\n/)
  })

  test('holds the number to call with its access code, as it is dialled', () => {
    const { text } = sms({ target: PHONE, preview: null })
    expect(text.split('\n')).toContain('+861065001234,,7788#')
  })

  test('keeps GSM-7 although the note has curly quotes and dashes', () => {
    expect(sms({ note: '“Spring” – let’s go…' })).toMatchObject({ encoding: 'gsm7' })
  })

  test('whatever people write: three segments at most, link, number and stop whole, well formed', () => {
    fc.assert(
      fc.property(anyMessage('sms'), (message) => {
        const rendered = renderSms(message)
        const lines = rendered.text.split('\n')
        expect(rendered.segments).toBeLessThanOrEqual(MAX_SMS_SEGMENTS)
        expect(lines).toContain(LINK)
        expect(rendered.text.isWellFormed()).toBe(true)
        if (message.target.kind === 'phone') {
          expect(lines).toContain(message.target.number + message.target.postdial)
        }
        if (message.stop.firstContact)
          expect(lines.at(-1)).toMatch(/^(Reply STOP to end|回复T退订)$/)
      }),
    )
  })
})
