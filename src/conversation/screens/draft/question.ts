import { readablePhone } from '#core/phone-number.ts'
import { shorten } from '#core/text.ts'
import type { Screen } from '#ports/bot-platform.ts'
import { tagOf } from '../../press.ts'
import type { Question } from '../../topics/recipients/questions.ts'
import { blocks, lines, rows } from '../rich.ts'
import { channelName } from '../words.ts'
import { act, dropButton, labelled } from './buttons.ts'
import { targetLines } from './summary.ts'
import type { Candidate, DraftView } from './view.ts'

type Of<K extends Question['kind']> = Extract<Question, { kind: K }>

const MAX_LABEL = 40

export function questionScreen(view: DraftView, question: Question): Screen {
  switch (question.kind) {
    case 'who':
      return whoScreen(view, question)
    case 'where':
      return whereScreen(view, question)
    case 'misspelt':
      return misspeltScreen(view, question)
    case 'first-time':
      return firstTimeScreen(view, question)
    default:
      return question satisfies never
  }
}

function whoScreen(view: DraftView, { person, options }: Of<'who'>): Screen {
  const who = person.written
  const shown = options.map(({ label, as }) => ({ label: shorten(label, MAX_LABEL), as }))
  return meaningScreen(view, who, view.texts('chat.ask.who', { who }), shown)
}

function whereScreen(view: DraftView, { person, options }: Of<'where'>): Screen {
  const who = person.written
  const shown = options.map(({ channel, as }) => ({ label: channelName(channel, view), as }))
  return meaningScreen(view, who, view.texts('chat.ask.where', { who }), shown)
}

function meaningScreen(
  view: DraftView,
  who: string,
  ask: string,
  options: readonly Candidate[],
): Screen {
  const { texts } = view
  return {
    body: blocks(view.fault, targetLines(view), ask),
    buttons: [
      ...rows(
        options.map(({ label, as }) => labelled(view, label, 'answer', tagOf(as))),
        2,
      ),
      [dropButton(view, who), act(view, 'chat.cancel', 'cancel')],
    ],
    placeholder: texts('chat.people.placeholder'),
  }
}

function misspeltScreen(view: DraftView, { person, suggestion }: Of<'misspelt'>): Screen {
  const written = person.as ?? person.written
  return {
    body: blocks(targetLines(view), view.texts('chat.ask.misspelt', { written, suggestion })),
    buttons: [
      [labelled(view, suggestion, 'answer', tagOf(suggestion), 'main')],
      [labelled(view, view.texts('chat.ask.asWritten', { written }), 'answer', tagOf(written))],
      [act(view, 'chat.cancel', 'cancel')],
    ],
  }
}

function firstTimeScreen(view: DraftView, { people }: Of<'first-time'>): Screen {
  const { texts, locale } = view
  const count = people.length
  return {
    body: blocks(
      targetLines(view),
      texts('chat.ask.firstTime', { count }),
      lines(...people.map(({ as, written }) => readablePhone(as ?? written, locale))),
    ),
    buttons: [
      [act(view, 'chat.ask.right', 'known', 'main')],
      [act(view, 'chat.ask.change', 'people'), act(view, 'chat.cancel', 'cancel')],
    ],
  }
}
