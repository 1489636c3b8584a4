import type { Screen } from '#ports/bot-platform.ts'
import { type Answer, answer, type Dialogue, show } from '../../answer.ts'
import { ask, type Step } from '../../asks.ts'
import {
  editScreen,
  rivalScreen,
  targetScreen,
  titleScreen,
  whichScreen,
} from '../../screens/draft/asked.ts'
import { bookScreen } from '../../screens/draft/book.ts'
import { checkScreen } from '../../screens/draft/check.ts'
import { noteScreen } from '../../screens/draft/note.ts'
import { peopleScreen } from '../../screens/draft/people.ts'
import { questionScreen } from '../../screens/draft/question.ts'
import { whenScreen, zoneScreen } from '../../screens/draft/when.ts'
import { candidateOf, firstCandidates } from '../recipients/book.ts'
import { offeredTimes, offeredZones } from '../schedule/offered.ts'
import { changed, type Writing } from './draft.ts'
import { type LookedOver, lookOver, targetFault } from './look-over.ts'

/** Shows the draft as it stands: what is still open of it, or all that Send would do. `fault`: why it is asked again. */
export function* showCard(writing: Writing, fault: string | null = null): Dialogue {
  const bare = bareScreen(writing, fault)
  if (bare) return shown(writing, bare)
  try {
    return yield* showLookedOver(yield* lookOver(writing, fault))
  } catch (error) {
    const reason = targetFault(error)
    if (reason === null) throw error
    const without = changed(writing, { urls: [], step: 'target' })
    return shown(without, targetScreen({ ...bareView(without), fault: reason }))
  }
}

/** The same for a draft of whose link nothing is open. */
export function* showLookedOver(looked: LookedOver): Dialogue {
  return shown(looked.writing, yield* screenOf(looked))
}

function shown({ state }: Writing, screen: Screen): Answer {
  return answer(state, show('card', screen))
}

/** What can be asked before anybody has looked at the link; null: more must be known. */
function bareScreen(writing: Writing, fault: string | null): Screen | null {
  const view = { ...bareView(writing), fault }
  const { rival, step } = writing.draft
  if (rival) return rivalScreen(view, rival)
  if (step === 'which') return whichScreen(view)
  return step === 'target' ? targetScreen(view) : null
}

function bareView({ draft, facts }: Writing) {
  return { draft, texts: facts.texts, locale: facts.locale }
}

/** At these an open question comes first. */
const ASKING: readonly string[] = ['people', 'note', 'check']

function* screenOf({ writing, known, view, question }: LookedOver): Step<Screen> {
  const { draft, sender, facts } = writing
  if (question && ASKING.includes(draft.step)) return questionScreen(view, question)
  switch (draft.step) {
    case 'people':
      return peopleScreen(view, firstCandidates(known))
    case 'book':
      return bookScreen(view, known.contacts.map(candidateOf))
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
    case 'check':
    case 'target':
    case 'which':
      return checkScreen(view)
    default:
      return draft.step satisfies never
  }
}
