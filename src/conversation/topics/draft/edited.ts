import { isDeepStrictEqual } from 'node:util'
import { type Dialogue, silence } from '../../answer.ts'
import type { Facts } from '../../facts.ts'
import { readLine } from '../../line/read-line.ts'
import type { Draft } from '../../state/draft.ts'
import type { State } from '../../state/state.ts'
import { type Begun, draftOf, resume } from './begin.ts'
import { joined } from './draft.ts'

/** The message that the draft was read from says something else now; who was chosen since stays chosen. */
export function* reread(facts: Facts, state: State, begun: Begun): Dialogue {
  const { draft } = state
  if (!draft) return silence(state)
  const fresh = draftOf(facts, begun)
  const same = isDeepStrictEqual(fresh.urls, draft.urls)
  const chosen = draft.people.filter(({ written }) => !draft.said.includes(written))
  return yield* resume(facts, {
    ...state,
    draft: {
      ...fresh,
      nonce: draft.nonce,
      chat: draft.chat,
      title: same ? draft.title : null,
      note: noteOf(draft, begun),
      people: joined(chosen, []),
      sendAt: draft.sendAt,
      step: fresh.step === 'people' ? stepOf(draft) : fresh.step,
      rival: draft.rival,
    },
  })
}

/** The message of what came beside the draft says something else. */
export function* rereadRival(facts: Facts, state: State, begun: Begun): Dialogue {
  const { draft } = state
  if (!draft?.rival || begun.urls.length === 0) return silence(state)
  const { rival: _, ...fresh } = draftOf(facts, begun)
  const rival = { ...fresh, nonce: draft.rival.nonce }
  return yield* resume(facts, { ...state, draft: { ...draft, rival } })
}

/** Words that the message had are gone with it; those that were chosen or written since stay. */
function noteOf({ note, said }: Draft, begun: Begun): string | null {
  const isOfMessage = note === readLine({ text: said, links: [] }).note
  return isOfMessage ? begun.note : (begun.note ?? note)
}

/** What was asked is asked on, unless it was for the link. */
function stepOf({ step, people }: Draft): Draft['step'] {
  if (step !== 'which' && step !== 'target') return step
  return people.length > 0 ? 'check' : 'people'
}
