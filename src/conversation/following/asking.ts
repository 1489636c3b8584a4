import { LRUCache } from 'lru-cache'
import type { Account } from '#core/account.ts'
import { type PlatformUser, platformUserKey } from '#core/identity.ts'
import { DEFAULT_LOCALE } from '#core/locale.ts'
import type { InvitationQuestion } from '#engine/engine.ts'
import { textsFor } from '#locales/texts.ts'
import type { BotPlatform } from '#ports/bot-platform.ts'
import type { ConversationParts } from '../conversation.ts'
import { cameScreen } from '../screens/status/came.ts'
import { FRESH, readState } from '../state/state.ts'
import { isHere } from './here.ts'

/** Chats of which it is remembered that a question was put there. Forgetting puts it twice, which does no harm. */
const REMEMBERED = 10_000
/** Who blocks the bot is not tried again so soon. */
const CANNOT_MS = 3_600_000

/** `later`: nothing is shown yet. `cannot`: the platform lets nobody write to them. */
type Put = 'shown' | 'later' | 'cannot'

/** Puts a question to its sender, in each chat of theirs on the platform where it was not put yet. */
export type AskSender = (platform: BotPlatform, question: InvitationQuestion) => Promise<void>

/**
 * The engine is told only once the question is seen: a crash before that has it put again. `later` is left to whoever
 * looks for what was not put yet.
 */
export function createAsking(deps: ConversationParts): AskSender {
  const { engine, conversations, logger } = deps
  const known = new LRUCache<string, Promise<Put>>({ max: REMEMBERED })

  async function put(
    platform: BotPlatform,
    question: InvitationQuestion,
    { user, account }: { readonly user: PlatformUser; readonly account: Account | null },
  ): Promise<Put> {
    const chat = await platform.privateChat(user)
    if (!chat) return 'later'
    const stored = await conversations.load(user)
    const state = stored ? readState(stored.state) : FRESH
    const locale = account?.locale ?? state.locale ?? state.heard ?? DEFAULT_LOCALE
    const screen = cameScreen({ texts: textsFor(locale), locale }, question)
    const shown = await platform.show({ chat, onlyFor: null, screen, inPlaceOf: null })
    if (shown.kind === 'not-shown') {
      logger.info({ platform: platform.platform, shown }, 'a question could not be put')
      return 'cannot'
    }
    return shown.kind
  }

  /** One try at a time, and none after it was seen. */
  async function putOnce(
    platform: BotPlatform,
    question: InvitationQuestion,
    to: { readonly user: PlatformUser; readonly account: Account | null },
  ): Promise<Put> {
    const key = `${question.delivery} ${question.ref} ${platformUserKey(to.user)}`
    const before = known.get(key)
    if (before) return before
    const trying = put(platform, question, to)
    known.set(key, trying)
    const outcome = await trying.catch((error: unknown) => {
      known.delete(key)
      throw error
    })
    if (outcome === 'later') known.delete(key)
    if (outcome === 'cannot') known.set(key, trying, { ttl: CANNOT_MS })
    return outcome
  }

  return async (platform, question) => {
    const identities = await engine.linking.identities(question.account)
    const users = identities.filter((user) => isHere(platform, user))
    if (users.length === 0) return
    const account = await engine.accounts.get(question.account)
    const outcomes = await Promise.all(
      users.map((user) => putOnce(platform, question, { user, account })),
    )
    const isSeen = outcomes.includes('shown') && !outcomes.includes('later')
    if (isSeen) await engine.reaching.asked(question, platform)
  }
}
