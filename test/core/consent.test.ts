import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { REPLY_MEANINGS, type ReplyMeaning, readReply } from '#core/consent.ts'
import { LOCALES } from '#core/locale.ts'
import { textsFor } from '#locales/texts.ts'

const SAID: Readonly<Record<Exclude<ReplyMeaning, 'other'>, readonly string[]>> = {
  stop: [
    ...['STOP', 'STOPALL', 'STOP ALL', 'UNSUBSCRIBE', 'CANCEL', 'END', 'QUIT', 'REVOKE', 'OPTOUT'],
    ...['OPT OUT', 'ARRÊT', 'ARRET', 'ALTO', '退订', '退訂', 'TD', 'T', '0000', 'QX', 'СТОП'],
  ],
  start: ['START', 'UNSTOP', '恢复', '重新订阅'],
  help: ['HELP', 'INFO', '帮助'],
}

const words = Object.entries(SAID).flatMap(([meaning, all]) =>
  all.map((word) => ({ meaning: meaning as ReplyMeaning, word })),
)
const aWord = fc.constantFrom(...words)

/** What people and phones put around a word. */
const AROUND = [
  ...[
    '',
    ' ',
    '\n',
    '\r\n',
    '\t',
    '.',
    '!',
    '!!!',
    '?',
    '…',
    ',',
    '。',
    '！',
    '，',
    '、',
    '"',
    "'",
  ],
  ...['“', '”', '«', '»', '「', '」', '（', '）', '<', '>', '[', ']', '*', '_', '-', '—', '#', '~'],
  ...['🛑', '🙏', '❤️', '👍🏽', '\u200B', '\uFEFF', '\u00A0', '\u3000', '\u202E', '\0', '\uD83D'],
]
const around = fc.array(fc.constantFrom(...AROUND), { maxLength: 8 }).map((parts) => parts.join(''))

const asWritten = fc.constantFrom<(word: string) => string>(
  (word) => word,
  (word) => word.toLowerCase(),
  (word) => word.charAt(0) + word.slice(1).toLowerCase(),
  fullWidth,
  (word) => fullWidth(word.toLowerCase()),
  (word) => word.normalize('NFD'),
  (word) => [...word].join('\u200B'),
)

function fullWidth(word: string): string {
  return word.replace(/[!-~]/g, (sign) => String.fromCharCode(sign.charCodeAt(0) + 0xfee0))
}

describe('readReply', () => {
  it('knows each word in any case and width, whatever stands around it', () => {
    fc.assert(
      fc.property(aWord, asWritten, around, around, ({ meaning, word }, write, before, after) => {
        expect(readReply(before + write(word) + after)).toBe(meaning)
      }),
      { numRuns: 2_000 },
    )
  })

  it('takes a word said several times for the word', () => {
    expect(readReply('stop stop STOP!!')).toBe('stop')
    expect(readReply('退订 退订')).toBe('stop')
    expect(readReply('stop start')).toBe('other')
  })

  it('takes several words of one meaning, or a prompt that is copied, for the word', () => {
    const texts = [
      'STOP to end',
      'T退订',
      'TD退订',
      '回T退订',
      'T 退订',
      '回复TD',
      '回复退订',
      '退订T',
    ]
    texts.push(
      'reply STOP',
      'Reply “STOP”',
      '“T” 退订',
      'stop unsubscribe',
      'ｔ退订。',
      '回復T退訂',
    )
    for (const text of texts) expect([text, readReply(text)]).toEqual([text, 'stop'])
    for (const text of ['回复“恢复”', 'reply START.']) expect(readReply(text)).toBe('start')
  })

  it.each(LOCALES)('takes an answer to our own prompts (%s) as they ask', (locale) => {
    const t = textsFor(locale)
    for (const key of ['message.sms.stop', 'message.wap.stop'] as const) {
      const prompt = t(key)
      const [word = ''] = prompt.match(/STOP|T退订/) ?? []
      const ending = prompt.slice(prompt.indexOf(word))
      for (const text of [prompt, `${prompt}。`, word.replace('退订', ''), word, ending]) {
        expect([text, readReply(text)]).toEqual([text, 'stop'])
      }
    }
    const answers = [
      t('message.answer.start', { service: '' }),
      t('message.answer.help', { service: '', host: '' }),
    ]
    for (const answer of answers) {
      const [prompt = ''] = /(?:Reply|回复)[^。]*$/.exec(answer.replace(/[.。]$/, '')) ?? []
      expect([prompt, readReply(prompt)]).toEqual([prompt, 'stop'])
    }
    const resumed = /(?:reply|回复)[^,。]*/.exec(t('message.answer.stop', { service: '' })) ?? ['']
    expect([resumed[0], readReply(resumed[0])]).toEqual([resumed[0], 'start'])
  })

  it('reads several words however they are spaced', () => {
    for (const text of [
      'stop all',
      'STOP-ALL',
      'Stop   all',
      'opt-out',
      'Opt Out.',
      'ｓｔｏｐ　ａｌｌ',
    ]) {
      expect(readReply(text)).toBe('stop')
    }
  })

  it.each([
    [
      'please stop',
      "don't stop",
      'stop it',
      'The END of the film',
      'When does it end?',
      'Stop by at 7',
    ],
    ['00:00', '10:00', '0000 0001', 'T-shirt', 'T 恤', 'yes', 'YES', 'no', 'ok', '1', '000', '00'],
    [
      '不要退订',
      '怎么退订？',
      '帮助我',
      '恢复得怎么样',
      'startup',
      'information',
      'helping',
      'unstoppable',
    ],
    [
      '',
      ' ',
      '!',
      '🛑',
      '\0',
      '\uD800',
      '?!',
      'https://example.org/stop',
      'stop@example.org',
      'a.T',
    ],
    [
      'T_T',
      'T.T',
      'T恤',
      '回复',
      '回',
      'reply',
      '回来',
      '回复 STOP 有用吗',
      'STOP 恢复',
      'text me',
      'to end',
    ],
    ['reply to end', 'TSTOP', 'STOPEND', 'TEND', '停止营业', '退订了吗', '我退订T'],
  ])('leaves what people say to each other to them (%#)', (...texts) => {
    for (const text of texts) expect([text, readReply(text)]).toEqual([text, 'other'])
  })

  it('takes a sentence around any of the words for a sentence', () => {
    const more = fc.constantFrom('please', 'I', 'you', 'now', 'me', '请', 'не', 'film', '7', 'x')
    fc.assert(
      fc.property(aWord, more, fc.boolean(), ({ word }, other, isBefore) => {
        expect(readReply(isBefore ? `${other} ${word}` : `${word} ${other}`)).toBe('other')
      }),
    )
  })

  it('answers for any text at all', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 400 }), (text) => {
        expect(REPLY_MEANINGS).toContain(readReply(text))
      }),
    )
  })

  it('takes no longer than the text is long', () => {
    const hostile = [' ', 'a ', '\u0301', '.a', '-', '\u200B', '😀', 'STOP '].map((part) =>
      part.repeat(200_000 / part.length),
    )
    const began = performance.now()
    for (const text of hostile) readReply(`${text}STOP${text}x`)
    expect(performance.now() - began).toBeLessThan(5_000)
  })
})
