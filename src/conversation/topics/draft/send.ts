import type { ShareView } from '#engine/engine.ts'
import { answer, type Dialogue } from '../../answer.ts'
import { ask, type Step } from '../../asks.ts'
import { sharedInGroup } from '../../screens/group.ts'
import type { Reply } from '../../state/reply.ts'
import { type State, sentAs } from '../../state/state.ts'
import { statusReply } from '../status/status.ts'
import { requestOf, understood, type Writing } from './draft.ts'

interface How {
  /** Who cannot be reached is left out; else nobody is written to where one cannot. */
  readonly others: boolean
}

/** Sends the draft, by keys of its own: doing it again does nothing more. */
export function* send(writing: Writing, how: How): Dialogue {
  const { facts, draft, sender } = writing
  const shares = draft.addTo === null ? yield* sendNew(writing, how) : yield* extend(writing, how)
  return {
    ...answer(
      afterwards(writing, shares),
      ...shares.map((share) => statusReply(facts, sender, share)),
      ...groupReplies(writing, shares),
    ),
    shares: shares.map(({ id }) => id),
  }
}

/** One share for each link. */
function* sendNew(writing: Writing, { others }: How): Step<readonly ShareView[]> {
  const { sender, draft } = writing
  const shares: ShareView[] = []
  for (const [at, url] of draft.urls.entries()) {
    const request = { ...requestOf(draft, url), partial: others }
    const key = at === 0 ? draft.nonce : `${draft.nonce}-${at}`
    const accepted = yield* ask('accept', { sender, request, key, undo: isHeld(writing) })
    shares.push(accepted.share)
  }
  return shares
}

function* extend(writing: Writing, { others }: How): Step<readonly ShareView[]> {
  const { sender, draft } = writing
  const { addTo, replaces, nonce } = draft
  if (addTo === null) return []
  const accepted = yield* ask('extend', {
    sender,
    id: addTo,
    recipients: understood(draft.people),
    partial: others,
    replaces,
    key: nonce,
    undo: isHeld(writing),
  })
  return [accepted.share]
}

/** Nobody is there to undo what is sent unattended, and what is planned can be cancelled for long. */
function isHeld({ facts, draft }: Writing): boolean {
  return !facts.event.unattended && draft.sendAt === null && facts.settings.undoMs > 0
}

function afterwards(writing: Writing, shares: readonly ShareView[]): State {
  const { state, draft } = writing
  const [first] = shares
  const undoable = first && shares.length === 1 && draft.addTo === null && isHeld(writing)
  return {
    ...sentAs(
      state,
      draft.nonce,
      shares.map(({ id }) => id),
    ),
    draft: null,
    card: null,
    undo: undoable ? { share: first.id, draft } : null,
  }
}

/** The group where it was begun learns that something was shared, and with how many. */
function groupReplies(
  { facts, sender, draft }: Writing,
  shares: readonly ShareView[],
): readonly Reply[] {
  if (draft.chat.kind !== 'group' || draft.addTo !== null) return []
  const screen = sharedInGroup(facts, sender.displayName, shares)
  return [{ place: { kind: 'group', chat: draft.chat.id }, screen }]
}
