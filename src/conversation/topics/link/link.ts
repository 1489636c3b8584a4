import { answer, type Dialogue, secretly, show, silence } from '../../answer.ts'
import { ask } from '../../asks.ts'
import type { Facts } from '../../facts.ts'
import { lastWayScreen, moveScreen, pinScreen, unlinkScreen } from '../../screens/link.ts'
import { said } from '../../screens/rich.ts'
import type { State } from '../../state/state.ts'
import { notHere, showWay } from './ask-to-link.ts'
import { goOnLinked } from './go-on-linked.ts'

/** `/link`: who acts for an account already is asked whether to leave it. */
export function* linkChat(facts: Facts, state: State): Dialogue {
  if (facts.chat.kind === 'group') return notHere(facts, state)
  if (!facts.sender) return yield* showWay(facts, state, false)
  return answer(state, show('message', moveScreen(facts, facts.sender.displayName)))
}

export function* moveChat(facts: Facts, state: State): Dialogue {
  if (facts.chat.kind === 'group') return notHere(facts, state)
  return yield* showWay(facts, state, facts.sender !== null)
}

/** They agree to a link that was begun on a page: its PIN is shown here and typed there. */
export function* agree(facts: Facts, state: State, secret: string): Dialogue {
  if (facts.chat.kind === 'group') return notHere(facts, state)
  const { user, sender } = facts
  const { pin, forMs, account } = yield* ask('agree-link', { user, secret, move: sender !== null })
  const minutes = Math.ceil(forMs / 60_000)
  return secretly(answer(state, show('instead', pinScreen(facts, { pin, minutes, account }))))
}

/** An account of their own, made of who they are here. */
export function* createAccount(facts: Facts, state: State): Dialogue {
  if (facts.chat.kind === 'group') return notHere(facts, state)
  const account = yield* ask('create-account', { user: facts.user, locale: facts.locale })
  return yield* goOnLinked(facts, state, account)
}

/** `/unlink`: at once, unless nobody would come to the account any more. */
export function* unlinkChat(facts: Facts, state: State): Dialogue {
  const { sender, user } = facts
  const isLast = sender && (yield* ask('is-last-way-in', { user, sender }))
  if (!isLast) return yield* unlink(facts, state, 'message')
  return answer(state, show('message', lastWayScreen(facts, sender.displayName)))
}

/** They know what it means. */
export function unlinkSurely(facts: Facts, state: State): Dialogue {
  return unlink(facts, state, 'instead')
}

function* unlink(facts: Facts, state: State, place: 'message' | 'instead'): Dialogue {
  const { sender, user, texts } = facts
  if (!sender) return answer(state, show(place, said(texts('chat.unlink.none'))))
  yield* ask('unlink', { user, sender })
  return answer(unlinked(state), show(place, unlinkScreen(facts, sender.displayName)))
}

/** What was written for one account is not sent by another. */
function unlinked(state: State): State {
  return { ...state, draft: null, card: null, undo: null }
}

/** The other side unlinked this chat, or finished a link. */
export function* heardOfLink(facts: Facts, state: State, linked: boolean): Dialogue {
  const { sender, texts } = facts
  if (linked) return sender ? yield* goOnLinked(facts, state, sender) : silence(state)
  if (sender) return silence(state)
  return answer(unlinked(state), show('message', said(texts('chat.unlink.elsewhere'))))
}
