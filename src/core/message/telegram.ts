import { isLoopback } from '../loopback.ts'
import type { Message, RenderedTelegram, TextEntity } from './message.ts'
import { type Parts, partsOf } from './parts.ts'
import { shortenToFit } from './shorten.ts'

/** Characters of a message by Telegram's count: UTF-16 units, after entities. */
export const MAX_TELEGRAM_TEXT = 4_096

/**
 * A chat message as text with entities, so that nothing in it can be taken for markup. No button leads to a
 * loopback address: Telegram refuses the whole message then.
 */
export function renderTelegram(message: Message): RenderedTelegram {
  const parts = partsOf(message)
  const local = isLoopback(message.link)
  const token = message.stop.url.split('/').at(-1) ?? ''
  const { text, entities } = write(parts)
  return {
    channel: 'telegram',
    to: message.address.value,
    text,
    entities,
    previewUrl: local || parts.number !== '' ? null : message.link,
    buttons: [
      ...(local ? [] : [{ kind: 'url', label: parts.open, url: message.link } as const]),
      ...(token === '' ? [] : [{ kind: 'stop', label: parts.t('message.stop'), token } as const]),
    ],
  }
}

const STOP_DATA = /^stop:([0-9A-Za-z_-]{1,59})$/

/** What a stop button calls back with: the recipient's own `/u` token. At most 64 bytes. */
export function stopData(token: string): string {
  return `stop:${token}`
}

/** The `/u` token of a stop button that was pressed; null: it was another button. */
export function readStopData(data: string): string | null {
  return STOP_DATA.exec(data)?.[1] ?? null
}

interface RichText {
  readonly text: string
  readonly entities: readonly TextEntity[]
}

function write(parts: Parts): RichText {
  const whole = compose(parts, parts.note)
  if (whole.text.length <= MAX_TELEGRAM_TEXT) return whole
  const fits = (note: string): boolean => compose(parts, note).text.length <= MAX_TELEGRAM_TEXT
  return compose(parts, shortenToFit(parts.note, fits))
}

/** Paragraphs with one meaning each, an empty line between blocks. */
function compose(parts: Parts, note: string): RichText {
  const blocks: readonly (readonly Run[])[] = [
    [{ text: parts.lead, bold: parts.name }],
    [{ text: note, type: 'blockquote' }],
    [{ text: parts.title, type: 'bold' }, { text: parts.host }],
    [{ text: parts.number }],
    [{ text: parts.link }],
    [{ text: parts.tracked, type: 'italic' }],
  ]
  return blocks.map(joinLines).reduce((whole, block) => join(whole, '\n\n', block), EMPTY)
}

interface Run {
  readonly text: string
  readonly type?: TextEntity['type']
  /** A part of the text that stands out. */
  readonly bold?: string
}

const EMPTY: RichText = { text: '', entities: [] }

function joinLines(runs: readonly Run[]): RichText {
  return runs.map(richOf).reduce((whole, run) => join(whole, '\n', run), EMPTY)
}

function richOf(run: Run): RichText {
  const { text, type, bold } = run
  if (text === '') return EMPTY
  if (type) return { text, entities: [{ type, offset: 0, length: text.length }] }
  const offset = bold ? text.indexOf(bold) : -1
  if (!bold || offset < 0) return { text, entities: [] }
  return { text, entities: [{ type: 'bold', offset, length: bold.length }] }
}

function join(left: RichText, between: string, right: RichText): RichText {
  if (left.text === '') return right
  if (right.text === '') return left
  const shift = left.text.length + between.length
  const moved = right.entities.map((entity) => ({ ...entity, offset: entity.offset + shift }))
  return { text: left.text + between + right.text, entities: [...left.entities, ...moved] }
}
