import { hasCode, type RejectedRecipient } from '#core/errors.ts'
import { parseRecipient } from '#core/recipients/parse.ts'
import type { Draft as Outlook } from '#engine/engine.ts'
import { ask, type Step } from '../../asks.ts'
import type { DraftView } from '../../screens/draft/view.ts'
import { type Known, lookUpKnown } from '../recipients/book.ts'
import { openQuestion, type Question } from '../recipients/questions.ts'
import { readPeople } from '../recipients/read-people.ts'
import { settleByMemory } from '../recipients/remembered.ts'
import { changed, joined, requestOf, type Writing } from './draft.ts'

/** A draft with all that is known of it at the moment. */
export interface LookedOver {
  readonly writing: Writing
  readonly known: Known
  readonly view: DraftView
  /** What must be known of recipients first. */
  readonly question: Question | null
}

/** Reads what was typed, and what would come of it. Throws `invalid_target` where a link cannot be shared. */
export function* lookOver(before: Writing, fault: string | null = null): Step<LookedOver> {
  const known = yield* lookUpKnown(before.facts, before.sender)
  const read = readTyped(before, known)
  const outlooks = yield* outlooksOf(read)
  const pageTitles = outlooks.map(({ target, preview }) => target.title || preview?.title || '')
  const writing = changed(read, { pageTitles })
  const { draft, facts } = writing
  const { texts, locale, timeZone, now } = facts
  const rejected = [...notUnderstood(writing, known), ...(outlooks[0]?.rejected ?? [])]
  return {
    writing,
    known,
    view: { draft, outlooks, rejected, texts, locale, timeZone, now, fault },
    question: facts.event.unattended ? null : openQuestion(draft.people, outlooks[0], known),
  }
}

/** What would come of each of its links. */
function* outlooksOf({ draft, sender }: Writing): Step<readonly Outlook[]> {
  const untitled = { ...draft, pageTitles: [] }
  const outlooks: Outlook[] = []
  for (const url of draft.urls) {
    outlooks.push(yield* ask('draft', { sender, request: requestOf(untitled, url) }))
  }
  return outlooks
}

function readTyped(writing: Writing, known: Known): Writing {
  const { draft, state } = writing
  if (draft.unread === '') return writing
  const read = readPeople(draft.unread, known.context).map((one) => settleByMemory(one, state))
  return changed(writing, { unread: '', people: joined(draft.people, read) })
}

function notUnderstood(
  { draft, facts }: Writing,
  { context }: Known,
): readonly RejectedRecipient[] {
  return draft.people.flatMap(({ as, written }) => {
    const parsed = as === null ? parseRecipient(written, context) : null
    if (!parsed || parsed.ok) return []
    const code = parsed.fault
    return [{ recipient: written, code, detail: facts.texts(`fault.recipient.${code}`) }]
  })
}

/** Why a link cannot be shared, where that is what was thrown. */
export function targetFault(error: unknown): string | null {
  return hasCode(error, 'invalid_target') ? error.message : null
}
