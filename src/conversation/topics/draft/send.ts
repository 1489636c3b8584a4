import type { RejectedRecipient } from '#core/errors.ts'
import type { ShareView } from '#engine/engine.ts'
import { answer, type Dialogue } from '../../answer.ts'
import { ask } from '../../asks.ts'
import type { Facts } from '../../facts.ts'
import { sharedInGroup } from '../../screens/group.ts'
import { statusScreen } from '../../screens/status/status.ts'
import type { Reply } from '../../state/reply.ts'
import { sentAs } from '../../state/state.ts'
import { requestOf, type Writing } from './draft.ts'

/**
 * Sends the draft: one share for each link, each by a key of the draft's own, so that doing it again does nothing
 * more. `others`: who cannot be reached is left out; else nobody is written to then.
 */
export function* send(writing: Writing, { others }: { readonly others: boolean }): Dialogue {
  const { facts, sender, draft, state } = writing
  const undo = !facts.event.unattended && draft.sendAt === null && facts.settings.undoMs > 0
  const sent: { share: ShareView; rejected: readonly RejectedRecipient[] }[] = []
  for (const [at, url] of draft.urls.entries()) {
    const request = { ...requestOf(draft, url), partial: others }
    const key = at === 0 ? draft.nonce : `${draft.nonce}-${at}`
    sent.push(yield* ask('accept', { sender, request, key, undo }))
  }
  const shares = sent.map(({ share }) => share)
  const ids = shares.map(({ id }) => id)
  const [only] = ids.length === 1 ? ids : []
  return {
    ...answer(
      {
        ...sentAs(state, draft.nonce, ids),
        draft: null,
        card: null,
        undo: undo && only !== undefined ? { share: only, draft } : null,
      },
      ...shares.map((share) => statusReply(facts, share)),
      ...groupReplies(writing, shares),
    ),
    shares: ids,
  }
}

export function statusReply(facts: Facts, share: ShareView): Reply {
  const { sender } = facts
  if (!sender) throw new Error('nobody shares')
  return {
    place: {
      kind: 'status',
      share: share.id,
      account: sender.id,
      revision: share.revision,
      locale: facts.locale,
    },
    screen: statusScreen({ ...facts, share }),
  }
}

/** The group where it was begun learns that something was shared, and with how many. */
function groupReplies({ facts, sender, draft }: Writing, shares: readonly ShareView[]) {
  if (draft.chat.kind !== 'group') return []
  const screen = sharedInGroup(facts, sender.displayName, shares)
  return [{ place: { kind: 'group' as const, chat: draft.chat.id }, screen }]
}
