import type { AnswerCallbackQueryParams, AnswerInlineQueryParams } from '@gramio/types/params'
import type {
  Chat,
  ChatMember,
  InlineKeyboardButton,
  Message,
  MessageOrigin,
  Update,
  User,
} from '@grammyjs/types'
import type { Lookout } from './lookout.ts'
import type { Queries } from './queries.ts'
import { type Piece, written } from './text.ts'
import type { UpdateKind } from './update-queue.ts'
import type { Gathering, Somebody, World } from './world.ts'
import { privateChat } from './world.ts'
import { withoutReply } from './writing.ts'

/** What users need of the platform. */
export interface Platform extends Pick<Lookout, 'waitFor'> {
  readonly world: World
  readonly queries: Queries
  push<K extends UpdateKind>(kind: K, body: NonNullable<Update[K]>): Update | null
}

type Part = Partial<Omit<Message, 'message_id' | 'date' | 'chat' | 'from'>>

export interface Said {
  readonly message: Message
  /** Null: the bot does not want such. */
  readonly update: Update | null
}

/** Where something is done, and what else the message has. */
export interface Where {
  readonly in?: TelegramGroup
  readonly replyTo?: Message
  readonly forwardedFrom?: MessageOrigin
}

export interface TelegramGroup {
  readonly id: number
  readonly gathering: Gathering
}

/** Somebody with Telegram in their hands. */
export class TelegramUser {
  readonly #platform: Platform
  readonly #somebody: Somebody
  #nextQuery = 1

  constructor(platform: Platform, somebody: Somebody) {
    this.#platform = platform
    this.#somebody = somebody
  }

  get id(): number {
    return this.user.id
  }

  get user(): User {
    return this.#somebody.user
  }

  get standing(): Somebody['standing'] {
    return this.#somebody.standing
  }

  /** From the next update on. */
  renames(change: Partial<User>): void {
    this.#somebody.user = { ...this.user, ...change }
  }

  // ── Writing ────────────────────────────────────────────────────────────────────────────────────────────

  starts(payload = ''): Said {
    return this.says(payload === '' ? '/start' : `/start ${payload}`)
  }

  says(pieces: Piece | readonly Piece[], where: Where = {}): Said {
    const { text, entities } = written(pieces)
    return this.sends({ text, ...(entities.length > 0 && { entities }) }, where)
  }

  /** A picture with words under it. */
  showsPhoto(pieces: Piece | readonly Piece[], where: Where & { album?: string } = {}): Said {
    const { text: caption, entities: caption_entities } = written(pieces)
    const photo = [{ file_id: 'p', file_unique_id: 'p', width: 9, height: 9 }]
    return this.sends(
      {
        photo,
        ...(caption !== '' && { caption }),
        ...(caption_entities.length > 0 && { caption_entities }),
        ...(where.album !== undefined && { media_group_id: where.album }),
      },
      where,
    )
  }

  sends(part: Part, { in: group, replyTo, forwardedFrom }: Where = {}): Said {
    // Whoever writes to a bot has pressed Start.
    if (!group) this.#somebody.standing = 'started'
    const message = this.#platform.world.add(this.#chat(group), this.user, {
      ...part,
      ...(replyTo && { reply_to_message: withoutReply(replyTo) }),
      ...(forwardedFrom && { forward_origin: forwardedFrom }),
    })
    return {
      message,
      update: this.#platform.push('message', message as NonNullable<Update['message']>),
    }
  }

  /** Puts other words in place of a message of theirs. */
  edits({ message }: Said, pieces: Piece | readonly Piece[]): Said {
    const kept = this.#platform.world.kept(message.chat.id, message.message_id)
    if (!kept) throw new Error('there is no such message')
    const { text, entities } = written(pieces)
    const { entities: _, ...before } = kept.message
    kept.message = {
      ...before,
      text,
      ...(entities.length > 0 && { entities }),
      edit_date: this.#platform.world.now(),
    }
    const edited = kept.message as NonNullable<Update['edited_message']>
    return { message: kept.message, update: this.#platform.push('edited_message', edited) }
  }

  deletes(message: Message): void {
    this.#platform.world.remove(message.chat.id, message.message_id)
  }

  sendsContact(contact: NonNullable<Message['contact']>): Said {
    return this.sends({ contact })
  }

  /** By the picker that the bot's last keyboard has. */
  picks(people: readonly TelegramUser[]): Said {
    const keyboard = this.#platform.world.keyboards.get(this.id)
    const key = keyboard?.markup.keyboard
      .flat()
      .find((one) => typeof one !== 'string' && 'request_users' in one)
    if (!keyboard || !key || typeof key === 'string' || !('request_users' in key)) {
      throw new Error(`no picker is shown:\n${this.transcript()}`)
    }
    const { request_id, max_quantity = 1, request_name, request_username } = key.request_users
    if (people.length > max_quantity) throw new Error(`at most ${max_quantity} can be picked`)
    if (keyboard.markup.one_time_keyboard) this.#platform.world.keyboards.delete(this.id)
    const users = people.map(({ id, user: { first_name, username } }) => ({
      user_id: id,
      ...(request_name && { first_name }),
      ...(request_username && username !== undefined && { username }),
    }))
    return this.sends({ users_shared: { request_id, users } })
  }

  // ── Buttons ────────────────────────────────────────────────────────────────────────────────────────────

  /** Resolves with what the bot answers; a button of the newest message that has one of that label. */
  presses(
    label: string,
    where: { in?: TelegramGroup; on?: Message } = {},
  ): Promise<AnswerCallbackQueryParams> {
    const { message, button } = this.#button(label, where)
    if (!('callback_data' in button)) throw new Error(`${label} calls nobody back`)
    return this.pressesData(button.callback_data, message)
  }

  /** A button as somebody has altered it. */
  pressesData(data: string, message: Message): Promise<AnswerCallbackQueryParams> {
    const id = `${this.id}${this.#nextQuery++}`
    const answer = this.#platform.queries.callbacks.wait(id)
    const chat_instance = String(message.chat.id)
    this.#platform.push('callback_query', { id, from: this.user, message, chat_instance, data })
    return answer
  }

  /** Where a button leads to. */
  opens(label: string, where: { in?: TelegramGroup; on?: Message } = {}): string {
    const { button } = this.#button(label, where)
    if (!('url' in button)) throw new Error(`${label} leads nowhere`)
    return button.url
  }

  /** What stands behind the bot's name in the chat that they choose by the button. */
  passesOn(label: string): string {
    const { button } = this.#button(label, {})
    if (!('switch_inline_query_chosen_chat' in button))
      throw new Error(`${label} passes nothing on`)
    return button.switch_inline_query_chosen_chat.query ?? ''
  }

  #button(
    label: string,
    where: { in?: TelegramGroup; on?: Message },
  ): { message: Message; button: InlineKeyboardButton } {
    const messages = where.on ? [where.on] : this.sees(where.in)
    for (const message of messages.toReversed()) {
      const button = message.reply_markup?.inline_keyboard.flat().find(({ text }) => text === label)
      if (button) return { message, button }
    }
    throw new Error(`there is no button ${label}:\n${this.transcript(where.in)}`)
  }

  // ── Inline ─────────────────────────────────────────────────────────────────────────────────────────────

  /** Writes that behind the bot's name, in some chat. */
  asks(query: string, chat: 'sender' | Chat['type'] = 'private'): Promise<AnswerInlineQueryParams> {
    const id = `${this.id}${this.#nextQuery++}`
    const answer = this.#platform.queries.inlines.wait(id)
    const asked = { id, from: this.user, query, offset: '', chat_type: chat }
    this.#platform.push('inline_query', asked)
    return answer
  }

  /** Sends a result on; the bot hears of it where feedback is on. */
  chooses(answer: AnswerInlineQueryParams, query: string, at = 0): Update | null {
    const result = answer.results[at]
    if (!result) throw new Error('there is nothing to choose')
    return this.#platform.push('chosen_inline_result', {
      result_id: result.id,
      from: this.user,
      query,
    })
  }

  // ── Coming and going ───────────────────────────────────────────────────────────────────────────────────

  blocks(): Update | null {
    this.#somebody.standing = 'blocked'
    return this.#membership('member', 'kicked')
  }

  unblocks(): Update | null {
    this.#somebody.standing = 'started'
    return this.#membership('kicked', 'member')
  }

  /** Their account is gone; bots are not told. */
  leavesTelegram(): void {
    this.#somebody.standing = 'deactivated'
  }

  #membership(from: 'member' | 'kicked', to: 'member' | 'kicked'): Update | null {
    const { bot } = this.#platform.world
    const member = (status: 'member' | 'kicked'): ChatMember =>
      status === 'member' ? { user: bot, status } : { user: bot, status, until_date: 0 }
    return this.#platform.push('my_chat_member', {
      chat: privateChat(this.user),
      from: this.user,
      date: this.#platform.world.now(),
      old_chat_member: member(from),
      new_chat_member: member(to),
    })
  }

  // ── Reading ────────────────────────────────────────────────────────────────────────────────────────────

  /** The bot's messages that stand in the chat, the oldest first. */
  sees(group?: TelegramGroup): Message[] {
    const { world } = this.#platform
    const all = world.messagesOf(group?.id ?? this.id)
    return all.filter(({ from }) => from?.id === world.bot.id)
  }

  /** The bot's newest message that says so, once there is one. */
  reads(words: string | RegExp, group?: TelegramGroup): Promise<Message> {
    const says = (message: Message): boolean => {
      const text = message.text ?? message.caption ?? ''
      return typeof words === 'string' ? text.includes(words) : words.test(text)
    }
    return this.#platform.waitFor(
      () => this.sees(group).findLast(says),
      () => `${words} is not said:\n${this.transcript(group)}`,
    )
  }

  /** All that stands in the chat, for people. */
  transcript(group?: TelegramGroup): string {
    const lines = this.#platform.world.messagesOf(group?.id ?? this.id).map((message) => {
      const buttons =
        message.reply_markup?.inline_keyboard.flat().map(({ text }) => `[${text}]`) ?? []
      const text = message.text ?? message.caption ?? '…'
      return `${message.from?.first_name}: ${text} ${buttons.join(' ')}`.trim()
    })
    return lines.join('\n')
  }

  #chat(group: TelegramGroup | undefined): Chat {
    return group?.gathering.chat ?? privateChat(this.user)
  }
}
