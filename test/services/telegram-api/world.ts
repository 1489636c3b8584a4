import type { Chat, Message, MessageEntity, ReplyKeyboardMarkup, User } from '@grammyjs/types'
import { REFUSALS } from './refusal.ts'

/** How somebody stands to the bot. */
export type Standing = 'stranger' | 'started' | 'blocked' | 'deactivated'

export interface Somebody {
  user: User
  standing: Standing
}

export interface Gathering {
  chat: Chat.GroupChat | Chat.SupergroupChat
  bot: 'member' | 'left' | 'kicked' | 'muted'
  migratedTo: number | null
}

export interface Kept {
  message: Message
  /** Of the bot: it may change it. */
  editable: boolean
  deletable: boolean
  /** Times that its words were changed. */
  edits: number
  /** What stood there before, the oldest first. */
  readonly before: Message[]
  /** It brought keys in place of a keyboard. */
  keys: boolean
}

/** The keys in place of a keyboard, that the last message with such brought. */
export interface ShownKeyboard {
  readonly message: number
  readonly markup: ReplyKeyboardMarkup
}

type Draft = Omit<Message, 'message_id' | 'date' | 'chat' | 'from'>

/** Who is there, and what was written. */
export class World {
  readonly bot: User
  readonly people = new Map<number, Somebody>()
  readonly groups = new Map<number, Gathering>()
  readonly keyboards = new Map<number, ShownKeyboard>()
  readonly #messages = new Map<string, Kept>()
  #nextMessage = 1
  #nextId = 7_000_000_001

  constructor(bot: User) {
    this.bot = bot
  }

  /** Ids over 32 bits, as new users have them. */
  newId(): number {
    return this.#nextId++
  }

  now(): number {
    return Math.floor(Date.now() / 1_000)
  }

  /** The chat to write to. */
  chatToWriteTo(id: number | string): Chat {
    // A name is found only of channels and supergroups, of which there are none here.
    if (typeof id === 'string' && id.startsWith('@')) throw REFUSALS.noChat()
    const group = this.groups.get(Number(id))
    if (group) return groupToWriteTo(group)
    const somebody = this.people.get(Number(id))
    if (!somebody) throw REFUSALS.noChat()
    return privateToWriteTo(somebody)
  }

  add(chat: Chat, from: User, draft: Draft): Message {
    const message: Message = {
      message_id: this.#nextMessage++,
      from,
      chat,
      date: this.now(),
      ...draft,
    }
    const ours = from.id === this.bot.id
    const kept = { message, editable: ours, deletable: true, edits: 0, before: [], keys: false }
    this.#messages.set(key(chat.id, message.message_id), kept)
    return message
  }

  kept(chat: number | string, message: number): Kept | null {
    return this.#messages.get(key(chat, message)) ?? null
  }

  remove(chat: number, message: number): void {
    this.#messages.delete(key(chat, message))
    if (this.keyboards.get(chat)?.message === message) this.keyboards.delete(chat)
  }

  /** All that stands anywhere, the oldest first. */
  get all(): readonly Kept[] {
    return [...this.#messages.values()]
  }

  /** All that stands in a chat, the oldest first. */
  messagesOf(chat: number): Message[] {
    const all = [...this.#messages.values()].map(({ message }) => message)
    return all.filter((message) => message.chat.id === chat)
  }
}

const key = (chat: number | string, message: number): string => `${chat}:${message}`

function privateToWriteTo({ user, standing }: Somebody): Chat.PrivateChat {
  if (user.is_bot) throw REFUSALS.toBot()
  if (standing === 'deactivated') throw REFUSALS.deactivated()
  if (standing === 'blocked') throw REFUSALS.blocked()
  if (standing === 'stranger') throw REFUSALS.neverStarted()
  return privateChat(user)
}

export function privateChat(user: User): Chat.PrivateChat {
  const { id, first_name, last_name, username } = user
  return {
    id,
    type: 'private',
    first_name,
    ...(last_name === undefined ? {} : { last_name }),
    ...(username === undefined ? {} : { username }),
  }
}

function groupToWriteTo({ chat, bot, migratedTo }: Gathering): Chat {
  if (migratedTo !== null) throw REFUSALS.migrated(migratedTo)
  if (bot === 'kicked') throw REFUSALS.kicked()
  if (bot === 'left') throw REFUSALS.notMember()
  if (bot === 'muted') throw REFUSALS.noRights()
  return chat
}

/** Entities in the order that Telegram gives them back. */
export function sorted(entities: readonly MessageEntity[]): MessageEntity[] {
  return [...entities].sort((a, b) => a.offset - b.offset || b.length - a.length)
}
