import type { ShareView } from '#engine/engine.ts'
import { type Answer, answer, type Dialogue, show } from '../../answer.ts'
import { ask, type Sender } from '../../asks.ts'
import type { Facts } from '../../facts.ts'
import type { Press } from '../../press.ts'
import { said } from '../../screens/rich.ts'
import { recallShareScreen, sharePeopleScreen } from '../../screens/status/people.ts'
import type { State } from '../../state/state.ts'
import { addPeople, shareAgain } from './once-more.ts'
import { ifOwn } from './own.ts'
import { statusReply, statusView } from './status.ts'
import { undo } from './undo.ts'

type SharePress = Extract<Press, { on: 'share' }>

/** A button under a share: its sender's alone. */
export function pressedOnShare(facts: Facts, state: State, press: SharePress): Dialogue {
  return ifOwn(facts, state, press.id, (share, sender) =>
    act({ facts, state, sender, share }, press),
  )
}

/** A share of the sender's, and what they are doing with it. */
export interface Tending {
  readonly facts: Facts
  readonly state: State
  readonly sender: Sender
  readonly share: ShareView
}

function* act(tending: Tending, { act: does, arg }: SharePress): Dialogue {
  const { facts, state, sender, share } = tending
  switch (does) {
    case 'undo':
      return yield* undo(tending)
    case 'show':
      return answer(state, statusReply(facts, sender, share, { anew: arg === 'new' }))
    case 'people':
      return people(tending, arg)
    case 'add':
      return yield* addPeople(tending)
    case 'again':
      return yield* shareAgain(tending)
    case 'cancel': {
      const after = yield* ask('cancel-share', { sender, id: share.id })
      return answer(state, statusReply(facts, sender, after))
    }
    case 'recall':
      return answer(state, show('message', recallShareScreen(statusView(facts, share))))
    case 'recalled':
      yield* ask('recall-share', { sender, id: share.id })
      return answer(state, show('instead', said(facts.texts('chat.status.recalled'))))
    default:
      return does satisfies never
  }
}

/** The first page stands beside the status, the others in its place. */
function people({ facts, state, share }: Tending, page: string): Answer {
  const screen = sharePeopleScreen(statusView(facts, share), Number(page || '0'))
  return answer(state, show(page === '' ? 'message' : 'instead', screen))
}
