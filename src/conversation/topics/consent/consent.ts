import { type Answer, answer, type Dialogue, show } from '../../answer.ts'
import { ask } from '../../asks.ts'
import type { Facts } from '../../facts.ts'
import { stoppedScreen } from '../../screens/consent.ts'
import { said } from '../../screens/rich.ts'
import type { State } from '../../state/state.ts'

/** `/stop`: nobody writes to them here any more. */
export function* stop(facts: Facts, state: State): Dialogue {
  const { user } = facts
  if (user.platform === 'console') return nobodyWrites(facts, state)
  yield* ask('choose', { user, choice: 'stop' })
  return answer(state, show('message', stoppedScreen(facts)))
}

/** `/resume`: the only way to lift one's own stop here. */
export function* resumeMessages(facts: Facts, state: State): Dialogue {
  const { user, texts } = facts
  if (user.platform === 'console') return nobodyWrites(facts, state)
  yield* ask('choose', { user, choice: 'resume' })
  return answer(state, show('message', said(texts('chat.stop.resumed'))))
}

function nobodyWrites({ texts }: Facts, state: State): Answer {
  return answer(state, show('message', said(texts('chat.stop.nobody'))))
}

/** What waits for them is sent. */
export function* showWaiting(facts: Facts, state: State): Dialogue {
  const count = yield* ask('show-waiting', { user: facts.user })
  return answer(state, show('instead', said(facts.texts('chat.waiting.sent', { count }))))
}
