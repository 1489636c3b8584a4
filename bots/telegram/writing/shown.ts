import type { Shown } from '#ports/bot-platform.ts'
import type { TelegramFault } from '../client.ts'

/** Where Telegram cannot be reached. */
const AWAY_MS = 2_000
/** Where it does not say how long. */
const THROTTLED_MS = 3_000

/** What a screen that Telegram refused came to. */
export type NotWritten =
  | Exclude<Shown, { kind: 'shown' }>
  /** It stands there already. */
  | { readonly kind: 'same' }
  /** The message holds a picture where it should hold text, or the other way round. */
  | { readonly kind: 'other-kind' }
  /** The group goes on under this id. */
  | { readonly kind: 'moved'; readonly to: string }

const GONE =
  /message to edit not found|message can't be edited|MESSAGE_ID_INVALID|message identifier/i

/** As https://github.com/tdlib/telegram-bot-api (Client.cpp) words them. */
export function notWritten(fault: TelegramFault): NotWritten {
  if (fault.kind === 'unreached') return { kind: 'later', retryAfterMs: AWAY_MS }
  const { code, description, retryAfterMs, migratedTo } = fault
  if (migratedTo !== null) return { kind: 'moved', to: migratedTo }
  if (code === 429) return { kind: 'later', retryAfterMs: retryAfterMs ?? THROTTLED_MS }
  if (code === 401 || code >= 500) return { kind: 'later', retryAfterMs: AWAY_MS }
  if (/message is not modified/i.test(description)) return { kind: 'same' }
  if (/there is no (?:text|caption) in the message/i.test(description))
    return { kind: 'other-kind' }
  if (GONE.test(description)) return { kind: 'not-shown', why: 'gone' }
  return { kind: 'not-shown', why: 'unreachable' }
}
