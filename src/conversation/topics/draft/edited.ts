import { type Dialogue, silence } from '../../answer.ts'
import type { Facts } from '../../facts.ts'
import type { Draft } from '../../state/draft.ts'
import type { State } from '../../state/state.ts'
import { type Begun, draftOf, resume } from './begin.ts'
import { joined } from './draft.ts'

/** The message that the draft was read from says something else now; who was chosen since stays chosen. */
export function* reread(facts: Facts, state: State, begun: Begun): Dialogue {
  const { draft } = state
  if (!draft || begun.urls.length === 0) return silence(state)
  const fresh = draftOf(facts, begun)
  const same = fresh.urls.join() === draft.urls.join()
  const chosen = draft.people.filter(({ written }) => !draft.said.includes(written))
  return yield* resume(facts, {
    ...state,
    draft: {
      ...fresh,
      nonce: draft.nonce,
      chat: draft.chat,
      title: same ? draft.title : null,
      note: begun.note ?? draft.note,
      people: joined(chosen, []),
      sendAt: draft.sendAt,
      step: fresh.step === 'people' ? stepOf(draft) : fresh.step,
    },
  })
}

/** What was asked is asked on, unless it was for the link. */
function stepOf({ step, people }: Draft): Draft['step'] {
  if (step !== 'which' && step !== 'target') return step
  return people.length > 0 ? 'check' : 'people'
}
