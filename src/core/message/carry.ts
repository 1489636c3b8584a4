import type { Message, RenderedCarry } from './message.ts'
import { partsOf } from './parts.ts'

/** The sender's own words, for passing on by hand: the message comes from them, so it does not name them. */
export function renderCarry(message: Message): RenderedCarry {
  const { note, title, number, link } = partsOf(message)
  return {
    channel: 'carry',
    to: message.address.value,
    text: [note, title, number, link].filter(Boolean).join('\n'),
  }
}
