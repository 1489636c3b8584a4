import type { Message, MessageEntity } from 'grammy/types'
import { findLinks } from '#conversation/line/find-links.ts'
import type { Content, FoundLink, FoundMention } from '#ports/bot-platform.ts'
import { forwardedOf } from './forwarded.ts'
import { nameOf } from './person.ts'

/** A text as Telegram hands it over; offsets are UTF-16 units. */
export interface MarkedText {
  readonly text: string
  readonly entities: readonly MessageEntity[]
}

type Said = Omit<Message, 'reply_to_message'> & { readonly reply_to_message?: Said | undefined }

/** What a message says, be it under a picture. */
export function markedText(
  message: Pick<Message, 'text' | 'entities' | 'caption' | 'caption_entities'>,
): MarkedText {
  const { text, entities, caption, caption_entities } = message
  if (text !== undefined) return { text, entities: entities ?? [] }
  return { text: caption ?? '', entities: caption_entities ?? [] }
}

/** `said`: what of the message is meant; left out: all. */
export function contentOf(message: Said, said: MarkedText = markedText(message)): Content {
  return {
    text: said.text,
    links: linksOf(said),
    mentions: mentionsOf(said),
    forwarded: message.forward_origin ? forwardedOf(message.forward_origin) : null,
    repliesTo: repliedTo(message),
    message: String(message.message_id),
  }
}

/** Of a message in another chat no more is known than what was quoted of it. */
function repliedTo({ reply_to_message: replied, quote }: Said): Content['repliesTo'] {
  const said = replied ? markedText(replied) : quote && { entities: [], ...quote }
  if (!said) return null
  const origin = replied?.forward_origin
  return { text: said.text, links: linksOf(said), forwarded: origin ? forwardedOf(origin) : null }
}

/** What follows the first `length` characters, and the white space behind them. */
export function after(length: number, { text, entities }: MarkedText): MarkedText {
  const cut = length + (/^\s*/.exec(text.slice(length))?.[0].length ?? 0)
  return {
    text: text.slice(cut),
    entities: entities
      .filter(({ offset }) => offset >= cut)
      .map((entity) => ({ ...entity, offset: entity.offset - cut })),
  }
}

/** Texts under one another. */
export function joined(texts: readonly MarkedText[]): MarkedText {
  return texts.reduce((whole, { text, entities }) => {
    const shift = whole.text.length + 1
    const moved = entities.map((entity) => ({ ...entity, offset: entity.offset + shift }))
    return { text: `${whole.text}\n${text}`, entities: [...whole.entities, ...moved] }
  })
}

function linksOf({ text, entities }: MarkedText): FoundLink[] {
  return entities.flatMap((entity) => {
    const { offset: at, length } = entity
    const link = linkOf(entity, text.slice(at, at + length))
    return link === null ? [] : [{ ...link, at: at + link.at }]
  })
}

/** `words`: what the entity covers, in which the link stands at `at`. */
function linkOf(entity: MessageEntity, words: string): FoundLink | null {
  const whole = { at: 0, length: words.length }
  switch (entity.type) {
    case 'url':
      return writtenLink(words)
    case 'text_link':
      return isShareable(entity.url) ? { url: entity.url, ...whole } : null
    case 'phone_number':
      return { url: `tel:${words.replace(/[^\d+]/g, '')}`, ...whole }
    default:
      return null
  }
}

/** What Telegram takes for an address goes on where no space follows it, as in Chinese. */
function writtenLink(words: string): FoundLink | null {
  const [found = { url: words, at: 0, length: words.length }] = findLinks(words)
  const hasScheme = /^[a-z][a-z0-9+.-]*:\/\//i.test(found.url)
  const url = hasScheme ? found.url : `https://${found.url}`
  return isShareable(url) ? { ...found, url } : null
}

/** What is neither a page nor a number cannot be shared. */
const isShareable = (url: string): boolean => /^(?:https?|tel):/i.test(url)

/** Who has a username is named by it in the text itself. */
function mentionsOf({ text, entities }: MarkedText): FoundMention[] {
  return entities.flatMap((entity) => {
    if (entity.type !== 'text_mention') return []
    const { offset: at, length, user } = entity
    const name = nameOf(user) ?? text.slice(at, at + length)
    return [{ recipient: `telegram:${user.id}`, name, at, length }]
  })
}
