import { isRefused, type PassalongError } from '#core/errors.ts'
import type { AcceptedShare, ShareView } from '#engine/engine.ts'
import { sayError } from '#locales/texts.ts'
import { type Answer, answer, type Dialogue, show } from '../../answer.ts'
import { ask, type Step } from '../../asks.ts'
import type { Facts } from '../../facts.ts'
import { tagOf } from '../../press.ts'
import { lines } from '../../screens/rich.ts'
import { warningLine } from '../../screens/words.ts'
import type { Draft } from '../../state/draft.ts'
import type { Reply } from '../../state/reply.ts'
import { type State, sentAs } from '../../state/state.ts'
import { statusReply } from '../status/status.ts'
import { showCard } from './card.ts'
import { changed, requestOf, understood, type Writing } from './draft.ts'

interface How {
  /** Who cannot be reached is left out; else nobody is written to where one cannot. */
  readonly others: boolean
}

/** What a draft came to. */
interface Sent {
  readonly accepted: readonly AcceptedShare[]
  /** Why those of its links that follow were not sent; null: all were. */
  readonly ended: PassalongError | null
}

/** Sends the draft, by keys of its own: doing it again does nothing more. */
export function* send(writing: Writing, how: How): Dialogue {
  const { draft } = writing
  const sent = draft.addTo === null ? yield* sendNew(writing, how) : yield* extend(writing, how)
  return sent.ended ? yield* goOnWithRest(writing, sent, sent.ended) : told(writing, sent)
}

function told(writing: Writing, { accepted, ended }: Sent): Answer {
  const { facts, sender } = writing
  const shares = accepted.map(({ share }) => share)
  const announceIn = groupOf(writing.draft)
  return {
    ...answer(
      afterwards(writing, shares),
      ...unseenWarnings(facts, accepted),
      ...shares.map((share, at) =>
        statusReply(facts, sender, share, { anew: at > 0 || !!ended, announceIn }),
      ),
    ),
    shares: shares.map(({ id }) => id),
  }
}

/** What was sent is told as ever; what was not stays to be sent, as a draft of its own. */
function* goOnWithRest(writing: Writing, sent: Sent, why: PassalongError): Dialogue {
  const { draft, facts } = writing
  const done = told(writing, sent)
  const count = sent.accepted.length
  const rest = changed(
    { ...writing, state: done.state },
    {
      ...{ nonce: tagOf(`${draft.nonce} ${count}`), urls: draft.urls.slice(count) },
      pageTitles: draft.pageTitles.slice(count),
    },
  )
  const next = yield* showCard(rest, sayError(why, facts.texts))
  const state = { ...next.state, undo: null }
  return { ...done, state, replies: [...done.replies, ...next.replies], refused: true }
}

/** One share for each link, up to one that is refused. */
function* sendNew(writing: Writing, { others }: How): Step<Sent> {
  const { sender, draft } = writing
  const accepted: AcceptedShare[] = []
  for (const [at, url] of draft.urls.entries()) {
    const request = { ...requestOf(draft, url), partial: others }
    const key = at === 0 ? draft.nonce : `${draft.nonce}-${at}`
    try {
      accepted.push(yield* ask('accept', { sender, request, key, undo: isHeld(writing) }))
    } catch (error) {
      if (at === 0 || !isRefused(error)) throw error
      return { accepted, ended: error }
    }
  }
  return { accepted, ended: null }
}

function* extend(writing: Writing, { others }: How): Step<Sent> {
  const { sender, draft } = writing
  const { addTo, replaces, nonce } = draft
  if (addTo === null) return { accepted: [], ended: null }
  const sent = yield* ask('extend', {
    sender,
    id: addTo,
    recipients: understood(draft.people),
    partial: others,
    replaces: replaces?.id ?? null,
    key: nonce,
    undo: isHeld(writing),
  })
  return { accepted: [sent], ended: null }
}

/** What nobody was there to be asked. Where links lead is no news of this share: the server says it as it starts. */
function unseenWarnings(facts: Facts, sent: readonly AcceptedShare[]): readonly Reply[] {
  if (!facts.event.unattended) return []
  const warnings = sent
    .flatMap((one) => one.warnings)
    .filter(({ code }) => code !== 'loopback_links')
  const said = warnings.map((one) => `⚠ ${warningLine(one, facts)}`)
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

/** The group where it was begun, which learns of it; null: nobody does. */
function groupOf({ chat, addTo }: Draft): string | null {
  return chat.kind === 'group' && addTo === null ? chat.id : null
}
