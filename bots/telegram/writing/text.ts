import type { MessageEntity } from 'grammy/types'
import { shorten } from '#core/text.ts'
import type { RichText, Run, Screen } from '#ports/bot-platform.ts'
import { mayLeadTo } from './button-url.ts'

/** UTF-16 units of a message, and of what stands under a picture. */
export const MAX_TEXT = 4_096
export const MAX_CAPTION = 1_024

/** Plain text with entities, so that nothing in it can be taken for markup. */
export interface WrittenText {
  readonly text: string
  readonly entities: MessageEntity[]
}

/** What a screen says, with the addresses that no button may lead to. */
export function writeText({ body, buttons }: Pick<Screen, 'body' | 'buttons'>): WrittenText {
  const unled = buttons.flat().flatMap((button): RichText => {
    if (button.kind !== 'url' || mayLeadTo(button.url)) return []
    return [{ text: `\n\n${button.label}: ${button.url}` }]
  })
  return shortened(joined([...body, ...unled]))
}

function joined(runs: RichText): WrittenText {
  const entities: MessageEntity[] = []
  let text = ''
  for (const run of runs) {
    const shown = shownAs(run)
    const entity = entityOf(run, text.length, shown.length)
    if (entity && shown.trim() !== '') entities.push(entity)
    text += shown
  }
  return { text: text === '' ? '…' : text, entities }
}

/** An address that words cannot lead to stands behind them, where they do not show it. */
function shownAs({ text, url }: Run): string {
  if (url === undefined || mayLeadTo(url)) return text
  const place = url.startsWith('tel:') ? decodeURIComponent(url.slice(4)) : url
  return text.includes(place) ? text : `${text} (${place})`
}

const STYLES = {
  bold: 'bold',
  italic: 'italic',
  code: 'code',
  quote: 'blockquote',
} as const satisfies Record<NonNullable<Run['style']>, MessageEntity['type']>

function entityOf({ style, url }: Run, offset: number, length: number): MessageEntity | null {
  if (url !== undefined && mayLeadTo(url)) return { type: 'text_link', url, offset, length }
  return style ? { type: STYLES[style], offset, length } : null
}

/** Ends with `…` where there is more than Telegram takes. */
function shortened({ text, entities }: WrittenText): WrittenText {
  const fitting = shorten(text, MAX_TEXT)
  if (fitting === text) return { text, entities }
  const end = fitting.length - 1
  const kept = entities
    .filter(({ offset }) => offset < end)
    .map((entity) => ({ ...entity, length: Math.min(entity.length, end - entity.offset) }))
  return { text: fitting, entities: kept }
}
