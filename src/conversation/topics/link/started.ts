import type { InvitationAnswer } from '#engine/engine.ts'
import { type Answer, answer, type Dialogue, secretly, show } from '../../answer.ts'
import { ask } from '../../asks.ts'
import type { Facts } from '../../facts.ts'
import { resumeScreen } from '../../screens/consent.ts'
import { offerScreen } from '../../screens/link.ts'
import { said } from '../../screens/rich.ts'
import type { State } from '../../state/state.ts'
import { welcome } from '../help/welcome.ts'
import { notHere } from './ask-to-link.ts'

/** Base62, as secrets of links that pages begin are; invitations are longer (engine/keys). */
const SECRET = /^[0-9A-Za-z]{32}$/

/** Came to the bot, perhaps by a link of ours: an account asks to be linked, or somebody sent them something. */
export function* started(facts: Facts, state: State, payload: string | null): Dialogue {
  if (facts.chat.kind === 'group') return notHere(facts, state)
  if (payload === null || payload === OWN) return yield* welcome(facts, state)
  if (SECRET.test(payload)) return yield* offered(facts, state, payload)
  const came = yield* ask('come-by', { user: facts.user, invitation: payload })
  const first = cameBy(facts, state, came)
  const more = yield* welcome(facts, state)
  return { ...more, replies: [...first.replies, ...more.replies] }
}

/** The payload of links that lead from a group to the private chat. */
const OWN = 'share'

function* offered(facts: Facts, state: State, secret: string): Dialogue {
  const { user, texts } = facts
  const offer = yield* ask('link-offer', { user, secret })
  if (!offer?.account) return answer(state, show('message', said(texts('link.fault.gone'))))
  const { account, movesFrom } = offer
  const already = facts.sender?.id === account.id
  const screen = already
    ? said(texts('link.fault.already'))
    : offerScreen(facts, { secret, account, movesFrom })
  return secretly(answer(state, show('message', screen)))
}

function cameBy(facts: Facts, state: State, came: InvitationAnswer): Answer {
  const { texts } = facts
  switch (came.kind) {
    case 'sent':
      return answer(state, show('message', said(texts('chat.came.here', { sender: came.sender }))))
    case 'before':
      return answer(
        state,
        show('message', said(texts('chat.came.before', { sender: came.sender }))),
      )
    case 'own':
      return answer(state, show('message', said(texts('chat.came.own'))))
    case 'asked':
      return answer(state, show('message', said(texts('chat.came.asked', { sender: came.sender }))))
    case 'stopped':
      return answer(state, show('message', resumeScreen(facts, came.sender)))
    case 'void':
      return answer(state, show('message', said(texts('link.fault.gone'))))
    default:
      return came satisfies never
  }
}
