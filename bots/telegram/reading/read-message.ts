import type { Message } from 'grammy/types'
import type { Command, Intent, PickedPerson } from '#ports/bot-platform.ts'
import { commandOf, type GivenCommand } from './command.ts'
import { contentOf, type MarkedText, markedText } from './content.ts'
import { nameOf } from './person.ts'

/** Whom messages come to. */
export interface Self {
  readonly id: number
  readonly username: string
}

/** What people send that says nothing to share, and is answered all the same. */
const WORDLESS = [
  'photo',
  'video',
  'animation',
  'document',
  'audio',
  'voice',
  'video_note',
  'sticker',
  'location',
  'story',
  'poll',
  'venue',
  'dice',
] as const satisfies readonly (keyof Message)[]

/**
 * What somebody meant by a message; null: nothing for us. In a group, only what is said to the bot is. `said`: in place
 * of what the message alone says.
 */
export function readMessage(
  message: Message,
  self: Self,
  said: MarkedText = markedText(message),
): Intent | null {
  if (message.users_shared) return picked(message.users_shared.users.map(sharedPerson))
  if (message.contact) return picked([contactPerson(message.contact)])
  // What somebody else has written is shared, never done.
  const given = message.forward_origin ? null : commandOf(said, self.username)
  if (given) return readCommand(message, given)
  if (!isForUs(message, self)) return null
  if (said.text !== '') return { kind: 'said', content: contentOf(message, said) }
  // Of an album, what stands under one of its pictures counts for all.
  const wordless = message.media_group_id === undefined && WORDLESS.some((kind) => message[kind])
  return wordless ? { kind: 'said', content: contentOf(message, said) } : null
}

/** What became of a message; null: nothing for us. */
export function readEdit(message: Message, self: Self): Intent | null {
  const said = markedText(message)
  if (said.text === '') return null
  const given = commandOf(said, self.username)
  if (given ? !isMeant(message, given) : !isForUs(message, self)) return null
  const command = given?.command ?? null
  return { kind: 'edited', command, content: contentOf(message, given?.rest ?? said) }
}

function isForUs({ chat, reply_to_message: replied }: Message, self: Self): boolean {
  return chat.type === 'private' || replied?.from?.id === self.id
}

/** Among several bots, a command that we do not have is another's. */
function isMeant({ chat }: Message, { command, to }: GivenCommand): boolean {
  if (to === 'another') return false
  return command !== null || to === 'us' || chat.type === 'private'
}

function readCommand(message: Message, given: GivenCommand): Intent | null {
  if (!isMeant(message, given)) return null
  const { command, name, rest } = given
  if (command === null) return { kind: 'unknown-command', name }
  if (command === 'start' && message.chat.type === 'private') return started(message, rest)
  return { kind: 'command', command, content: contentOf(message, rest) }
}

/**
 * What a link to the bot may lead to. Anybody can write such a link: nothing that is done at once, as `/unlink` or
 * `/resume` are, may come of following one.
 */
const BY_LINK: readonly Command[] = ['link', 'help']

function started(message: Message, { text }: MarkedText): Intent {
  const payload = text.trim()
  const command = BY_LINK.find((one) => one === payload)
  if (!command) return { kind: 'started', payload: payload === '' ? null : payload }
  return { kind: 'command', command, content: contentOf(message, { text: '', entities: [] }) }
}

const picked = (people: readonly PickedPerson[]): Intent => ({ kind: 'picked', people })

type SharedUser = NonNullable<Message['users_shared']>['users'][number]

function sharedPerson(user: SharedUser): PickedPerson {
  return { recipient: `telegram:${user.user_id}`, name: nameOf(user) }
}

/** Numbers in contacts are international, with a plus or without; those that begin with 0 are as their country dials. */
function contactPerson(contact: NonNullable<Message['contact']>): PickedPerson {
  const digits = contact.phone_number.replace(/\D/g, '')
  return { recipient: digits.startsWith('0') ? digits : `+${digits}`, name: nameOf(contact) }
}
