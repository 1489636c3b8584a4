/** What a bot may do with messages. */

import type { TelegramMessageEntity } from '@gramio/types/objects'
import type {
  DeleteMessageParams,
  EditMessageCaptionParams,
  EditMessageReplyMarkupParams,
  EditMessageTextParams,
  SendMessageParams,
  SendPhotoParams,
} from '@gramio/types/params'
import type { InlineKeyboardMarkup, Message, MessageEntity, PhotoSize } from '@grammyjs/types'
import { checkCaption, checkMarkup, checkText } from './limits.ts'
import { REFUSALS } from './refusal.ts'
import { type Kept, sorted, type World } from './world.ts'

type Markup = SendMessageParams['reply_markup']
type Part = Partial<Omit<Message, 'message_id' | 'date' | 'chat' | 'from'>>

export function sendMessage(world: World, params: SendMessageParams): Message {
  const text = String(params.text)
  checkText(text, params.entities ?? [])
  return send(world, params, { text, ...entitiesOf('entities', params.entities) })
}

export function sendPhoto(world: World, params: SendPhotoParams): Message {
  if (!params.photo) throw REFUSALS.photo()
  const caption = params.caption === undefined ? undefined : String(params.caption)
  checkCaption(caption ?? '', params.caption_entities ?? [])
  return send(world, params, {
    photo: [PHOTO],
    ...(caption === undefined ? {} : { caption }),
    ...entitiesOf('caption_entities', params.caption_entities),
  })
}

const PHOTO: PhotoSize = { file_id: 'photo', file_unique_id: 'photo', width: 300, height: 300 }

function send(
  world: World,
  params: Pick<SendMessageParams, 'chat_id' | 'reply_markup' | 'reply_parameters'>,
  part: Part,
): Message {
  const markup = plain(params.reply_markup)
  checkMarkup(markup)
  const chat = world.chatToWriteTo(params.chat_id)
  const replied = repliedTo(world, chat.id, params.reply_parameters)
  const message = world.add(chat, world.bot, { ...part, ...replied, ...inlineOf(markup) })
  useKeyboard(world, message, markup)
  return message
}

/** Builders of keyboards become plain on the way. */
function plain(markup: Markup): Exclude<Markup, { toJSON(): unknown }> {
  return markup as Exclude<Markup, { toJSON(): unknown }>
}

function repliedTo(world: World, chat: number, reply: SendMessageParams['reply_parameters']): Part {
  if (!reply) return {}
  const kept = world.kept(chat, reply.message_id ?? 0)
  if (kept) return { reply_to_message: withoutReply(kept.message) }
  if (!reply.allow_sending_without_reply) throw REFUSALS.noReplied()
  return {}
}

/** What was replied to is told without what that had replied to. */
export function withoutReply(message: Message): NonNullable<Message['reply_to_message']> {
  const { reply_to_message: _, ...rest } = message
  return rest as NonNullable<Message['reply_to_message']>
}

function entitiesOf<K extends 'entities' | 'caption_entities'>(
  name: K,
  entities: readonly TelegramMessageEntity[] | undefined,
): { [P in K]?: MessageEntity[] } {
  if (!entities || entities.length === 0) return {}
  return { [name]: sorted(entities as unknown as MessageEntity[]) } as {
    [P in K]?: MessageEntity[]
  }
}

function inlineOf(markup: ReturnType<typeof plain>): { reply_markup?: InlineKeyboardMarkup } {
  if (!markup || !('inline_keyboard' in markup) || markup.inline_keyboard.length === 0) return {}
  return { reply_markup: markup as InlineKeyboardMarkup }
}

function useKeyboard(world: World, message: Message, markup: ReturnType<typeof plain>): void {
  if (!markup) return
  if ('keyboard' in markup) {
    const keyboard = markup as Parameters<typeof world.keyboards.set>[1]['markup']
    world.keyboards.set(message.chat.id, { message: message.message_id, markup: keyboard })
    const kept = world.kept(message.chat.id, message.message_id)
    if (kept) kept.keys = true
  } else if ('remove_keyboard' in markup) world.keyboards.delete(message.chat.id)
}

interface Edited {
  readonly chat_id?: number | string
  readonly message_id?: number
  readonly reply_markup?: unknown
}

export function editText(world: World, params: EditMessageTextParams): Message {
  const kept = keptToEdit(world, params)
  if (kept.message.text === undefined) throw REFUSALS.noText()
  const text = String(params.text ?? '')
  checkText(text, params.entities ?? [])
  return change(kept, params, ['text', 'entities'], {
    text,
    ...entitiesOf('entities', params.entities),
  })
}

export function editCaption(world: World, params: EditMessageCaptionParams): Message {
  const kept = keptToEdit(world, params)
  if (!kept.message.photo) throw REFUSALS.noCaption()
  const caption = String(params.caption ?? '')
  checkCaption(caption, params.caption_entities ?? [])
  return change(kept, params, ['caption', 'caption_entities'], {
    ...(caption === '' ? {} : { caption }),
    ...entitiesOf('caption_entities', params.caption_entities),
  })
}

export function editMarkup(world: World, params: EditMessageReplyMarkupParams): Message {
  return change(keptToEdit(world, params), params, [], {})
}

function keptToEdit(world: World, { chat_id = 0, message_id = 0 }: Edited): Kept {
  const chat = world.chatToWriteTo(chat_id)
  const kept = world.kept(chat.id, message_id)
  if (!kept) throw REFUSALS.noEdited()
  if (!kept.editable) throw REFUSALS.uneditable()
  return kept
}

/** Buttons that are not named again are gone. */
function change(
  kept: Kept,
  { reply_markup }: Edited,
  replaced: readonly (keyof Message)[],
  part: Part,
): Message {
  const markup = reply_markup as ReturnType<typeof plain>
  checkMarkup(markup)
  const old: Partial<Message> = { ...kept.message }
  for (const name of [...replaced, 'reply_markup', 'edit_date'] as const) delete old[name]
  const changed = { ...old, ...part, ...inlineOf(markup) } as Message
  const { edit_date: _, ...before } = kept.message
  if (isSame(before, changed)) throw REFUSALS.notModified()
  kept.before.push(kept.message)
  if (replaced.length > 0) kept.edits++
  kept.message = { ...changed, edit_date: Math.floor(Date.now() / 1_000) }
  return kept.message
}

const isSame = (a: object, b: object): boolean => ordered(a) === ordered(b)

const ordered = (value: object): string =>
  JSON.stringify(value, (_key, inner: unknown) =>
    inner && typeof inner === 'object' && !Array.isArray(inner)
      ? Object.fromEntries(Object.entries(inner).sort(([a], [b]) => (a < b ? -1 : 1)))
      : inner,
  )

export function deleteMessage(world: World, { chat_id, message_id }: DeleteMessageParams): true {
  const chat = world.chatToWriteTo(chat_id)
  const kept = world.kept(chat.id, message_id)
  if (!kept) throw REFUSALS.noDeleted()
  if (!kept.deletable) throw REFUSALS.undeletable()
  world.remove(chat.id, message_id)
  return true
}
