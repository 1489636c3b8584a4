import type { Account } from '#core/account.ts'
import { answer, type Dialogue, show } from '../../answer.ts'
import type { Facts } from '../../facts.ts'
import { lines } from '../../screens/rich.ts'
import type { State } from '../../state/state.ts'
import { resume } from '../draft/begin.ts'

/** Says that the person acts for the account from now on, and goes on with what they had begun. */
export function* goOnLinked(facts: Facts, state: State, account: Account): Dialogue {
  const sender = { ...account, locale: facts.locale }
  const said = show('message', {
    body: lines(facts.texts('chat.link.done', { account: account.displayName })),
    buttons: [],
  })
  if (!state.draft) return answer(state, said)
  const next = yield* resume({ ...facts, sender }, state)
  return { ...next, replies: [said, ...next.replies] }
}
