import type { Command, Content } from '#ports/bot-platform.ts'
import { type Dialogue, silence } from './answer.ts'
import { ask, type Step } from './asks.ts'
import type { Facts } from './facts.ts'
import type { Line } from './line/read-line.ts'
import type { State } from './state/state.ts'
import { type Begun, draftOf, isAboutSame, take } from './topics/draft/begin.ts'
import { reread, rereadRival } from './topics/draft/edited.ts'
import {
  linkedIn,
  readCommand,
  readTarget,
  readWords,
  sourceOf,
} from './topics/draft/read-message.ts'
import { typed } from './topics/draft/typed.ts'
import { hint } from './topics/help/hint.ts'
import { goOnAs } from './topics/link/go-on-linked.ts'
import { PIN, takePin } from './topics/link/take-pin.ts'
import { contextOf } from './topics/recipients/book.ts'
import { namesSomebody } from './topics/recipients/read-people.ts'
import { typedForNoDraft } from './topics/typed-for-no-draft.ts'

/** What was written, pasted or forwarded in the private chat; talk in groups is none of ours. */
export function* spoken(facts: Facts, state: State, content: Content): Dialogue {
  if (facts.chat.kind === 'group') return silence(state)
  const { text } = content
  const { draft } = state
  const { sender } = facts
  if (PIN.test(text)) {
    if (yield* ask('awaits-pin', { user: facts.user })) return yield* takePin(facts, state, text)
    if (sender && !isAskingForWords(state)) return yield* goOnAs(facts, state, sender)
  }
  const line = targetOf(facts, state, content)
  if (line.links.length > 0 && !isAboutPeople(facts, state, line)) {
    return yield* take(facts, state, draftOf(facts, yield* readWords(facts, content, line)))
  }
  if (state.asked !== null) return yield* typedForNoDraft(facts, state, state.asked, text)
  if (draft && sender) return yield* typed({ facts, sender, state, draft }, text)
  return hint(facts, { ...state, hinted: sourceOf(facts, content) }, text)
}

/**
 * A message was changed: what was read from it is read again. One that held nothing to be shared, and was answered by
 * a hint, may hold something now.
 */
export function* edited(
  facts: Facts,
  state: State,
  { command, content }: { readonly command: Command | null; readonly content: Content },
): Dialogue {
  const { draft, hinted } = state
  const source = sourceOf(facts, content)
  const isRead = [draft?.source, draft?.rival?.source, hinted].includes(source)
  if (source === null || !isRead || !(command === null || command === 'share')) {
    return silence(state)
  }
  const begun = yield* begunAnew(facts, command, content)
  if (draft?.source === source) return yield* reread(facts, state, begun)
  if (draft?.rival?.source === source) return yield* rereadRival(facts, state, begun)
  if (draft || begun.urls.length === 0) return silence(state)
  return yield* take(facts, { ...state, hinted: null }, draftOf(facts, begun))
}

function* begunAnew(facts: Facts, command: Command | null, content: Content): Step<Begun> {
  if (command !== null) return readCommand(facts, content)
  return yield* readWords(facts, content, readTarget(facts, content))
}

const ASKING_FOR_WORDS: readonly string[] = ['title', 'note', 'when', 'zone']

/** Words of the sender's own are asked for: six digits may be some. */
function isAskingForWords({ draft, asked }: State): boolean {
  return asked !== null || (draft !== null && ASKING_FOR_WORDS.includes(draft.step))
}

/**
 * While something else is being written, by who may go on with it, a number is somebody to write to: but not the very
 * number that is being shared, where that is written once more.
 */
function targetOf(facts: Facts, { draft, asked }: State, content: Content): Line {
  const target = readTarget(facts, content)
  const writes = facts.sender !== null && draft !== null && draft.step !== 'target'
  const isFree = asked === null && (!writes || isAboutSame(draft, target.links))
  return isFree ? target : linkedIn(content)
}

/** Links to people on their platforms, while people are asked for. */
function isAboutPeople(facts: Facts, { draft, asked }: State, { links }: Line): boolean {
  const asks = asked === 'person' || asked === 'group' || isAskingForPeople(draft?.step)
  const context = contextOf(facts, [])
  return asks && links.every((link) => namesSomebody(link, context))
}

function isAskingForPeople(step: string | undefined): boolean {
  return step === 'people' || step === 'book'
}
