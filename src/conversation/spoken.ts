import type { Content } from '#ports/bot-platform.ts'
import { type Dialogue, silence } from './answer.ts'
import { ask } from './asks.ts'
import type { Facts } from './facts.ts'
import { type Line, readLine, takeNumber } from './line/read-line.ts'
import type { State } from './state/state.ts'
import { type Begun, draftOf, take } from './topics/draft/begin.ts'
import { reread } from './topics/draft/edited.ts'
import { typed } from './topics/draft/typed.ts'
import { hint } from './topics/help/hint.ts'
import { takePin } from './topics/link/take-pin.ts'
import { contextOf } from './topics/recipients/book.ts'
import { namesSomebody } from './topics/recipients/read-people.ts'
import { typedForNoDraft } from './topics/typed-for-no-draft.ts'

/** Six digits, as a page shows them. */
const PIN = /^\s*(?:\d[\s-]*){6}$/
/** What is remembered of a message that a draft was read from. */
const MAX_SAID = 4_000

/** What was written, pasted or forwarded in the private chat; talk in groups is none of ours. */
export function* spoken(facts: Facts, state: State, content: Content): Dialogue {
  if (facts.chat.kind === 'group') return silence(state)
  const { text } = content
  if (PIN.test(text) && (yield* ask('awaits-pin', { user: facts.user }))) {
    return yield* takePin(facts, state, text)
  }
  const { draft } = state
  const { sender } = facts
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
  const isSource = content.message !== null && draft?.source === content.message
  if (!isSource) return silence(state)
  const line = withNumber(facts, readLine(content))
  return yield* reread(facts, state, begunBy(facts, content, line))
}

/** While something else is being written, a number is somebody to write to. */
function targetOf(facts: Facts, { draft, asked }: State, line: Line): Line {
  const taken = asked !== null || (draft !== null && draft.step !== 'target')
  return taken ? line : withNumber(facts, line)
}

/** Without a link, the first number is what is shared. */
export function withNumber(facts: Facts, line: Line): Line {
  if (line.links.length > 0) return line
  const found = takeNumber(line.rest, facts.settings.defaultRegion)
  return found ? { ...line, links: [found.number], rest: found.rest } : line
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

/** What stands beside a link are recipients where one of them is clear, else words. */
function begunBy(facts: Facts, content: Content, line: Line): Begun {
  const { text, forwarded, message } = content
  const isLine = line.note !== null || namesSomebody(line.rest, contextOf(facts, []))
  const recipients = isLine && forwarded === null
  return {
    urls: line.links,
    unread: recipients ? line.rest : '',
    words: recipients ? '' : quoted(line.rest, forwarded?.from ?? null),
    note: forwarded === null ? line.note : null,
    post: forwarded?.post ?? null,
    source: message,
    said: text.slice(0, MAX_SAID),
  }
}

/** Words that are somebody else's name them. */
function quoted(words: string, from: string | null): string {
  return words !== '' && from !== null ? `“${words}” — ${from}` : words
}
