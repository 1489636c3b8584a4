import type { AcceptedShare, ShareView } from '#engine/engine.ts'
import { answer, type Dialogue, show } from '../../answer.ts'
import { ask, type Step } from '../../asks.ts'
import type { Facts } from '../../facts.ts'
import { sharedInGroup } from '../../screens/group.ts'
import { lines } from '../../screens/rich.ts'
import { warningLine } from '../../screens/words.ts'
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
  const sent = draft.addTo === null ? yield* sendNew(writing, how) : yield* extend(writing, how)
  const shares = sent.map(({ share }) => share)
  return {
    ...answer(
      afterwards(writing, shares),
      ...unseenWarnings(facts, sent),
      ...shares.map((share, at) => statusReply(facts, sender, share, { anew: at > 0 })),
      ...groupReplies(writing, shares),
    ),
    shares: shares.map(({ id }) => id),
  }
}

/** One share for each link. */
function* sendNew(writing: Writing, { others }: How): Step<readonly AcceptedShare[]> {
  const { sender, draft } = writing
  const sent: AcceptedShare[] = []
  for (const [at, url] of draft.urls.entries()) {
    const request = { ...requestOf(draft, url), partial: others }
    const key = at === 0 ? draft.nonce : `${draft.nonce}-${at}`
    sent.push(yield* ask('accept', { sender, request, key, undo: isHeld(writing) }))
  }
  return sent
}

function* extend(writing: Writing, { others }: How): Step<readonly AcceptedShare[]> {
  const { sender, draft } = writing
  const { addTo, replaces, nonce } = draft
  if (addTo === null) return []
  const sent = yield* ask('extend', {
    sender,
    id: addTo,
    recipients: understood(draft.people),
    partial: others,
    replaces: replaces?.id ?? null,
    key: nonce,
    undo: isHeld(writing),
  })
  return [sent]
}

/** What nobody was there to be asked. */
function unseenWarnings(facts: Facts, sent: readonly AcceptedShare[]): readonly Reply[] {
  if (!facts.event.unattended) return []
  const said = sent.flatMap(({ warnings }) => warnings.map((one) => warningLine(one, facts)))
  return said.length === 0 ? [] : [show('message', { body: lines(...new Set(said)), buttons: [] })]
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
