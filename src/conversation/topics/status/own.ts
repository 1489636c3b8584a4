import { hasCode } from '#core/errors.ts'
import type { ShareId } from '#core/ids.ts'
import type { ShareView } from '#engine/engine.ts'
import { type Dialogue, silence } from '../../answer.ts'
import { ask, type Sender, type Step } from '../../asks.ts'
import type { Facts } from '../../facts.ts'
import type { State } from '../../state/state.ts'

/** The sender's own share; null: it is another's, or none. */
export function* ownShare(sender: Sender, id: ShareId): Step<ShareView | null> {
  try {
    return yield* ask('share', { sender, id })
  } catch (error) {
    if (hasCode(error, 'not_found')) return null
    throw error
  }
}

/** Goes on with the share where whoever pressed sent it; a button shows nothing to anybody else. */
export function* ifOwn(
  facts: Facts,
  state: State,
  id: ShareId,
  goOn: (share: ShareView, sender: Sender) => Dialogue,
): Dialogue {
  const { sender } = facts
  const share = sender && (yield* ownShare(sender, id))
  if (!sender || !share) return silence(state, facts.texts('chat.notYours'))
  return yield* goOn(share, sender)
}
