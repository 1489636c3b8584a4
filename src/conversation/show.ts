import { setTimeout as sleep } from 'node:timers/promises'
import { isSameUser } from '#core/identity.ts'
import type { BotPlatform, ChatRef, MessageRef, Showing, Shown } from '#ports/bot-platform.ts'
import type { Cause } from './cause.ts'
import type { ConversationParts } from './conversation.ts'
import { factsOf } from './facts.ts'
import { bringUpToDate } from './following/bring-up-to-date.ts'
import { replaced, sideOf } from './place.ts'
import { inPrivateScreen } from './screens/group.ts'
import type { Reply } from './state/reply.ts'
import { type State, writeState } from './state/state.ts'

/** What an event came to: stored, and to be shown. */
export interface ToShow {
  /** As the event found it. */
  readonly before: State
  /** As it was stored. */
  readonly state: State
  readonly version: number
  readonly replies: readonly Reply[]
}

/** Shows what an event came to. */
export type ShowAll = (platform: BotPlatform, cause: Cause, toShow: ToShow) => Promise<void>

/** A reply that stands somewhere now. */
interface Stood {
  readonly reply: Reply
  readonly where: Showing
  readonly message: MessageRef
}

/** A platform that asks to wait for longer is left alone. */
const MAX_WAIT_MS = 60_000

/** Shows replies, and remembers which messages show the card and the shares. */
export function createShowing(deps: ConversationParts): ShowAll {
  const { conversations, logger, settings, screens } = deps

  async function showOne(
    platform: BotPlatform,
    cause: Cause,
    reply: Reply,
    before: State,
  ): Promise<Stood | null> {
    const where = await whereOf(platform, cause, reply, before)
    const shown = where && (await showPatiently(platform, where))
    if (where && shown?.kind === 'shown') {
      screens.note(where.chat, shown.message, where.screen)
      return { reply, where, message: shown.message }
    }
    logger.info({ platform: platform.platform, shown }, 'a screen could not be shown')
    if (cause.chat.kind === 'group' && shown?.kind !== 'later') {
      await askIntoPrivate(platform, cause, before)
    }
    return null
  }

  /** Nothing can be shown to them alone before they came to the private chat. */
  async function askIntoPrivate(platform: BotPlatform, cause: Cause, state: State): Promise<void> {
    const facts = factsOf(platform, cause, { account: null, state, now: cause.at, settings })
    const screen = inPrivateScreen(facts, platform.startUrl('share'))
    await platform.show({ chat: cause.chat, onlyFor: null, screen, inPlaceOf: null })
  }

  /** From now on this message shows the share in its chat; the one that did has buttons no more. */
  async function followOne(platform: BotPlatform, one: Stood, { user }: Cause): Promise<void> {
    const { reply, where, message } = one
    if (reply.place.kind !== 'status') return
    const { share, account, revision, locale } = reply.place
    const { chat } = where
    const earlier = (await conversations.ofShare(share)).filter(
      (other) => other.chat.id === chat.id && isSameUser(other.user, user),
    )
    const status = { share, account, user, chat, message, locale, shown: revision }
    await conversations.follow(status)
    // Of what changed while it was being shown, nobody was told.
    await bringUpToDate(deps, platform, status)
    for (const other of earlier) {
      if (other.message !== message) await settle(platform, other.chat, other.message)
    }
  }

  async function settle(platform: BotPlatform, chat: ChatRef, message: MessageRef): Promise<void> {
    screens.forget(chat, message)
    await platform.settle(chat, message)
  }

  /** Where somebody wrote meanwhile, theirs is the newer card. */
  async function rememberShown(
    { state, version }: ToShow,
    { user }: Cause,
    card: Stood | undefined,
  ): Promise<void> {
    const next = {
      ...state,
      card: card ? { chat: card.where.chat, message: card.message } : state.card,
      last: state.last && { ...state.last, shown: true },
    }
    await conversations.save(user, writeState(next), version)
  }

  return async (platform, cause, toShow) => {
    const { before, state, replies } = toShow
    const stood: Stood[] = []
    for (const reply of replies) {
      const one = await showOne(platform, cause, reply, before)
      if (one) stood.push(one)
    }
    for (const one of stood) await followOne(platform, one, cause)
    const card = stood.findLast(({ reply }) => reply.place.kind === 'card')
    // Where nothing could be shown, the card's buttons are the way to what came of them.
    const isLost = replies.length > 0 && stood.length === 0
    if (before.card && !isLost && isAnswered(before.card.message, state, card?.message, stood)) {
      await settle(platform, before.card.chat, before.card.message)
    }
    if (stood.some(({ reply }) => isLive(reply))) await rememberShown(toShow, cause, card)
  }
}

/** What is shown twice would stand twice; of anything else, the second showing is the lesser harm. */
function isLive({ place }: Reply): boolean {
  return place.kind === 'card' || place.kind === 'status'
}

async function whereOf(
  platform: BotPlatform,
  cause: Cause,
  reply: Reply,
  before: State,
): Promise<Showing | null> {
  const { screen, place } = reply
  if (place.kind === 'group') {
    return { chat: { id: place.chat, kind: 'group' }, onlyFor: null, screen, inPlaceOf: null }
  }
  const side = await sideOf(platform, cause)
  if (!side) return null
  const inPlaceOf = platform.caps.edits ? replaced(reply, side.chat, cause, before) : null
  return { ...side, screen, inPlaceOf }
}

/** A message that is gone is written anew. */
async function showPatiently(platform: BotPlatform, showing: Showing): Promise<Shown> {
  let left = MAX_WAIT_MS
  let asked = showing
  for (;;) {
    const shown = await platform.show(asked)
    if (shown.kind === 'not-shown' && shown.why === 'gone' && asked.inPlaceOf !== null) {
      asked = { ...asked, inPlaceOf: null }
    } else if (shown.kind === 'later' && shown.retryAfterMs <= left) {
      left -= shown.retryAfterMs
      await sleep(shown.retryAfterMs)
    } else {
      return shown
    }
  }
}

/** Its buttons count no longer: the draft has another card, or is not written any more. */
function isAnswered(
  old: MessageRef,
  { card }: Pick<State, 'card'>,
  fresh: MessageRef | undefined,
  stood: readonly Stood[],
): boolean {
  if (fresh !== undefined) return fresh !== old
  return card === null && stood.every(({ message }) => message !== old)
}
