import type { Account } from '#core/account.ts'
import type { Platform, PlatformUser } from '#core/identity.ts'
import type { Instant } from '#core/ids.ts'
import { DEFAULT_LOCALE, type Locale } from '#core/locale.ts'
import { type Texts, textsFor } from '#locales/texts.ts'
import type { BotPlatform, ChatRef } from '#ports/bot-platform.ts'
import type { Sender } from './asks.ts'
import type { Cause } from './cause.ts'
import { tagOf } from './press.ts'
import type { State } from './state/state.ts'

/** What the conversation must know of the configuration. */
export interface ConversationSettings {
  /** Origin without a trailing slash. */
  readonly baseUrl: string
  readonly undoMs: number
  readonly defaultRegion: string | undefined
  /** Between two changes of one status message; left out: 3 s. */
  readonly statusRestMs?: number
}

/** What holds while one event is answered. */
export interface Facts {
  readonly event: Cause
  readonly user: PlatformUser
  readonly chat: ChatRef
  readonly now: Instant
  /** Whom the user acts for; null: nobody yet. */
  readonly sender: Sender | null
  readonly locale: Locale
  readonly texts: Texts
  /** Null: nobody has said. */
  readonly timeZone: string | null
  /** Names what this event begins: the same when the event comes again. */
  readonly nonce: string
  readonly bot: BotFacts
  readonly settings: ConversationSettings
}

/** What the platform can do. */
export type BotFacts = Pick<
  BotPlatform,
  'platform' | 'connection' | 'caps' | 'writeCommand' | 'startUrl'
>

interface Known {
  readonly account: Account | null
  readonly state: Pick<State, 'locale' | 'timeZone' | 'heard'>
  readonly now: Instant
  readonly settings: ConversationSettings
}

/** What the person has set wins over what the platform guesses. */
export function factsOf(bot: BotFacts, event: Cause, known: Known): Facts {
  const { account, state, now, settings } = known
  const locale = account?.locale ?? state.locale ?? event.locale ?? state.heard ?? DEFAULT_LOCALE
  const sender = account && { ...account, locale }
  return {
    event,
    user: event.user,
    chat: event.chat,
    now,
    sender,
    locale,
    texts: textsFor(locale),
    timeZone: account?.timeZone ?? state.timeZone ?? event.timeZone,
    nonce: tagOf(`${placeOf(bot.platform, bot.connection)} ${event.id}`),
    bot,
    settings,
  }
}

function placeOf(platform: Platform, connection: string): string {
  return `${platform}/${connection}`
}
