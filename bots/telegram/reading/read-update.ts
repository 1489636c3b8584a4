import type { CallbackQuery, Chat, ChatMemberUpdated, Message, Update, User } from 'grammy/types'
import type { Instant } from '#core/ids.ts'
import { readStopData } from '#core/message/telegram.ts'
import type { ChatEvent, ChatRef, Intent } from '#ports/bot-platform.ts'
import { readConsentData } from '../consent-data.ts'
import { writePlace } from '../place.ts'
import type { MarkedText } from './content.ts'
import { localeOfUser, userOf } from './person.ts'
import { readEdit, readMessage, type Self } from './read-message.ts'
import type { ConsentPress, Reading } from './reading.ts'

/** What we ask Telegram for. */
export const UPDATES = [
  'message',
  'edited_message',
  'callback_query',
  'inline_query',
  'chosen_inline_result',
  'my_chat_member',
] as const satisfies readonly (keyof Update)[]

/** An update, with the texts of a whole album where it stands for one. */
export interface Received {
  readonly update: Update
  readonly said?: MarkedText | undefined
}

const IGNORED: Reading = { kind: 'ignored' }

/** `now`: for what Telegram gives no time of. Kinds that are not known mean nothing. */
export function readUpdate({ update, said }: Received, self: Self, now: Instant): Reading {
  const { message, edited_message: edited, callback_query: pressed } = update
  if (message) return eventOf(update, message, readMessage(message, self, said))
  if (edited) return eventOf(update, edited, readEdit(edited, self))
  if (pressed) return readPressed(update, pressed, now)
  if (update.my_chat_member) return readMembership(update.my_chat_member)
  return readInline(update, now)
}

function eventOf(update: Update, message: Message, intent: Intent | null): Reading {
  const { from, chat, date, edit_date: edited } = message
  if (intent === null) return IGNORED
  const place = chatOf(chat, message)
  const somebody = from && !from.is_bot && message.sender_chat === undefined
  if (!somebody) return isOfGroup(message, intent) ? { kind: 'nameless', chat: place } : IGNORED
  return { kind: 'event', event: event(update, from, place, instant(edited ?? date), intent) }
}

/** Who writes in a channel's name, or another group's, is nobody that could write otherwise. */
function isOfGroup({ chat, sender_chat: sender }: Message, { kind }: Intent): boolean {
  return kind === 'command' && sender?.id === chat.id
}

function event(update: Update, from: User, chat: ChatRef, at: Instant, intent: Intent): ChatEvent {
  return {
    id: String(update.update_id),
    user: userOf(from),
    chat,
    locale: localeOfUser(from),
    timeZone: null,
    at,
    intent,
  }
}

const instant = (seconds: number): Instant => (seconds * 1_000) as Instant

type InTopic = Pick<Message, 'is_topic_message' | 'message_thread_id'>

/** Answers to one another are threads too, and no topics. */
function chatOf({ id, type }: Chat, message: Partial<InTopic> = {}): ChatRef {
  if (type === 'private') return { id: String(id), kind: 'private' }
  const topic = message.is_topic_message ? message.message_thread_id : undefined
  return { id: writePlace(id, topic), kind: 'group' }
}

function readPressed(update: Update, pressed: CallbackQuery, now: Instant): Reading {
  const { id: query, from, data = '', message } = pressed
  const choice = readConsent(pressed)
  if (choice) return { kind: 'consent', choice }
  if (!message || data === '') return { kind: 'stale', query }
  const intent: Intent = { kind: 'pressed', press: data, message: String(message.message_id) }
  return {
    kind: 'pressed',
    event: event(update, from, chatOf(message.chat, message), now, intent),
    query,
  }
}

function readConsent({ id: query, from, data = '', message }: CallbackQuery): ConsentPress | null {
  const token = readStopData(data)
  const read = token === null ? readConsentData(data) : { choice: 'stop' as const, token }
  if (!read) return null
  const changeable = message && 'from' in message ? message : undefined
  return { query, user: userOf(from), locale: localeOfUser(from), message: changeable, ...read }
}

function readMembership({ chat, from, new_chat_member: { status } }: ChatMemberUpdated): Reading {
  if (chat.type !== 'private') return IGNORED
  return {
    kind: 'reach',
    from: { user: userOf(from), chat: chatOf(chat) },
    open: status === 'member',
  }
}

function readInline(update: Update, now: Instant): Reading {
  const { inline_query: asked, chosen_inline_result: chosen } = update
  if (asked) {
    const { id: query, from, query: text } = asked
    return { kind: 'asked', asked: { query, text, user: userOf(from), locale: localeOfUser(from) } }
  }
  if (!chosen) return IGNORED
  const { from, result_id: result } = chosen
  const person = { user: userOf(from), locale: localeOfUser(from) }
  return { kind: 'chosen', chosen: { id: String(update.update_id), result, at: now, ...person } }
}
