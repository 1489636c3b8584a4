import { shorten } from '#core/text.ts'
import type { DraftRecipient, Warning } from '#engine/engine.ts'
import type { RichText } from '#ports/bot-platform.ts'
import { blocks, bold, line, lines, linked, quote } from '../rich.ts'
import { whenWords } from '../time.ts'
import { channelName, costLine, duration, placeOf, warningLine } from '../words.ts'
import type { DraftView } from './view.ts'

/** Recipients that a card names; the rest are counted. */
const NAMED = 12
/** Links that it names. */
const NAMED_LINKS = 5
/** A wait that is said by itself. */
const LONG_SECONDS = 5
/** What is shown of a title, a name or address, a note: a card fits into any message. */
const MAX_TITLE = 120
const MAX_WHO = 64
const MAX_NOTE = 700

/** What is being shared. */
export function targetLines(view: DraftView): RichText {
  const { draft, outlooks } = view
  return lines(
    ...outlooks.slice(0, NAMED_LINKS).map(({ target }, at) => {
      const title = shorten(draft.title ?? draft.pageTitles[at] ?? '', MAX_TITLE)
      return lines(title !== '' && line(bold(title)), line(linked(placeOf(target), target.url)))
    }),
    outlooks.length > NAMED_LINKS &&
      view.texts('chat.which.more', { count: outlooks.length - NAMED_LINKS }),
    ...warnings(view, isOfTarget),
  )
}

/** Who gets it and how, with which words, at what cost: all that Send would do. */
export function summary(view: DraftView): RichText {
  const { draft, texts } = view
  return blocks(
    targetLines(view),
    peopleLines(view),
    draft.note ? line(quote(shorten(draft.note, MAX_NOTE))) : null,
    lines(
      draft.sendAt !== null && texts('chat.card.at', { time: whenWords(draft.sendAt, view) }),
      estimate(view),
      ...warnings(view, (warning) => !isOfTarget(warning) && !isQuestion(warning)),
    ),
  )
}

export function peopleLines(view: DraftView): RichText {
  const { texts, outlooks, rejected } = view
  const recipients = outlooks[0]?.recipients ?? []
  const more = recipients.length - NAMED
  return lines(
    recipients.length > 0 && texts('chat.card.to', { count: recipients.length }),
    ...recipients.slice(0, NAMED).map((one) => personLine(one, view)),
    more > 0 && texts('chat.card.more', { count: more }),
    ...rejected.slice(0, NAMED).map(({ recipient, detail }) => {
      return texts('chat.card.rejected', { who: shorten(recipient, MAX_WHO), why: detail })
    }),
    rejected.length > NAMED && texts('chat.card.more', { count: rejected.length - NAMED }),
  )
}

function personLine({ name, address, via }: DraftRecipient, view: DraftView): string {
  const way = via === 'outbox' ? 'chat.card.kept' : 'chat.card.person'
  const readable = !/^\d+$|^[A-Z0-9/]+$/.test(address.value)
  const who = [name, (readable || !name) && address.value].filter(Boolean).join(' · ')
  return view.texts(way, {
    who: shorten(who, MAX_WHO),
    channel: channelName(address.channel, view),
  })
}

function estimate(view: DraftView): string | null {
  const estimates = view.outlooks.map((outlook) => outlook.estimate)
  const costs = estimates.map((one) => costLine(one, view)).filter((cost) => cost !== null)
  const seconds = Math.max(0, ...estimates.map((one) => one.seconds))
  const time =
    seconds > LONG_SECONDS && view.texts('chat.card.takes', { time: duration(seconds, view) })
  return [...costs, time].filter(Boolean).join(' · ') || null
}

function warnings(view: DraftView, holds: (warning: Warning) => boolean): readonly string[] {
  const said = view.outlooks
    .flatMap((outlook) => outlook.warnings)
    .filter(holds)
    .map((warning) => `⚠ ${warningLine(warning, view)}`)
  return [...new Set(said)]
}

function isOfTarget({ code }: Warning): boolean {
  return code === 'homograph' || code === 'premium_number'
}

/** Asked about, or said with the time it takes. */
function isQuestion({ code }: Warning): boolean {
  return code === 'misspelt_domain' || code === 'takes_long'
}
