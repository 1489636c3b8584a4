import { answer, type Dialogue, show } from '../../answer.ts'
import { ask } from '../../asks.ts'
import type { Facts } from '../../facts.ts'
import { waitingScreen } from '../../screens/consent.ts'
import { said } from '../../screens/rich.ts'
import type { State } from '../../state/state.ts'
import { resume } from '../draft/begin.ts'

/** Shares that are named of those that wait for somebody. */
const NAMED = 10

/** Who comes is told what to do here, what waits for them, and goes on with what they had begun. */
export function* welcome(facts: Facts, state: State): Dialogue {
  const { user } = facts
  const waiting = yield* ask('waiting', { user, limit: NAMED })
  const list = waiting.length > 0 ? [show('message', waitingScreen(facts, waiting))] : []
  if (state.draft) {
    const next = yield* resume(facts, state)
    return { ...next, replies: [...list, ...next.replies] }
  }
  return answer(state, show('message', said(...greeting(facts))), ...list)
}

function greeting({ texts, sender, bot }: Facts): readonly string[] {
  const help = texts('chat.start.help', { help: bot.writeCommand('help') })
  if (!sender) return [texts('chat.start.hello'), texts('chat.start.first'), help]
  return [
    texts('chat.start.helloAgain', { name: sender.displayName }),
    texts('chat.hint.start'),
    help,
  ]
}
