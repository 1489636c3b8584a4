import type { ShareId } from '#core/ids.ts'
import { answer, type Dialogue } from '../../answer.ts'
import { ask, type Sender } from '../../asks.ts'
import type { Facts } from '../../facts.ts'
import type { Reply } from '../../state/reply.ts'
import type { State } from '../../state/state.ts'
import { statusReply } from './status.ts'

/** What was sent already, where a button of its card was pressed once more. */
export function* showSent(
  facts: Facts,
  sender: Sender,
  state: State,
  shares: readonly ShareId[],
): Dialogue {
  const replies: Reply[] = []
  for (const id of shares) {
    const share = yield* ask('share', { sender, id })
    replies.push(statusReply(facts, sender, share))
  }
  return { ...answer(state, ...replies), toast: facts.texts('chat.sentAlready') }
}
