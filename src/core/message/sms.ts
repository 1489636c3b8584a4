import type { Message, RenderedSms } from './message.ts'
import { type Parts, partsOf } from './parts.ts'
import { plainForSms, smsSize } from './segments.ts'
import { shortenToFit } from './shorten.ts'

/** However long the note is, nobody is sent more than this. */
export const MAX_SMS_SEGMENTS = 3
/** Characters of three segments: 153 septets each. */
const MAX_SMS_TEXT = MAX_SMS_SEGMENTS * 153
/** A shorter beginning of a title says too little to be worth its place. */
const SHORTEST_TITLE = 12
const LONGEST_NAME = 30

/** What may be left out, in the order in which it goes; the rest is always there. */
interface Choice {
  readonly note: string
  readonly title: string
  readonly host: string
  readonly sender: string
}

/**
 * A text message. The link, a number to call, the sender's name and, at first contact, how to stop are always
 * in it, whole. The note stays whole within three segments; it is what the sender said. Title, host and the
 * sender's identity are left out, in this order, where that saves a segment.
 */
export function renderSms(message: Message): RenderedSms {
  const parts = partsOf(message)
  const stop = message.stop.firstContact ? parts.t('message.sms.stop') : ''
  const write = (choice: Choice): string => plainForSms(compose(parts, choice, stop))
  const text = write(choose(parts, (choice) => smsSize(write(choice)).segments))
  return { channel: 'sms', to: message.address.value, text, ...smsSize(text) }
}

function choose(parts: Parts, cost: (choice: Choice) => number): Choice {
  const name = shortenToFit(parts.name, (text) => text.length <= LONGEST_NAME)
  const note = parts.note.replace(/\n+/g, '\n')
  const full: Choice = { note, title: parts.title, host: parts.host, sender: parts.sender }
  const leanest: Choice = { note, title: '', host: '', sender: name }
  const least = cost(leanest)
  if (least > MAX_SMS_SEGMENTS) return shortenNote(full, leanest, cost)
  const untitled = { ...full, title: '' }
  const titled = [full, shortenTitle(full, (choice) => cost(choice) <= least)]
  const choices = [...titled, untitled, { ...untitled, host: '' }, leanest]
  return choices.find((choice) => cost(choice) <= least) ?? leanest
}

function shortenTitle(full: Choice, fits: (choice: Choice) => boolean): Choice {
  const title = shortenToFit(full.title, (text) => fits({ ...full, title: text }), MAX_SMS_TEXT)
  return { ...full, title: title.length < SHORTEST_TITLE ? '' : title }
}

function shortenNote(full: Choice, leanest: Choice, cost: (choice: Choice) => number): Choice {
  for (const choice of [{ ...full, title: '' }, leanest]) {
    const fits = (text: string): boolean => cost({ ...choice, note: text }) <= MAX_SMS_SEGMENTS
    const note = shortenToFit(choice.note, fits, MAX_SMS_TEXT)
    if (note !== '') return { ...choice, note }
  }
  return { ...leanest, note: '' }
}

function compose(parts: Parts, choice: Choice, stop: string): string {
  const { t, number, link } = parts
  const { note, title, host, sender } = choice
  const target = [title, host].filter(Boolean).join(' - ')
  const head = note === '' ? target : note
  const rest = note === '' ? '' : target
  return [t('message.says', { sender, text: head }).trimEnd(), rest, number, link, stop]
    .filter(Boolean)
    .join('\n')
}
