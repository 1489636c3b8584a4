import type { Account } from '#core/account.ts'
import { answer, type Dialogue, show } from '../../answer.ts'
import type { Sender } from '../../asks.ts'
import type { Facts } from '../../facts.ts'
import { said } from '../../screens/rich.ts'
import type { State } from '../../state/state.ts'
import { resume } from '../draft/begin.ts'

/** Says that the person acts for the account from now on, and goes on with what they had begun. */
export function goOnLinked(facts: Facts, state: State, account: Account): Dialogue {
  const sender = { ...account, locale: account.locale ?? facts.locale }
  const done = facts.texts('chat.link.done', { account: account.displayName })
  return goOn({ ...facts, sender }, state, done)
}

/** Says for whom they act: a PIN that comes once more, after a crash or late, finds the link made. */
export function goOnAs(facts: Facts, state: State, { displayName, username }: Sender): Dialogue {
  return goOn(facts, state, facts.texts('chat.whoami.account', { name: displayName, username }))
}

function* goOn(facts: Facts, state: State, words: string): Dialogue {
  if (!state.draft) {
    return answer(state, show('message', said(words, facts.texts('chat.hint.start'))))
  }
  const next = yield* resume(facts, state)
  return { ...next, replies: [show('message', said(words)), ...next.replies] }
}
