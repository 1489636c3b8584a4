import { type Texts, textsFor } from '#locales/texts.ts'
import { MAX_NOTE, MAX_TITLE } from '../share.ts'
import type { Target } from '../target.ts'
import { cleanLine, cleanText, shorten } from '../text.ts'
import type { Message } from './message.ts'

/** The service's name, as recipients read it. */
export const SERVICE = 'Passalong'

const MAX_NAME = 80
const MAX_DESCRIPTION = 300

/** What every channel's message is put together from: one line each but the note, bounded, cleaned again. */
export interface Parts {
  readonly t: Texts
  /** A name to greet by; empty where none is known. */
  readonly recipient: string
  /** The sender's name alone. */
  readonly name: string
  /** The sender's name with the identity beside it. */
  readonly sender: string
  /** "Ann Lee (@annlee) sent you a link:" */
  readonly lead: string
  readonly note: string
  readonly title: string
  readonly description: string
  /** Where the link leads, in ASCII. Empty for a number to call. */
  readonly host: string
  /** The number with its access code, as it is dialled. Empty for anything else. */
  readonly number: string
  /** The `tel:` URI of the number. */
  readonly telUrl: string
  readonly link: string
  /** What the button that opens the link says. */
  readonly open: string
  readonly why: string
  /** That the sender sees opens; empty where they do not. */
  readonly tracked: string
}

/** Reads a message into what every channel writes, in the recipient's language. */
export function partsOf(message: Message): Parts {
  const t = textsFor(message.locale)
  const { target } = message
  const name = line(message.sender.displayName, MAX_NAME) || SERVICE
  const sender = nameWithHandle(t, name, line(message.sender.handle, MAX_NAME))
  const sort = sortOf(target)
  const title = line(target.title || message.preview?.title || '', MAX_TITLE)
  const host = hostOf(target)
  return {
    t,
    name,
    sender,
    recipient: line(message.recipientName ?? '', MAX_NAME),
    lead: t(`message.sent.${sort}`, { sender }),
    note: shorten(cleanText(message.note).trim(), MAX_NOTE),
    title: title === host ? '' : title,
    description: line(message.preview?.description ?? '', MAX_DESCRIPTION),
    host,
    number: target.kind === 'phone' ? target.number + target.postdial : '',
    telUrl: target.kind === 'phone' && /^tel:/i.test(target.url) ? target.url : '',
    link: message.link,
    open: t(`message.open.${sort}`),
    why: t('message.why', { name, service: SERVICE }),
    tracked: message.tracked ? t('message.tracked', { name }) : '',
  }
}

function nameWithHandle(t: Texts, name: string, handle: string): string {
  return handle === '' || handle === name ? name : t('message.sender', { name, handle })
}

function line(text: string, max: number): string {
  return shorten(cleanLine(text), max)
}

function sortOf(target: Target): 'page' | 'video' | 'audio' | 'image' | 'phone' {
  return target.kind === 'media' ? target.media : target.kind
}

function hostOf(target: Target): string {
  if (target.kind === 'phone' || !URL.canParse(target.url)) return ''
  return new URL(target.url).host
}
