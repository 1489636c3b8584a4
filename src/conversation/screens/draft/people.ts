import { shorten } from '#core/text.ts'
import type { Screen } from '#ports/bot-platform.ts'
import { tagOf } from '../../press.ts'
import { blocks, rows } from '../rich.ts'
import { act, labelled } from './buttons.ts'
import { peopleLines, targetLines } from './summary.ts'
import { type Candidate, type DraftView, isNew } from './view.ts'

const MAX_LABEL = 30
/** What a platform's own picker lets a person choose at once. */
const MAX_PICKED = 10

/** Who shall get it? Those who were chosen are marked; choosing again takes them off. */
export function peopleScreen(view: DraftView, candidates: readonly Candidate[]): Screen {
  const { draft, texts } = view
  const chosen = new Set(draft.people.map(({ as }) => as))
  const some = draft.people.some(({ as }) => as !== null)
  const offered = candidates.map(({ label, as }) => {
    const mark = chosen.has(as) ? '✓ ' : ''
    return labelled(view, mark + shorten(label, MAX_LABEL), 'pick', tagOf(as))
  })
  return {
    body: blocks(
      view.fault,
      targetLines(view),
      peopleLines(view),
      some ? texts('chat.people.more') : whoText(view),
    ),
    buttons: [
      ...rows(offered, 2),
      [
        act(view, 'chat.people.book', 'book'),
        ...(some ? [act(view, 'chat.next', 'next', 'main')] : []),
      ],
      [
        ...(isNew(view) ? [act(view, 'chat.edit.title', 'title')] : []),
        act(view, 'chat.cancel', 'cancel'),
      ],
    ],
    picker: { label: texts('chat.people.picker'), max: MAX_PICKED },
    placeholder: texts('chat.people.placeholder'),
  }
}

function whoText({ draft, texts }: DraftView): string {
  if (draft.replaces) return texts('chat.people.instead', { who: draft.replaces.who })
  return texts(draft.addTo === null ? 'chat.people.ask' : 'chat.people.else')
}
