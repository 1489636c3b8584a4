import type { Message, RenderedSms } from './message.ts'
import { type Parts, partsOf } from './parts.ts'
import { plainForSms } from './plain-sms.ts'
import { smsSize } from './segments.ts'
import { shortenToFit } from './shorten.ts'

/** Where nothing is set (SMS_MAX_SEGMENTS). */
export const DEFAULT_SMS_SEGMENTS = 3
/** Characters in one of several segments: septets of GSM-7. */
const SEGMENT_TEXT = 153
/** A shorter beginning of a title says too little to be worth its place. */
const SHORTEST_TITLE = 12

/** What goes out beside link and number; empty where there is no room for it. */
interface Kept {
  readonly stop: string
  readonly sender: string
  readonly host: string
  readonly note: string
  readonly title: string
}
/** Most important first; the title has the room that is left. */
const RANKS = ['stop', 'sender', 'host', 'note'] as const
type Rank = (typeof RANKS)[number]
const NOTHING: Kept = { stop: '', sender: '', host: '', note: '', title: '' }

/**
 * A text message of as few segments as hold what the sender said, and never of more than `maxSegments`. Where room is
 * short, each of these is whole before the next one gets any:
 *
 * 1. the link, and the number to call with its access code: always there, whole, whatever they take
 * 2. how to stop, at first contact
 * 3. the sender: name and identity, else the name, else its beginning
 * 4. the target's host
 * 5. the note, else its beginning, ended at a word by `…`
 * 6. the title, or its beginning, so far as it takes no further segment
 *
 * `signature` is what a gateway puts in front of the text: there is room for it, and it counts.
 *
 * The sender's quotes and dashes are written plainly where they alone would make the message UCS-2; so is our own `…`.
 */
export function renderSms(
  message: Message,
  maxSegments = DEFAULT_SMS_SEGMENTS,
  signature = '',
): RenderedSms {
  const parts = partsOf(message)
  const wanted: Kept = {
    stop: message.stop.firstContact ? parts.t('message.sms.stop') : '',
    sender: parts.sender,
    host: parts.host,
    note: parts.note.replace(/\n+/g, '\n'),
    title: parts.title,
  }
  const kept = keep(parts, wanted, { maxSegments, signature })
  const composed = compose(parts, kept)
  const text = plainForSms(composed)
  const size = smsSize(signature + text)
  const saved =
    text === composed
      ? 0
      : smsSize(signature + asWritten(parts, kept, wanted)).segments - size.segments
  return {
    channel: 'sms',
    to: message.address.value,
    text,
    ...size,
    ...(saved > 0 && { saved }),
    ...(kept.note !== wanted.note && { shortened: true }),
  }
}

/** Gives each part its place, the most important first; where one has no room whole, those behind it get none. */
function keep(
  parts: Parts,
  wanted: Kept,
  { maxSegments, signature }: { readonly maxSegments: number; readonly signature: string },
): Kept {
  const cost = (kept: Kept): number =>
    smsSize(signature + plainForSms(compose(parts, kept))).segments
  const untitled = { ...wanted, title: '' }
  const least = cost(untitled)
  if (least <= maxSegments) {
    return withTitle(untitled, wanted.title, (titled) => cost(titled) <= least)
  }
  const limit = Math.max(maxSegments, cost(NOTHING))
  const fits = (kept: Kept): boolean => cost(kept) <= limit
  let kept = NOTHING
  for (const part of RANKS) {
    const whole = { ...kept, [part]: wanted[part] }
    if (!fits(whole)) {
      const most = limit * SEGMENT_TEXT
      return beginningOf(part, { ...wanted, sender: parts.name }, kept, { fits, most })
    }
    kept = whole
  }
  return withTitle(kept, wanted.title, (titled) => cost(titled) <= least)
}

/** With what has room of the part: of a note or a name its beginning is worth something. */
function beginningOf(
  part: Rank,
  whole: Kept,
  kept: Kept,
  room: { readonly fits: (kept: Kept) => boolean; readonly most: number },
): Kept {
  if (part !== 'sender' && part !== 'note') return kept
  const fits = (text: string): boolean => room.fits({ ...kept, [part]: text })
  return { ...kept, [part]: shortenToFit(whole[part], fits, room.most) }
}

function withTitle(untitled: Kept, whole: string, fits: (kept: Kept) => boolean): Kept {
  const title = shortenToFit(whole, (text) => fits({ ...untitled, title: text }))
  return title === whole || title.length >= SHORTEST_TITLE ? { ...untitled, title } : untitled
}

/** What would go out if typography were left as people wrote it; where we cut, the dots are ours. */
function asWritten(parts: Parts, kept: Kept, wanted: Kept): string {
  const ownDots = (text: string, whole: string): string =>
    text === whole ? text : text.replace(/…$/, '...')
  const named = kept.sender === parts.name ? parts.name : wanted.sender
  return compose(parts, {
    ...kept,
    sender: ownDots(kept.sender, named),
    note: ownDots(kept.note, wanted.note),
    title: ownDots(kept.title, wanted.title),
  })
}

function compose({ t, number, link }: Parts, kept: Kept): string {
  const { note, title, host, sender, stop } = kept
  const target = [title, host].filter(Boolean).join(' - ')
  const said = note || target
  const head = sender === '' ? said : t('message.says', { sender, text: said }).trimEnd()
  return [head, note && target, number, link, stop].filter(Boolean).join('\n')
}
