import { type Answer, answer, type Dialogue, show, silence } from '../../answer.ts'
import type { Facts } from '../../facts.ts'
import type { DraftAct, Press } from '../../press.ts'
import { lines } from '../../screens/rich.ts'
import type { Draft } from '../../state/draft.ts'
import type { State } from '../../state/state.ts'
import { useCanned } from '../note/canned.ts'
import { answerQuestion, drop, pick, takeAsKnown } from '../recipients/pressed.ts'
import { pressedZone, sendLater } from '../schedule/typed.ts'
import { showSent } from '../status/show-sent.ts'
import { resume } from './begin.ts'
import { showCard } from './card.ts'
import { afterPeople, changed, restOf, type Writing } from './draft.ts'
import { goOn } from './go-on.ts'
import { rivalAsNote, takeRival } from './rival.ts'
import { send } from './send.ts'
import { choose, chooseLinks } from './which.ts'

type DraftPress = Extract<Press, { on: 'draft' }>

/** A button of a draft's card. */
export function* pressedOnDraft(facts: Facts, state: State, press: DraftPress): Dialogue {
  const { draft } = state
  const { sender } = facts
  if (draft?.nonce !== press.nonce) return yield* outOfDate(facts, state, press.nonce)
  if (press.act === 'cancel') return cancelDraft(facts, state)
  if (!sender) return yield* resume(facts, state)
  return yield* act({ facts, sender, state, draft }, press)
}

/** It was sent, or another one is being written: that is shown. */
function* outOfDate(facts: Facts, state: State, nonce: string): Dialogue {
  const { sender } = facts
  const sent = state.sent.find((one) => one.nonce === nonce)
  if (sender && sent) return yield* showSent(facts, sender, state, sent.shares)
  const toast = facts.texts('chat.outOfDate')
  return state.draft ? { ...(yield* resume(facts, state)), toast } : silence(state, toast)
}

export function cancelDraft({ texts }: Facts, state: State): Answer {
  const screen = { body: lines(texts('chat.cancelled')), buttons: [] }
  return answer({ ...state, draft: null, card: null }, show('instead', screen))
}

function* act(writing: Writing, { act: does, arg }: DraftPress): Dialogue {
  const { draft } = writing
  switch (does) {
    case 'which':
      return yield* choose(writing, Number(arg))
    case 'all':
      return yield* chooseLinks(writing, draft.choices)
    case 'post':
      return yield* chooseLinks(writing, draft.post === null ? [] : [draft.post])
    case 'instead':
      return yield* takeRival(writing)
    case 'as-note':
      return yield* rivalAsNote(writing)
    case 'keep':
      return yield* showCard(changed(writing, { rival: null }))
    case 'send':
      return yield* send(writing, { others: arg === 'others' })
    case 'pick':
      return yield* pick(writing, arg)
    case 'answer':
      return yield* answerQuestion(writing, arg)
    case 'known':
      return yield* takeAsKnown(writing)
    case 'drop':
      return yield* drop(writing, arg)
    case 'canned':
      return yield* useCanned(writing, arg)
    case 'when':
      return yield* sendLater(writing, Number(arg))
    case 'zone':
      return yield* pressedZone(writing, arg)
    default:
      return yield* goOn(changed(writing, stepOf(writing, does, arg)))
  }
}

/** What a button changes of the draft that does no more than this. */
function stepOf(writing: Writing, does: DraftAct, arg: string): Partial<Draft> {
  const { draft, facts } = writing
  switch (does) {
    case 'words':
      return { note: draft.words, step: 'check' }
    case 'bare':
      return { note: '', step: 'check' }
    case 'now':
      return { sendAt: null, step: 'check' }
    case 'next':
      return { step: afterPeople(writing) }
    case 'later':
      return { step: facts.timeZone === null ? 'zone' : 'when' }
    case 'book':
      return { step: 'book', page: Number(arg) }
    case 'people':
    case 'note':
    case 'title':
    case 'edit':
      return { step: does }
    default:
      return { step: restOf(writing) }
  }
}
