import { shorten } from '#core/text.ts'
import type { Screen } from '#ports/bot-platform.ts'
import { tagOf } from '../press.ts'
import { blocks, button, lines } from './rich.ts'
import type { Tongue } from './words.ts'

const LISTED = 12
const MAX_LINE = 120
const MAX_LABEL = 32

/** The words that the sender sends often; each can go. */
export function notesScreen({ texts }: Tongue, notes: readonly string[]): Screen {
  const shown = notes.slice(0, LISTED)
  const more = notes.length - shown.length
  return {
    body: blocks(
      texts('chat.notes.title'),
      lines(
        ...shown.map((note) => `• ${shorten(note.replaceAll('\n', ' '), MAX_LINE)}`),
        more > 0 && texts('chat.notes.more', { count: more }),
      ),
    ),
    buttons: [
      ...shown.map((note) => [
        button(`✕ ${shorten(note.replaceAll('\n', ' '), MAX_LABEL)}`, {
          ...{ on: 'menu', act: 'unnote', arg: tagOf(note) },
        }),
      ]),
      [button(texts('chat.notes.add'), { on: 'menu', act: 'note', arg: '' }, 'main')],
    ],
  }
}

export function askForNote({ texts }: Tongue): Screen {
  return {
    body: blocks(texts('chat.notes.ask')),
    buttons: [[button(texts('chat.cancel'), { on: 'menu', act: 'close', arg: '' })]],
    placeholder: texts('chat.note.placeholder'),
  }
}
