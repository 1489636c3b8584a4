import type { Screen } from '#ports/bot-platform.ts'
import type { Rival } from '../../state/draft.ts'
import { blocks, lines, rows } from '../rich.ts'
import { briefUrl, type Tongue } from '../words.ts'
import { act, labelled } from './buttons.ts'
import { targetLines } from './summary.ts'
import type { DraftView } from './view.ts'

type Bare = Pick<DraftView, 'draft' | 'fault'> & Tongue

const MAX_LABEL = 32
const MAX_LINE = 120

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
      lines(...choices.map((url, at) => `${at + 1}. ${briefUrl(url, MAX_LINE)}`)),
    ),
    buttons: [
      ...rows(
        choices.map((url, at) =>
          labelled(view, `${at + 1}. ${briefUrl(url, MAX_LABEL)}`, 'which', String(at)),
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
        ...(one ? [act(view, 'chat.edit.title', 'title')] : []),
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

/** Something else to share came while this was being written. */
export function rivalScreen(view: Bare, rival: Rival): Screen {
  const { draft, texts } = view
  const first = named(draft)
  const other = named(rival)
  return {
    body: blocks(texts('chat.rival.ask', { first, other })),
    buttons: [
      [labelled(view, texts('chat.rival.instead', { other }), 'instead', '', 'main')],
      [labelled(view, texts('chat.rival.keep', { first }), 'keep', '')],
      ...(draft.step === 'note' ? [[act(view, 'chat.rival.asNote', 'as-note')]] : []),
    ],
  }
}

function named({ urls, choices }: Pick<Rival, 'urls' | 'choices'>): string {
  const [first = '', ...more] = [...urls, ...choices]
  return `${briefUrl(first, MAX_LABEL)}${more.length > 0 ? ` +${more.length}` : ''}`
}
