import { PassalongError } from '#core/errors.ts'
import { platformUserKey } from '#core/identity.ts'
import type { Instant, ShareId } from '#core/ids.ts'
import { refusal } from '#core/refusal.ts'
import { sayError } from '#locales/texts.ts'
import type { BotPlatform, ChatEvent, Handled } from '#ports/bot-platform.ts'
import { type Answer, refused } from './answer.ts'
import { run } from './asks.ts'
import type { ConversationDeps } from './conversation.ts'
import { createDesk } from './desk.ts'
import { type Facts, factsOf } from './facts.ts'
import { createInTurn } from './in-turn.ts'
import { route } from './route.ts'
import { lines } from './screens/rich.ts'
import { createShowing, type ToShow } from './show.ts'
import {
  answered,
  FRESH,
  type LastEvent,
  readState,
  type State,
  writeState,
} from './state/state.ts'

/** Another process wrote meanwhile: as often the event is thought over anew. */
const MAX_REDONE = 8

interface Loaded {
  readonly state: State
  readonly version: number
}

/**
 * Handles events, those of one person one after another. What an event comes to is stored before it is shown, and
 * what it does is done by keys of the event: a crash anywhere, and the event once more, do nothing twice.
 */
export function createHandling(deps: ConversationDeps) {
  const { conversations, engine, clock, logger, settings } = deps
  const inTurn = createInTurn()
  const showAll = createShowing(deps)

  async function load({ user }: ChatEvent): Promise<Loaded> {
    const stored = await conversations.load(user)
    return stored
      ? { state: readState(stored.state), version: stored.version }
      : { state: FRESH, version: 0 }
  }

  async function think(platform: BotPlatform, event: ChatEvent, state: State): Promise<Answer> {
    const account = await engine.linking.accountOf(event.user)
    const now = clock.now() as Instant
    const facts = factsOf(platform, event, { account, state, now, settings })
    try {
      return await run(route(facts, state), createDesk(engine, platform.platform))
    } catch (error) {
      return sayWhy(facts, state, error)
    }
  }

  function sayWhy({ texts, nonce }: Facts, state: State, error: unknown): Answer {
    const foreseen = error instanceof PassalongError
    if (foreseen && error.code === 'unavailable') throw error
    if (!foreseen) logger.error({ err: error, event: nonce }, 'an event could not be answered')
    const said = foreseen ? sayError(error, texts) : texts('chat.fault')
    return refused(state, { body: lines(said), buttons: [] })
  }

  async function settle(platform: BotPlatform, event: ChatEvent): Promise<ToShow | Handled> {
    for (let times = 0; times < MAX_REDONE; times++) {
      const { state, version } = await load(event)
      if (state.seen.includes(event.id)) return seenBefore(state, version, event)
      const { state: next, ...said } = await think(platform, event, state)
      if (next === state && said.replies.length === 0) return handledAs(said, next)
      const last: LastEvent = { event: event.id, ...said, shown: false }
      const saved = answered(next, last)
      if (await conversations.save(event.user, writeState(saved), version)) {
        return { last, before: state, state: saved, version: version + 1 }
      }
    }
    throw refusal('unavailable', 'refusal.store_away')
  }

  return (platform: BotPlatform, event: ChatEvent): Promise<Handled> =>
    inTurn(platformUserKey(event.user), async () => {
      const settled = await settle(platform, event)
      if (!('last' in settled)) return settled
      await showAll(platform, event, settled)
      return handledAs(settled.last, settled.state)
    })
}

/** Only the last event is shown again, and only where that was cut short. */
function seenBefore(state: State, version: number, event: ChatEvent): ToShow | Handled {
  const { last } = state
  if (last?.event !== event.id) return { toast: null, shares: [], refused: false, draft: false }
  return last.shown ? handledAs(last, state) : { last, before: state, state, version }
}

function handledAs(
  { toast, shares, refused }: Pick<LastEvent, 'toast' | 'shares' | 'refused'>,
  state: State,
): Handled {
  return { toast, shares: shares as readonly ShareId[], refused, draft: state.draft !== null }
}
