import { answer, type Dialogue, secretly, show } from '../../answer.ts'
import { ask } from '../../asks.ts'
import type { Facts } from '../../facts.ts'
import { inPrivateScreen } from '../../screens/group.ts'
import { linkScreen } from '../../screens/link.ts'
import type { State } from '../../state/state.ts'

/** Who acts for nobody yet is shown the way to an account; what they began waits for it. */
export function* askToLink(facts: Facts, state: State): Dialogue {
  if (facts.chat.kind === 'group') return notHere(facts, state)
  return yield* showWay(facts, state, false)
}

/** A link is made between the two of them: a group must not see its secrets. */
export function notHere(facts: Facts, state: State) {
  const screen = inPrivateScreen(facts, facts.bot.startUrl('share'))
  return answer(state, { place: { kind: 'group', chat: facts.chat.id }, screen })
}

/** `move`: they agreed to leave the account that they act for. */
export function* showWay(facts: Facts, state: State, move: boolean): Dialogue {
  const { secret, forMs } = yield* ask('begin-link', { user: facts.user, move })
  const mayCreate = !move && (yield* ask('may-create-account', null))
  const screen = linkScreen(facts, {
    url: `${facts.settings.baseUrl}/link/${secret}`,
    minutes: Math.floor(forMs / 60_000),
    mayCreate,
    begun: state.draft !== null,
  })
  return secretly(answer(state, show('message', screen)))
}
