import type { DeliveryId } from '#core/ids.ts'
import type { DeliveryView, ShareView } from '#engine/engine.ts'
import { answer, type Dialogue } from '../../answer.ts'
import { ask, type Step } from '../../asks.ts'
import { heldOf } from '../../screens/status/standing.ts'
import { showCard } from '../draft/card.ts'
import type { Tending } from './pressed-share.ts'
import { statusReply } from './status.ts'

/** Takes back what has not left. Where that is all of it, it can be written on. */
export function* undo(tending: Tending): Dialogue {
  const { facts, state, sender } = tending
  const { undo: last } = state
  const held = heldOf(tending.share, facts.now).map(({ id }) => id)
  const after = yield* takeBack(tending, held)
  const isBack = ({ state }: DeliveryView): boolean => state === 'cancelled'
  // None that is held: all have left, or a crash came between taking them back and saying so.
  const asked = held.length > 0 ? held : after.deliveries.map(({ id }) => id)
  const done = after.deliveries.filter(({ id }) => asked.includes(id)).every(isBack)
  const said = answer({ ...state, undo: null }, statusReply(facts, sender, after))
  const toast = facts.texts(done ? 'chat.undo.done' : 'chat.undo.late')
  const mayGoOn = last?.share === after.id && !state.draft && after.deliveries.every(isBack)
  if (!mayGoOn) return { ...said, toast }
  const draft = { ...last.draft, nonce: facts.nonce, step: 'check' as const }
  const next = yield* showCard({ facts, sender, state: { ...said.state, draft }, draft })
  return { ...next, toast, replies: [...said.replies, ...next.replies] }
}

/** People who were added to a share that went out before are taken back one by one, so that it stands. */
function* takeBack({ sender, share }: Tending, held: readonly DeliveryId[]): Step<ShareView> {
  if (held.length === share.deliveries.length) {
    return yield* ask('cancel-share', { sender, id: share.id })
  }
  for (const id of held) yield* ask('cancel-one', { sender, id })
  return yield* ask('share', { sender, id: share.id })
}
