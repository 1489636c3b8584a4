import { setTimeout as sleep } from 'node:timers/promises'
import type { BotPlatform, ChatEvent, MessageRef, Showing, Shown } from '#ports/bot-platform.ts'
import type { ConversationDeps } from './conversation.ts'
import { factsOf } from './facts.ts'
import { replaced, sidesOf } from './place.ts'
import { writePrivately } from './screens/group.ts'
import type { Reply } from './state/reply.ts'
import { type LastEvent, type State, writeState } from './state/state.ts'

/** An event that was thought over and stored, and is to be shown. */
export interface ToShow {
  readonly last: LastEvent
  /** As the event found it. */
  readonly before: State
  readonly state: State
  readonly version: number
}

/** A platform that asks to wait for longer is left alone. */
const MAX_WAIT_MS = 60_000

type Seen = { readonly reply: Reply; readonly where: Showing; readonly message: MessageRef }

/** Shows what an event came to, and remembers which messages show the card and the shares. */
export function createShowing({ conversations, logger, settings }: ConversationDeps) {
  async function showOne(
    platform: BotPlatform,
    event: ChatEvent,
    reply: Reply,
    before: State,
  ): Promise<Seen | null> {
    const where = await whereOf(platform, event, reply, before)
    const shown = where ? await showPatiently(platform, where) : UNREACHABLE
    if (where && shown.kind === 'shown') return { reply, where, message: shown.message }
    if (event.chat.kind === 'group' && shown.kind === 'not-shown') {
      await inviteToPrivate(platform, event)
    }
    logger.info({ platform: platform.platform, shown }, 'a screen could not be shown')
    return null
  }

  async function inviteToPrivate(platform: BotPlatform, event: ChatEvent): Promise<void> {
    const known = {
      account: null,
      state: { locale: null, timeZone: null },
      now: event.at,
      settings,
    }
    const { texts } = factsOf(platform, event, known)
    const screen = writePrivately(texts, platform.startUrl('share'))
    await platform.show({ chat: event.chat, onlyFor: null, screen, inPlaceOf: null })
  }

  async function followOne({ reply, where, message }: Seen, event: ChatEvent): Promise<void> {
    if (reply.place.kind !== 'status') return
    const { share, account, revision, locale } = reply.place
    const { chat } = where
    const { user } = event
    await conversations.follow({ share, account, user, chat, message, locale, shown: revision })
  }

  return async (platform: BotPlatform, event: ChatEvent, toShow: ToShow): Promise<void> => {
    const { last, before, state } = toShow
    const seen: Seen[] = []
    for (const reply of last.replies) {
      const one = await showOne(platform, event, reply, before)
      if (one) seen.push(one)
    }
    for (const one of seen) await followOne(one, event)
    const card = seen.findLast(({ reply }) => reply.place.kind === 'card')
    if (before.card && isAnswered(before.card.message, state, card?.message, seen)) {
      await platform.settle(before.card.chat, before.card.message)
    }
    if (card) await rememberCard(toShow, event, card)
  }

  /** Who wrote meanwhile knows better: their own card is the newer one. */
  async function rememberCard(toShow: ToShow, { user }: ChatEvent, card: Seen): Promise<void> {
    const { state, version, last } = toShow
    const { chat } = card.where
    const next = { ...state, card: { chat, message: card.message }, last: { ...last, shown: true } }
    await conversations.save(user, writeState(next), version)
  }
}

const UNREACHABLE: Shown = { kind: 'not-shown', why: 'unreachable' }

async function whereOf(
  platform: BotPlatform,
  event: ChatEvent,
  reply: Reply,
  before: State,
): Promise<Showing | null> {
  const { screen, place } = reply
  if (place.kind === 'group') {
    return { chat: { id: place.chat, kind: 'group' }, onlyFor: null, screen, inPlaceOf: null }
  }
  const side = await sidesOf(platform, event)
  if (!side) return null
  const inPlaceOf = platform.caps.edits ? replaced(reply, side.chat, event, before) : null
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
  seen: readonly Seen[],
): boolean {
  if (fresh !== undefined) return fresh !== old
  return card === null && seen.every(({ message }) => message !== old)
}
