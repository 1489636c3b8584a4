import { isDeepStrictEqual } from 'node:util'
import { type Contact, writtenName } from '#core/account.ts'
import { hasCode } from '#core/errors.ts'
import type { ContactInput } from '#engine/engine.ts'
import { answer, type Dialogue, show } from '../../answer.ts'
import { ask, type Sender, type Step } from '../../asks.ts'
import type { Facts } from '../../facts.ts'
import { ADD, GROUP, REMOVE } from '../../line/verbs.ts'
import { askForContact, contactScreen, contactsScreen } from '../../screens/contacts.ts'
import { said } from '../../screens/rich.ts'
import type { State } from '../../state/state.ts'
import { lookUpKnown } from '../recipients/book.ts'
import { readContact } from './read-contact.ts'

/** `/contacts`: the book, `add …`, `group …`, `remove …`. */
export function* contacts(facts: Facts, sender: Sender, state: State, words: string): Dialogue {
  const text = words.trim()
  if (ADD.test(text)) return yield* addNamed(facts, sender, state, 'person', text.replace(ADD, ''))
  if (GROUP.test(text)) {
    return yield* addNamed(facts, sender, state, 'group', text.replace(GROUP, ''))
  }
  if (REMOVE.test(text)) return yield* removeNamed(facts, sender, state, text.replace(REMOVE, ''))
  return yield* book(facts, sender, state, 0, 'message')
}

/** A page of the book. */
export function* book(
  facts: Facts,
  sender: Sender,
  state: State,
  page: number,
  place: 'message' | 'instead',
): Dialogue {
  const all = yield* ask('book', { sender })
  return answer(state, show(place, contactsScreen(facts, all, page)))
}

/** One of the book, with what can be done. */
export function* contact(facts: Facts, sender: Sender, state: State, id: string): Dialogue {
  const one = (yield* ask('book', { sender })).find((other) => other.id === id)
  if (!one) return answer(state, show('instead', said(facts.texts('contact.fault.none'))))
  return answer(state, show('instead', contactScreen(facts, one)))
}

export function* forget(facts: Facts, sender: Sender, state: State, id: string): Dialogue {
  const isThere = (yield* ask('book', { sender })).some((one) => one.id === id)
  if (isThere) yield* ask('remove-contact', { sender, id })
  return yield* book(facts, sender, state, 0, 'instead')
}

/** Asks for a person or a group to be added. */
export function askFor(facts: Facts, state: State, kind: Contact['kind']) {
  return answer({ ...state, asked: kind }, show('message', askForContact(facts, kind)))
}

/** Adds what was written: a name, and the addresses or members. */
export function* addNamed(
  facts: Facts,
  sender: Sender,
  state: State,
  kind: Contact['kind'],
  written: string,
): Dialogue {
  if (written.trim() === '') return askFor(facts, state, kind)
  const { context } = yield* lookUpKnown(facts, sender)
  const input = readContact(kind, written, context)
  if (!input) {
    const again = said(facts.texts('chat.contacts.unclear'))
    return answer({ ...state, asked: kind }, show('message', again))
  }
  const added = yield* addOnce(sender, input)
  return answer({ ...state, asked: null }, show('message', contactScreen(facts, added)))
}

/** One who is in the book already just so, by the same message before a crash or an earlier one, is as good as added. */
function* addOnce(sender: Sender, input: ContactInput): Step<Contact> {
  try {
    return yield* ask('add-contact', { sender, input })
  } catch (error) {
    if (!hasCode(error, 'name_taken')) throw error
    const known = (yield* ask('book', { sender })).find((one) => isSameContact(one, input))
    if (!known) throw error
    return known
  }
}

function isSameContact(contact: Contact, input: ContactInput): boolean {
  const behind = contact.kind === 'person' ? contact.addresses : contact.members
  const wanted = input.kind === 'person' ? input.addresses : input.members
  return (
    contact.kind === input.kind && contact.name === input.name && isDeepStrictEqual(behind, wanted)
  )
}

function* removeNamed(facts: Facts, sender: Sender, state: State, written: string): Dialogue {
  const wanted = written.trim().toLowerCase()
  const all = yield* ask('book', { sender })
  const found = all.find((one) =>
    [one.name, writtenName(one)].some((name) => name.toLowerCase() === wanted),
  )
  const { texts } = facts
  if (!found) return answer(state, show('message', said(texts('contact.fault.none'))))
  yield* ask('remove-contact', { sender, id: found.id })
  const removed = texts('chat.contacts.removed', { name: found.name })
  return answer(state, show('message', said(removed)))
}
