import { shorten } from '#core/text.ts'
import type { Screen } from '#ports/bot-platform.ts'
import { blocks, lines, rows } from '../rich.ts'
import { placeOf, type Tongue } from '../words.ts'
import { act, labelled } from './buttons.ts'
import { targetLines } from './summary.ts'
import type { DraftView } from './view.ts'

type Bare = Pick<DraftView, 'draft' | 'fault'> & Tongue

const MAX_LABEL = 40

/** What is it that shall be shared? */
export function targetScreen(view: Bare): Screen {
  const { texts } = view
  return {
    body: blocks(view.fault, texts('chat.target.ask')),
    buttons: [[act(view, 'chat.cancel', 'cancel')]],
    placeholder: texts('chat.target.placeholder'),
  }
}

/** Which of several links is meant? */
export function whichScreen(view: Bare): Screen {
  const { draft, texts } = view
  const { choices, post } = draft
  return {
    body: blocks(
      texts('chat.which.ask', { count: choices.length }),
      lines(...choices.map((url, at) => `${at + 1}. ${shorten(url, 120)}`)),
    ),
    buttons: [
      ...rows(
        choices.map((url, at) =>
          labelled(view, `${at + 1}. ${shorten(placeOf({ url }), MAX_LABEL)}`, 'which', String(at)),
        ),
        2,
      ),
      [labelled(view, texts('chat.which.all', { count: choices.length }), 'all', '')],
      ...(post === null ? [] : [[act(view, 'chat.which.post', 'post')]]),
      [act(view, 'chat.cancel', 'cancel')],
    ],
  }
}

/** What to change. */
export function editScreen(view: DraftView): Screen {
  const one = view.draft.urls.length === 1
  return {
    body: blocks(targetLines(view), view.texts('chat.edit.ask')),
    buttons: [
      [
        ...(one ? [act(view, 'chat.edit.title', 'retitle')] : []),
        act(view, 'chat.edit.people', 'people'),
        act(view, 'chat.edit.note', 'note'),
      ],
      [act(view, 'chat.back', 'back'), act(view, 'chat.cancel', 'cancel')],
    ],
  }
}

/** What recipients shall read as its title. */
export function titleScreen(view: DraftView): Screen {
  return {
    body: blocks(view.fault, targetLines(view), view.texts('chat.title.ask')),
    buttons: [[act(view, 'chat.back', 'back')]],
    placeholder: view.texts('chat.title.placeholder'),
  }
}
