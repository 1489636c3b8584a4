import type { Account } from '#core/account.ts'
import { answer, type Dialogue, show } from '../../answer.ts'
import type { Facts } from '../../facts.ts'
import { said } from '../../screens/rich.ts'
import type { State } from '../../state/state.ts'
import { resume } from '../draft/begin.ts'

/** Says that the person acts for the account from now on, and goes on with what they had begun. */
export function* goOnLinked(facts: Facts, state: State, account: Account): Dialogue {
  const locale = account.locale ?? facts.locale
  const sender = { ...account, locale }
  const done = facts.texts('chat.link.done', { account: account.displayName })
  if (!state.draft) {
    return answer(state, show('message', said(done, facts.texts('chat.hint.start'))))
  }
  const next = yield* resume({ ...facts, sender }, state)
  return { ...next, replies: [show('message', said(done)), ...next.replies] }
}
