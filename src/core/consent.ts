/**
 * The words by which recipients say on a channel without buttons that they want no more messages, want them again,
 * or want to know who writes. Carriers require them: the CTIA in North America, China's operators (T, TD, 0000, QX,
 * 退订), Canada's and France's (ARRÊT), Spain's and Latin America's (ALTO, BAJA).
 */

/** What a recipient's message asks of the service itself; `other`: it is meant for the sender. */
export const REPLY_MEANINGS = ['stop', 'start', 'help', 'other'] as const
export type ReplyMeaning = (typeof REPLY_MEANINGS)[number]

/**
 * YES is no START here, though some gateways take it for one: it is what people answer each other, and a stop that
 * it lifted would be lifted unawares.
 */
const WORDS: Readonly<Record<Exclude<ReplyMeaning, 'other'>, readonly string[]>> = {
  stop: [
    'STOP',
    'STOPALL',
    'STOP ALL',
    'UNSUBSCRIBE',
    'CANCEL',
    'END',
    'QUIT',
    'REVOKE',
    'OPTOUT',
    'OPT OUT',
    'STOP TO END',
    'STOP TO STOP',
    'STOP TO CANCEL',
    'STOP TO UNSUBSCRIBE',
    'STOP TO OPT OUT',
    'STOPP',
    'ABMELDEN',
    'ARRÊT',
    'ARRÊTER',
    'ARRÊTEZ',
    'DÉSABONNER',
    'ALTO',
    'BAJA',
    'PARAR',
    'CANCELAR',
    'SAIR',
    'СТОП',
    '退订',
    '退訂',
    '取消订阅',
    '取消訂閱',
    'T',
    'TD',
    '0000',
    '00000',
    'QX',
    '停止',
    '수신거부',
  ],
  start: ['START', 'UNSTOP', 'RESUME', 'SUBSCRIBE', '恢复', '恢復', '重新订阅', '重新訂閱', '订阅'],
  help: ['HELP', 'INFO', 'AIDE', 'AYUDA', '帮助', '幫助'],
}

const INVISIBLE = /\p{Default_Ignorable_Code_Point}/gu
/** A letter or digit with what stands on it. */
const WORD = /[\p{L}\p{N}\p{M}]+/gu
/** Quotes among them, as in `reply "STOP"`; other punctuation makes faces of letters (T_T) and times of digits. */
const BETWEEN = /[\s\p{Pd}"\u201C-\u201F\u00AB\u00BB\u300C-\u300F]+/gu
/** Where Chinese meets another script no space is written: T退订. */
const SCRIPTS_MEET = /(?<=\p{Script=Han})(?=[A-Z0-9])|(?<=[A-Z0-9])(?=\p{Script=Han})/gu
/** What prompts begin with: some people copy the whole of one. */
const LEAD = '(?:(?:REPLY|TEXT) |回[复復覆]? ?|[发發]送(?:短信|簡訊)? ?)?'
/** Longer than any of the words repeated a few times. */
const LONGEST = 60

const PATTERNS = (['help', 'start', 'stop'] as const).map((meaning) => {
  const word = `(?:${WORDS[meaning].map(fold).join('|')})`
  return { meaning, pattern: new RegExp(`^${LEAD}${word}(?: ${word})*$`, 'u') }
})

/**
 * What a message says that is nothing but one of the words, or several of one meaning, or a prompt that names them
 * (回复T退订): in any case, full width, with or without accents, and with whatever stands around it (quotes,
 * punctuation, emoji, spaces). A sentence that holds the word is `other`. Linear in the text, whatever is in it.
 */
export function readReply(text: string): ReplyMeaning {
  const core = coreOf(text)
  return PATTERNS.find(({ pattern }) => pattern.test(core))?.meaning ?? 'other'
}

/** From the first letter or digit to the last; empty where that is more than any word. */
function coreOf(text: string): string {
  let start = -1
  let end = 0
  const visible = text.replace(INVISIBLE, '').normalize('NFKC')
  for (const { index, 0: word } of visible.matchAll(WORD)) {
    if (start < 0) start = index
    end = index + word.length
    if (end - start > LONGEST) return ''
  }
  return start < 0 ? '' : fold(visible.slice(start, end))
}

/** Upper case, without accents; what stands between words is one space. */
function fold(text: string): string {
  const plain = text.normalize('NFKD').replace(/\p{M}/gu, '').toUpperCase()
  return plain.replace(SCRIPTS_MEET, ' ').replace(BETWEEN, ' ').trim()
}
