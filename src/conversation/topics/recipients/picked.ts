import { quoted } from '#core/recipients/width.ts'
import type { PickedPerson } from '#ports/bot-platform.ts'
import { type Dialogue, silence } from '../../answer.ts'
import type { Facts } from '../../facts.ts'
import type { DraftPerson } from '../../state/draft.ts'
import type { State } from '../../state/state.ts'
import { addNamed } from '../contacts/contacts.ts'
import { resume, take } from '../draft/begin.ts'
import { joined, newDraft } from '../draft/draft.ts'
import { asSender } from '../link/as-sender.ts'

/**
 * People from the platform's own picker, or a contact that was sent: somebody for the book where that is asked for, else
 * who gets what is being written, or what is asked for next.
 */
export function* picked(facts: Facts, state: State, chosen: readonly PickedPerson[]): Dialogue {
  const people = chosen.map(personOf)
  const [first] = chosen
  if (facts.chat.kind === 'group' || !first) return silence(state)
  const { draft, asked } = state
  if (asked === 'person') {
    const written = `${first.name ?? ''}: ${first.recipient}`
    return yield* asSender(facts, state, (sender) => addNamed(facts, sender, state, asked, written))
  }
  if (!draft) return yield* take(facts, state, newDraft(facts, { people, step: 'target' }))
  const step = draft.step === 'book' ? 'people' : draft.step
  return yield* resume(facts, {
    ...state,
    draft: { ...draft, step, people: joined(draft.people, people) },
  })
}

function personOf({ recipient, name }: PickedPerson): DraftPerson {
  const as = name === null ? recipient : `${quoted(name)} <${recipient}>`
  return { written: name ?? recipient, as, sure: true }
}
