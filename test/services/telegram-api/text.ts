import type { MessageEntity, User } from '@grammyjs/types'

/** A piece of what somebody writes: words; words with a link behind them; somebody without a username, by name. */
export type Piece =
  | string
  | { readonly text: string; readonly url: string }
  | { readonly text: string; readonly user: User }

export interface WrittenText {
  readonly text: string
  readonly entities: MessageEntity[]
}

/** What Telegram makes of a text: links, commands, mentions, numbers and mailboxes in it become entities. */
export function written(pieces: Piece | readonly Piece[]): WrittenText {
  const list: readonly Piece[] = Array.isArray(pieces) ? pieces : [pieces as Piece]
  let text = ''
  const entities: MessageEntity[] = []
  for (const piece of list) {
    const offset = text.length
    if (typeof piece === 'string') {
      text += piece
      entities.push(...found(piece).map((one) => ({ ...one, offset: one.offset + offset })))
    } else {
      text += piece.text
      entities.push(entityOf(piece, offset))
    }
  }
  return { text, entities }
}

function entityOf(piece: Exclude<Piece, string>, offset: number): MessageEntity {
  const place = { offset, length: piece.text.length }
  if ('url' in piece) return { type: 'text_link', url: piece.url, ...place }
  return { type: 'text_mention', user: piece.user, ...place }
}

type FoundType = 'bot_command' | 'url' | 'email' | 'mention' | 'phone_number' | 'hashtag'

const KINDS: readonly (readonly [FoundType, RegExp])[] = [
  [
    'url',
    /https?:\/\/[^\s<>"]*[^\s<>".,;:!?)]|(?<![\w@.])(?:[\w-]+\.)+(?:com|org|net|example|test)(?:\/[^\s]*)?(?![\w@])/gu,
  ],
  ['email', /[\w.+-]+@[\w-]+(?:\.[\w-]+)+/gu],
  ['bot_command', /(?<=^|\s)\/[A-Za-z0-9_]+(?:@\w+)?/gu],
  ['mention', /(?<=^|[\s(,])@\w{3,32}\b(?![.:])/gu],
  ['phone_number', /(?<=^|\s)\+\d[\d -]{6,}\d/gu],
  ['hashtag', /(?<=^|\s)#\w+/gu],
]

function found(text: string): MessageEntity[] {
  const all: MessageEntity[] = []
  for (const [type, pattern] of KINDS) {
    for (const match of text.matchAll(pattern)) {
      const one = { type, offset: match.index, length: match[0].length }
      if (!all.some((other) => overlap(one, other))) all.push(one)
    }
  }
  return all.sort((a, b) => a.offset - b.offset)
}

type Place = Pick<MessageEntity, 'offset' | 'length'>

const overlap = (a: Place, b: Place): boolean =>
  a.offset < b.offset + b.length && b.offset < a.offset + a.length
