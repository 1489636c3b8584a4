import { answer, type Dialogue, secretly, show } from '../../answer.ts'
import { ask } from '../../asks.ts'
import type { Facts } from '../../facts.ts'
import { signInScreen } from '../../screens/link.ts'
import type { State } from '../../state/state.ts'
import { asSender } from './as-sender.ts'
import { notHere } from './ask-to-link.ts'

/** A link by which they are signed in on the pages, once: for who has no password, or not at hand. */
export function* signInLink(facts: Facts, state: State): Dialogue {
  if (facts.chat.kind === 'group') return notHere(facts, state)
  return yield* asSender(facts, state, function* (sender) {
    const { ticket, forMs } = yield* ask('sign-in-ticket', { sender })
    const url = `${facts.settings.baseUrl}/sign-in/once?ticket=${ticket}`
    const minutes = Math.floor(forMs / 60_000)
    const screen = signInScreen(facts, { url, minutes, account: sender.displayName })
    return secretly(answer(state, show('message', screen)))
  })
}
