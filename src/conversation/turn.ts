import type { Account } from '#core/account.ts'
import { PassalongError } from '#core/errors.ts'
import { platformUserKey } from '#core/identity.ts'
import type { Instant } from '#core/ids.ts'
import { refusal } from '#core/refusal.ts'
import { sayError } from '#locales/texts.ts'
import type { BotPlatform, Handled } from '#ports/bot-platform.ts'
import { type Answer, refused } from './answer.ts'
import { run } from './asks.ts'
import type { Cause } from './cause.ts'
import type { ConversationParts } from './conversation.ts'
import { createDesk } from './desk.ts'
import { type Facts, factsOf } from './facts.ts'
import { createInTurn } from './in-turn.ts'
import { route } from './route.ts'
import { said } from './screens/rich.ts'
import { createShowing, type ToShow } from './show.ts'
import { answered, FRESH, readState, type State, writeState } from './state/state.ts'

/** Another process wrote meanwhile: as often the event is thought over anew. */
const MAX_REDONE = 8

/** Answers one thing that happened. Rejects only when it could not be stored. */
export type TakeTurn = (platform: BotPlatform, cause: Cause) => Promise<Handled>

interface Loaded {
  readonly state: State
  readonly version: number
}

/** What is to be shown, and what the bot is told then. */
interface Settled extends ToShow {
  readonly handled: Handled
}

/** Whom somebody acts for, and what is remembered of them. */
interface Known {
  readonly account: Account | null
  readonly state: State
}

/**
 * Answers what happens, for one person one after another. What an event comes to is stored before it is shown, and
 * what it does is done by keys of the event: after a crash anywhere, the same event does nothing twice.
 */
export function createTurn(deps: ConversationParts): TakeTurn {
  const { conversations, engine, clock, logger, settings } = deps
  const inTurn = createInTurn()
  const showAll = createShowing(deps)

  async function load({ user }: Cause): Promise<Loaded> {
    const stored = await conversations.load(user)
    return stored
      ? { state: readState(stored.state), version: stored.version }
      : { state: FRESH, version: 0 }
  }

  async function think(
    platform: BotPlatform,
    cause: Cause,
    { account, state }: Known,
  ): Promise<Answer> {
    const now = clock.now() as Instant
    const facts = factsOf(platform, cause, { account, state, now, settings })
    try {
      return await run(route(facts, state), createDesk(engine, platform.platform))
    } catch (error) {
      return sayWhy(facts, state, error)
    }
  }

  /** The account's pages name linked chats as they show themselves now. */
  async function meet({ user }: Cause, state: State): Promise<Known> {
    const account = await engine.linking.accountOf(user)
    const shownAs = `${user.handle ?? ''} ${user.name}`
    if (!account || state.shownAs === shownAs) return { account, state }
    await engine.linking.seen(user)
    return { account, state: { ...state, shownAs } }
  }

  function sayWhy({ texts, nonce }: Facts, state: State, error: unknown): Answer {
    const foreseen = error instanceof PassalongError
    if (foreseen && error.code === 'unavailable') throw error
    if (!foreseen) logger.error({ err: error, event: nonce }, 'an event could not be answered')
    return refused(state, said(foreseen ? sayError(error, texts) : texts('chat.fault')))
  }

  async function settle(platform: BotPlatform, cause: Cause): Promise<Settled | Handled> {
    for (let times = 0; times < MAX_REDONE; times++) {
      const { state: before, version } = await load(cause)
      if (before.seen.includes(cause.id)) return seenBefore(before, version, cause)
      const known = await meet(cause, before)
      const answer = await think(platform, cause, known)
      const { state, replies } = answer
      if (state === known.state && replies.length === 0) return handledAs(answer, state)
      const next = remembered(answer, cause)
      if (await conversations.save(cause.user, writeState(next), version)) {
        return {
          before,
          state: next,
          version: version + 1,
          replies,
          handled: handledAs(answer, next),
        }
      }
    }
    throw refusal('unavailable', 'refusal.store_away')
  }

  return (platform, cause) =>
    inTurn(platformUserKey(cause.user), async () => {
      const settled = await settle(platform, cause)
      if (!('before' in settled)) return settled
      await showAll(platform, cause, settled)
      return settled.handled
    })
}

function remembered({ state, secret, ...said }: Answer, { id, locale }: Cause): State {
  const next = { ...state, heard: locale ?? state.heard }
  return secret ? next : answered(next, { ...said, event: id, shown: false })
}

/** Only the last event is shown again, and only where that may have been cut short. */
function seenBefore(state: State, version: number, cause: Cause): Settled | Handled {
  const { last } = state
  if (last?.event !== cause.id) return handledAs(null, state)
  const handled = handledAs(last, state)
  return last.shown ? handled : { before: state, state, version, replies: last.replies, handled }
}

function handledAs(
  what: Pick<Answer, 'toast' | 'shares' | 'refused'> | null,
  { draft }: State,
): Handled {
  const { toast = null, shares = [], refused = false } = what ?? {}
  return { toast, shares, refused, draft: draft !== null }
}
