import type { Content } from '#ports/bot-platform.ts'
import { type Dialogue, silence } from './answer.ts'
import { ask } from './asks.ts'
import type { Facts } from './facts.ts'
import { type Line, readLine, restOf, withNumber } from './line/read-line.ts'
import type { State } from './state/state.ts'
import { type Begun, draftOf, isAboutSame, take } from './topics/draft/begin.ts'
import { reread } from './topics/draft/edited.ts'
import { typed } from './topics/draft/typed.ts'
import { hint } from './topics/help/hint.ts'
import { goOnAs } from './topics/link/go-on-linked.ts'
import { PIN, takePin } from './topics/link/take-pin.ts'
import { contextOf } from './topics/recipients/book.ts'
import { namesSomebody } from './topics/recipients/read-people.ts'
import { typedForNoDraft } from './topics/typed-for-no-draft.ts'

/** What is remembered of a message that a draft was read from. */
const MAX_SAID = 4_000

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
  const line = targetOf(facts, state, readLine(content))
  if (line.links.length > 0 && !isAboutPeople(facts, state, line)) {
    return yield* take(facts, state, draftOf(facts, begunBy(facts, content, line)))
  }
  if (state.asked !== null) return yield* typedForNoDraft(facts, state, state.asked, text)
  if (draft && sender) return yield* typed({ facts, sender, state, draft }, text)
  return hint(facts, state, text)
}

/** A message was changed: the one that the draft was read from is read again. */
export function* edited(facts: Facts, state: State, content: Content): Dialogue {
  const { draft } = state
  const source = sourceOf(facts, content)
  const isSource = source !== null && draft?.source === source
  if (!isSource) return silence(state)
  const line = orNumber(facts, readLine(content))
  return yield* reread(facts, state, begunBy(facts, content, line))
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
function targetOf(facts: Facts, { draft, asked }: State, line: Line): Line {
  const target = orNumber(facts, line)
  const writes = facts.sender !== null && draft !== null && draft.step !== 'target'
  const isFree = asked === null && (!writes || isAboutSame(draft, target.links))
  return isFree ? target : line
}

/** Without a link, the first number is what is shared; six digits are a PIN that came too late. */
export function orNumber({ settings }: Facts, line: Line): Line {
  const isPin = PIN.test(restOf(line))
  return line.links.length > 0 || isPin ? line : withNumber(line, settings.defaultRegion)
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

/** What a draft is read from; a message is named within its chat alone. */
export function sourceOf({ chat }: Facts, { message }: Content): string | null {
  return message === null ? null : `${chat.id} ${message}`
}

/** Another's words are a quotation; of one's own, what stands beside the link are recipients or words. */
function begunBy(facts: Facts, content: Content, line: Line): Begun {
  const { text, forwarded } = content
  const source = sourceOf(facts, content)
  const begun = { urls: line.links, source, said: text.slice(0, MAX_SAID) }
  if (forwarded) {
    const words = quoted([...line.parts, line.note ?? ''], forwarded.from)
    return { ...begun, unread: '', words, note: null, post: forwarded.post }
  }
  const people = line.parts.filter((part, at) => isForPeople(facts, line, part, at))
  const words = line.parts.filter((part) => !people.includes(part))
  const { note } = line
  return { ...begun, unread: people.join('\n'), words: tidied(words), note, post: null }
}

/** One clear recipient makes recipients of what stands beside it; so does a dash behind the link. */
function isForPeople(facts: Facts, line: Line, part: string, at: number): boolean {
  const meant = line.note !== null && at > 0 && part !== ''
  return meant || namesSomebody(part, contextOf(facts, []))
}

/** Words that are somebody else's name them. */
function quoted(parts: readonly string[], from: string | null): string {
  const words = tidied(parts)
  return words !== '' && from !== null ? `“${words}” — ${from}` : words
}

/** Where a link was taken out, no space is left before a full stop or a comma. */
function tidied(parts: readonly string[]): string {
  return parts
    .filter(Boolean)
    .join(' ')
    .replace(/\s+(?=[，。、；：！？,.;:!?])/g, '')
}
