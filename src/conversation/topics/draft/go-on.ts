import { type Answer, type Dialogue, refused } from '../../answer.ts'
import { peopleLines, targetLines } from '../../screens/draft/summary.ts'
import { blocks } from '../../screens/rich.ts'
import { showCard, showLookedOver } from './card.ts'
import type { Writing } from './draft.ts'
import { type LookedOver, lookOver } from './look-over.ts'
import { send } from './send.ts'

/** Shows what is open of the draft; what is whole goes out at once where nobody would press Send. */
export function* goOn(writing: Writing): Dialogue {
  const { draft, facts } = writing
  if (draft.step !== 'check' || !isMeantAtOnce(writing)) return yield* showCard(writing)
  const looked = yield* lookOver(writing)
  if (isWhole(looked)) return yield* send(looked.writing, { others: false })
  return facts.event.unattended ? giveUp(looked) : yield* showLookedOver(looked)
}

/** Nobody is there to press, or this very line was written where a whole line is meant. */
function isMeantAtOnce({ draft, facts }: Writing): boolean {
  if (draft.rival) return false
  if (facts.event.unattended) return true
  return facts.bot.caps.sendsAtOnce === true && draft.nonce === facts.nonce
}

function isWhole({ view, question }: LookedOver): boolean {
  const someone = (view.outlooks[0]?.recipients.length ?? 0) > 0
  return someone && view.rejected.length === 0 && question === null
}

/** Nobody is there to mend it. */
function giveUp({ writing, view }: LookedOver): Answer {
  const body = blocks(targetLines(view), peopleLines(view), view.texts('chat.check.nothingSent'))
  return refused({ ...writing.state, draft: null }, { body, buttons: [] })
}
