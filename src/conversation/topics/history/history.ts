import { isShareId } from '#core/ids.ts'
import { answer, type Dialogue, show } from '../../answer.ts'
import { ask } from '../../asks.ts'
import type { Facts } from '../../facts.ts'
import { historyScreen } from '../../screens/history.ts'
import { said } from '../../screens/rich.ts'
import type { State } from '../../state/state.ts'
import { askToLink } from '../link/ask-to-link.ts'
import { ownShare } from '../status/own.ts'
import { statusReply } from '../status/status.ts'

const PER_PAGE = 6

/** `/history`, newest first. `cursor`: of the page before; empty for the first. */
export function* history(
  facts: Facts,
  state: State,
  cursor: string,
  place: 'message' | 'instead',
): Dialogue {
  const { sender } = facts
  if (!sender) return yield* askToLink(facts, state)
  const page = { limit: PER_PAGE, cursor: cursor || null }
  const shares = yield* ask('shares', { sender, page })
  return answer(state, show(place, historyScreen(facts, shares, cursor !== '')))
}

/** `/status`: of the share that is named, or the latest. */
export function* status(facts: Facts, state: State, wanted: string): Dialogue {
  const { sender, texts } = facts
  if (!sender) return yield* askToLink(facts, state)
  const id = wanted.trim() || (yield* ask('shares', { sender, page: LATEST })).items[0]?.share.id
  const share = id !== undefined && isShareId(id) ? yield* ownShare(sender, id) : null
  if (share) return answer(state, statusReply(facts, sender, share, { anew: true }))
  const none = texts(id === undefined ? 'chat.history.none' : 'refusal.no_share')
  return answer(state, show('message', said(none)))
}

const LATEST = { limit: 1, cursor: null }
