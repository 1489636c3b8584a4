import type { InlineQueryResultArticle, MessageEntity } from 'grammy/types'
import type { DeliveryId } from '#core/ids.ts'
import { shorten } from '#core/text.ts'
import { MAX_TEXT } from '../writing/text.ts'

/** What was chosen, as its result's id says. */
export type Passed =
  /** Somebody's message, that the sender passes on by hand. */
  | { readonly kind: 'delivery'; readonly delivery: DeliveryId }
  | { readonly kind: 'offer'; readonly token: string }

/** A card to choose; `text` goes out as it is, from the one who chooses it. */
export interface Card {
  readonly passed: Passed
  readonly title: string
  readonly about: string
  readonly text: string
  readonly link: string
}

export function resultOf({ passed, title, about, text, link }: Card): InlineQueryResultArticle {
  return {
    type: 'article',
    id: resultId(passed),
    title: shorten(title, 100),
    description: shorten(about, 200),
    input_message_content: {
      message_text: shorten(text, MAX_TEXT),
      entities: linkEntities(text, link),
      link_preview_options: { url: link, prefer_large_media: false },
    },
  }
}

/** Telegram finds a link by itself; said anyway, so that the one that is meant is one. */
function linkEntities(text: string, link: string): MessageEntity[] {
  const offset = text.lastIndexOf(link)
  return offset < 0 || offset + link.length > MAX_TEXT
    ? []
    : [{ type: 'url', offset, length: link.length }]
}

/** At most 64 bytes. */
function resultId(passed: Passed): string {
  return passed.kind === 'offer' ? `offer:${passed.token}` : `pass:${passed.delivery}`
}

/** Null: no result of ours. */
export function readResultId(id: string): Passed | null {
  const [, kind, token = ''] = /^(offer|pass):(.+)$/.exec(id) ?? []
  if (kind === 'offer') return { kind, token }
  return kind === 'pass' ? { kind: 'delivery', delivery: token as DeliveryId } : null
}
