import { answer, type Dialogue, show } from '../../answer.ts'
import { ask } from '../../asks.ts'
import type { Facts } from '../../facts.ts'
import { linkScreen } from '../../screens/link.ts'
import type { State } from '../../state/state.ts'

/** Who acts for nobody yet is shown the way to an account; what was begun waits. */
export function* askToLink(facts: Facts, state: State): Dialogue {
  const { secret, forMs } = yield* ask('begin-link', { user: facts.user, move: false })
  const mayCreate = yield* ask('may-create-account', {})
  const screen = linkScreen(facts, {
    url: `${facts.settings.baseUrl}/link/${secret}`,
    minutes: Math.floor(forMs / 60_000),
    mayCreate,
    begun: state.draft !== null,
  })
  return answer(state, show('message', screen))
}
