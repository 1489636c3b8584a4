import { shorten } from '#core/text.ts'
import type { Screen } from '#ports/bot-platform.ts'
import { tagOf } from '../../press.ts'
import { blocks, quote, rows } from '../rich.ts'
import { act, labelled } from './buttons.ts'
import { peopleLines, targetLines } from './summary.ts'
import type { DraftView } from './view.ts'

const MAX_LABEL = 40
/** What is shown of the words that came along. */
const MAX_WORDS = 500
/** Notes that are offered; the others can be written. */
const OFFERED = 8

/** A few words to go with it: typed, one of the sender's own, those that came along, or none. */
export function noteScreen(view: DraftView, canned: readonly string[]): Screen {
  const { draft, texts } = view
  const offered = canned
    .slice(0, OFFERED)
    .map((note) => labelled(view, shorten(note, MAX_LABEL), 'canned', tagOf(note)))
  return {
    body: blocks(
      view.fault,
      targetLines(view),
      peopleLines(view),
      draft.words !== '' && [
        { text: texts('chat.note.words') },
        { text: '\n' },
        quote(shorten(draft.words, MAX_WORDS)),
      ],
      texts('chat.note.ask'),
    ),
    buttons: [
      ...(draft.words === '' ? [] : [[act(view, 'chat.note.useWords', 'words')]]),
      ...rows(offered, 1),
      [act(view, 'chat.note.none', 'bare', 'main')],
      [act(view, 'chat.back', 'people'), act(view, 'chat.cancel', 'cancel')],
    ],
    placeholder: texts('chat.note.placeholder'),
  }
}
