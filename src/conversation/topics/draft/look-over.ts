import { PassalongError, type RejectedRecipient } from '#core/errors.ts'
import { parseRecipient } from '#core/recipients/parse.ts'
import type { Draft as Outlook } from '#engine/engine.ts'
import type { Texts } from '#locales/texts.ts'
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
  readonly question: Question | null
}

/** Reads what was typed, and what would come of it. Throws `invalid_target` where a link cannot be shared. */
export function* lookOver(before: Writing, fault: string | null): Step<LookedOver> {
  const known = yield* lookUpKnown(before.facts, before.sender)
  const writing = readTyped(before, known)
  const { draft, sender, facts } = writing
  const outlooks: Outlook[] = []
  for (const url of draft.urls) {
    outlooks.push(yield* ask('draft', { sender, request: requestOf(draft, url) }))
  }
  const { texts, locale, timeZone, now } = facts
  const rejected = [...notUnderstood(writing, known, texts), ...(outlooks[0]?.rejected ?? [])]
  return {
    writing,
    known,
    view: { draft, outlooks, rejected, texts, locale, timeZone, now, fault },
    question: facts.event.unattended ? null : openQuestion(draft.people, outlooks[0], known),
  }
}

function readTyped(writing: Writing, known: Known): Writing {
  const { draft, state } = writing
  if (draft.unread === '') return writing
  const read = readPeople(draft.unread, known.context).map((one) => settleByMemory(one, state))
  return changed(writing, { unread: '', people: joined(draft.people, read) })
}

function notUnderstood(
  { draft }: Writing,
  { context }: Known,
  texts: Texts,
): readonly RejectedRecipient[] {
  return draft.people.flatMap(({ as, written }) => {
    const parsed = as === null ? parseRecipient(written, context) : null
    if (!parsed || parsed.ok) return []
    const { fault } = parsed
    return [{ recipient: written, code: fault, detail: texts(`fault.recipient.${fault}`) }]
  })
}

/** Why a link cannot be shared, where that is what was thrown. */
export function targetFault(error: unknown): string | null {
  return error instanceof PassalongError && error.code === 'invalid_target' ? error.message : null
}
