import { type Answer, answer, type Dialogue, show } from './answer.ts'
import type { Sender } from './asks.ts'
import type { Facts } from './facts.ts'
import type { Press } from './press.ts'
import { said } from './screens/rich.ts'
import type { State } from './state/state.ts'
import { resumeMessages, showWaiting, stop } from './topics/consent/consent.ts'
import { askFor, book, contact, forget } from './topics/contacts/contacts.ts'
import { history } from './topics/history/history.ts'
import { asSender } from './topics/link/as-sender.ts'
import { agree, createAccount, linkChat, moveChat, unlinkSurely } from './topics/link/link.ts'
import { signInLink } from './topics/link/sign-in-link.ts'
import { askForOne, removeNote } from './topics/notes/notes.ts'
import { pressedLanguage } from './topics/settings/language.ts'
import { pressedTimeZone } from './topics/settings/time-zone.ts'

type MenuPress = Extract<Press, { on: 'menu' }>

/** A button that belongs to no share: whoever presses it does it for themselves. */
export function* pressedOnMenu(facts: Facts, state: State, { act, arg }: MenuPress): Dialogue {
  switch (act) {
    case 'close':
      return close(facts, state)
    case 'history':
      return yield* history(facts, state, arg, 'instead')
    case 'link':
      return yield* linkChat(facts, state)
    case 'move':
      return yield* moveChat(facts, state)
    case 'agree':
      return yield* agree(facts, state, arg)
    case 'unlink':
      return yield* unlinkSurely(facts, state)
    case 'account':
      return yield* createAccount(facts, state)
    case 'sign-in':
      return yield* signInLink(facts, state)
    case 'lang':
      return yield* pressedLanguage(facts, state, arg)
    case 'zone':
      return yield* pressedTimeZone(facts, state, arg)
    case 'stop':
      return yield* stop(facts, state)
    case 'resume':
      return yield* resumeMessages(facts, state)
    case 'waiting':
      return yield* showWaiting(facts, state)
    default:
      return yield* asSender(facts, state, (sender) => ownThing(facts, sender, state, act, arg))
  }
}

type OwnAct = 'contacts' | 'contact' | 'forget' | 'person' | 'group' | 'note' | 'unnote'

/** What only who acts for an account has. */
function* ownThing(facts: Facts, sender: Sender, state: State, act: OwnAct, arg: string): Dialogue {
  switch (act) {
    case 'contacts':
      return yield* book(facts, sender, state, Number(arg), 'instead')
    case 'contact':
      return yield* contact(facts, sender, state, arg)
    case 'forget':
      return yield* forget(facts, sender, state, arg)
    case 'person':
    case 'group':
      return askFor(facts, state, act)
    case 'note':
      return askForOne(facts, state)
    case 'unnote':
      return yield* removeNote(facts, sender, state, arg)
    default:
      return act satisfies never
  }
}

/** A question that is not answered: nothing is done, and nothing is waited for. */
function close({ texts }: Facts, state: State): Answer {
  return answer({ ...state, asked: null }, show('instead', said(texts('chat.closed'))))
}
