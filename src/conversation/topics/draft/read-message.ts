import type { Content, Forwarded } from '#ports/bot-platform.ts'
import { ask, type Step } from '../../asks.ts'
import type { Facts } from '../../facts.ts'
import { type Line, readLine, restOf, withNumber } from '../../line/read-line.ts'
import { PIN } from '../link/take-pin.ts'
import { contextOf } from '../recipients/book.ts'
import { namesNobodyElse, namesSomebody } from '../recipients/read-people.ts'
import type { Begun } from './begin.ts'

/** What is remembered of a message that a draft was read from. */
const MAX_SAID = 4_000

/** `/share`: the line, or else the message that it answers, says what is shared; all beside it is whom it is for. */
export function readCommand(facts: Facts, content: Content): Begun {
  const own = readLine(content)
  const replied = own.links.length === 0 ? content.repliesTo : null
  const links = replied ? linksOf(replied) : []
  const line = links.length > 0 ? { ...own, links } : orNumber(facts, own)
  return {
    ...readFrom(facts, content),
    urls: line.links,
    unread: line.parts.filter(Boolean).join('\n'),
    words: '',
    note: line.note,
    post: replied?.forwarded?.post ?? null,
  }
}

/** Another's words are a quotation; of one's own, what stands beside the link are recipients or words. */
export function* readWords(facts: Facts, content: Content, line: Line): Step<Begun> {
  const { forwarded } = content
  const begun = { ...readFrom(facts, content), urls: line.links }
  if (forwarded) {
    const words = quoted([...line.parts, line.note ?? ''], forwarded.from)
    return { ...begun, unread: '', words, note: null, post: forwarded.post }
  }
  const people = yield* peopleAmong(facts, line)
  const words = line.parts.filter((part) => !people.includes(part))
  const unread = people.join('\n')
  return { ...begun, unread, words: tidied(words), note: line.note, post: null }
}

/** A link, or the public post that was forwarded, or a number. */
export function readTarget(facts: Facts, content: Content): Line {
  return orNumber(facts, linkedIn(content))
}

/** The same without looking for a number. */
export function linkedIn(content: Content): Line {
  const line = readLine(content)
  return line.links.length > 0 ? line : { ...line, links: postOf(content.forwarded) }
}

/** What a draft is read from; a message is named within its chat alone. */
export function sourceOf({ chat }: Facts, { message }: Content): string | null {
  return message === null ? null : `${chat.id} ${message}`
}

function readFrom(facts: Facts, content: Content): Pick<Begun, 'source' | 'said'> {
  return { source: sourceOf(facts, content), said: content.text.slice(0, MAX_SAID) }
}

/** Without a link, the first number is what is shared; six digits are a PIN that came too late. */
function orNumber({ settings }: Facts, line: Line): Line {
  const isPin = PIN.test(restOf(line))
  return line.links.length > 0 || isPin ? line : withNumber(line, settings.defaultRegion)
}

function linksOf(message: NonNullable<Content['repliesTo']>): readonly string[] {
  const { links } = readLine(message)
  return links.length > 0 ? links : postOf(message.forwarded)
}

function postOf(forwarded: Forwarded | null): readonly string[] {
  return forwarded?.post ? [forwarded.post] : []
}

/**
 * One clear recipient makes recipients of what stands beside it; so does a dash behind the link. A name is one where
 * nothing else stands there.
 */
function* peopleAmong(facts: Facts, line: Line): Step<readonly string[]> {
  const { sender } = facts
  const bare = contextOf(facts, [])
  const isClear = (part: string, at: number): boolean => {
    const meant = line.note !== null && at > 0 && part !== ''
    return meant || namesSomebody(part, bare)
  }
  const clear = line.parts.filter(isClear)
  const others = line.parts.filter((part) => part !== '' && !clear.includes(part))
  if (!sender || others.length === 0) return clear
  const known = contextOf(facts, yield* ask('book', { sender }))
  return line.parts.filter((part) => clear.includes(part) || namesNobodyElse(part, known))
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
