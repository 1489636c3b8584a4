import type { Screen } from '#ports/bot-platform.ts'
import { answer, type Dialogue, show } from '../../answer.ts'
import { ask, type Step } from '../../asks.ts'
import { editScreen, targetScreen, titleScreen, whichScreen } from '../../screens/draft/asked.ts'
import { checkScreen } from '../../screens/draft/check.ts'
import { noteScreen } from '../../screens/draft/note.ts'
import { peopleScreen } from '../../screens/draft/people.ts'
import { questionScreen } from '../../screens/draft/question.ts'
import { whenScreen, zoneScreen } from '../../screens/draft/when.ts'
import { firstCandidates } from '../recipients/book.ts'
import { offeredTimes, offeredZones } from '../schedule/offered.ts'
import { changed, type Writing } from './draft.ts'
import { type LookedOver, lookOver, targetFault } from './look-over.ts'

/** Shows the draft as it stands: what is still open of it, or all that Send would do. */
export function* showCard(writing: Writing, fault: string | null = null): Dialogue {
  const { step } = writing.draft
  if (step === 'which') return shown(writing, whichScreen(bareView(writing, fault)))
  if (step === 'target') return shown(writing, targetScreen(bareView(writing, fault)))
  try {
    const looked = yield* lookOver(writing, fault)
    return shown(looked.writing, yield* screenOf(looked))
  } catch (error) {
    const reason = targetFault(error)
    if (reason === null) throw error
    return shown(
      changed(writing, { urls: [], step: 'target' }),
      targetScreen(bareView(writing, reason)),
    )
  }
}

function shown({ state }: Writing, screen: Screen) {
  return answer(state, show('card', screen))
}

function bareView({ draft, facts }: Writing, fault: string | null) {
  return { draft, texts: facts.texts, locale: facts.locale, fault }
}

/** Steps at which an open question comes first. */
const ASKING = ['people', 'note', 'check']

function* screenOf({ writing, known, view, question }: LookedOver): Step<Screen> {
  const { draft, sender, facts } = writing
  if (question && ASKING.includes(draft.step)) return questionScreen(view, question)
  switch (draft.step) {
    case 'people':
      return peopleScreen(view, firstCandidates(known))
    case 'note':
      return noteScreen(view, yield* ask('notes', { sender }))
    case 'title':
      return titleScreen(view)
    case 'when':
      return whenScreen(view, offeredTimes(facts.now, facts.timeZone ?? 'UTC'))
    case 'zone':
      return zoneScreen(view, offeredZones(facts.locale))
    case 'edit':
      return editScreen(view)
    case 'which':
    case 'target':
    case 'check':
      return checkScreen(view)
    default:
      return draft.step satisfies never
  }
}
