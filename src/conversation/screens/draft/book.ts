import { shorten } from '#core/text.ts'
import type { Screen } from '#ports/bot-platform.ts'
import { tagOf } from '../../press.ts'
import { pageOf, pagerRow } from '../pages.ts'
import { blocks, rows } from '../rich.ts'
import { act, labelled } from './buttons.ts'
import { peopleLines, targetLines } from './summary.ts'
import type { Candidate, DraftView } from './view.ts'

const PER_PAGE = 10
const MAX_LABEL = 28

/** The sender's book, to choose from. */
export function bookScreen(view: DraftView, book: readonly Candidate[]): Screen {
  const { draft, texts } = view
  const chosen = new Set(draft.people.map(({ as }) => as))
  const { items, ...at } = pageOf(book, draft.page, PER_PAGE)
  return {
    body: blocks(
      view.fault,
      targetLines(view),
      peopleLines(view),
      texts(book.length > 0 ? 'chat.people.fromBook' : 'chat.people.emptyBook'),
    ),
    buttons: [
      ...rows(
        items.map(({ label, as }) =>
          labelled(
            view,
            `${chosen.has(as) ? '✓ ' : ''}${shorten(label, MAX_LABEL)}`,
            'pick',
            tagOf(as),
          ),
        ),
        2,
      ),
      ...pagerRow(at, (to) => ({ on: 'draft', nonce: draft.nonce, act: 'book', arg: String(to) })),
      [act(view, 'chat.back', 'people'), act(view, 'chat.next', 'next', 'main')],
    ],
    placeholder: texts('chat.people.placeholder'),
  }
}
