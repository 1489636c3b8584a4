import type { ChatEvent, Content } from '#ports/bot-platform.ts'
import { type Answer, answer, type Dialogue, show, silence } from './answer.ts'
import { ask } from './asks.ts'
import type { Facts } from './facts.ts'
import { type Line, readLine, takeNumber } from './line/read-line.ts'
import { readPress } from './press.ts'
import { lines } from './screens/rich.ts'
import type { State } from './state/state.ts'
import { begin } from './topics/draft/begin.ts'
import { pressedOnDraft } from './topics/draft/pressed.ts'
import { typed } from './topics/draft/typed.ts'
import { takePin } from './topics/link/take-pin.ts'
import { namesSomebody, placeContext } from './topics/recipients/read-people.ts'

/** What one event comes to. */
export function* route(facts: Facts, state: State): Dialogue {
  const { intent } = facts.event
  switch (intent.kind) {
    case 'said':
      return yield* said(facts, state, intent.content)
    case 'command':
      return yield* command(facts, state, intent)
    case 'pressed':
      return yield* pressed(facts, state, intent.press)
    default:
      return hint(facts, state)
  }
}

function hint({ texts }: Facts, state: State): Answer {
  return answer(state, show('message', { body: lines(texts('chat.hint.start')), buttons: [] }))
}

function* command(
  facts: Facts,
  state: State,
  { command: name, content }: Extract<ChatEvent['intent'], { kind: 'command' }>,
): Dialogue {
  if (name !== 'share') return hint(facts, state)
  return yield* share(facts, state, content)
}

function* share(facts: Facts, state: State, content: Content): Dialogue {
  const read = withTarget(readLine(content), facts)
  const replied = content.repliesTo && readLine({ ...content.repliesTo })
  const urls = read.links.length > 0 ? read.links : (replied?.links ?? [])
  return yield* begin(facts, state, {
    urls,
    unread: read.rest,
    words: '',
    note: read.note,
    post: content.forwarded?.post ?? null,
    source: content.message,
  })
}

function withTarget(line: Line, facts: Facts): Line {
  if (line.links.length > 0) return line
  const taken = takeNumber(line.rest, facts.settings.defaultRegion)
  return taken ? { ...line, links: [taken.number], rest: taken.rest } : line
}

const PIN = /^\s*(?:\d[\s-]*){6}$/

function* said(facts: Facts, state: State, content: Content): Dialogue {
  if (facts.chat.kind === 'group') return silence(state)
  const { text } = content
  if (PIN.test(text) && (yield* ask('awaits-pin', { user: facts.user }))) {
    return yield* takePin(facts, state, text)
  }
  const line = readLine(content)
  const { draft } = state
  const { sender } = facts
  const target = draft ? line : withTarget(line, facts)
  if (target.links.length > 0) return yield* beginBy(facts, state, content, target)
  if (draft && sender) return yield* typed({ facts, sender, state, draft }, text)
  return hint(facts, state)
}

/** What stands beside a link are recipients where one of them is clear, else words. */
function beginBy(facts: Facts, state: State, content: Content, line: Line): Dialogue {
  const context = placeContext(facts.bot.platform, facts.bot.connection, facts.user.id)
  const region = { ...context, defaultRegion: facts.settings.defaultRegion, contacts: [] }
  const isLine = line.note !== null || namesSomebody(line.rest, region)
  return begin(facts, state, {
    urls: line.links,
    unread: isLine ? line.rest : '',
    words: isLine ? '' : line.rest,
    note: line.note,
    post: content.forwarded?.post ?? null,
    source: content.message,
  })
}

function* pressed(facts: Facts, state: State, text: string): Dialogue {
  const press = readPress(text)
  switch (press?.on) {
    case 'draft':
      return yield* pressedOnDraft(facts, state, press)
    default:
      return silence(state, facts.texts('chat.outOfDate'))
  }
}
