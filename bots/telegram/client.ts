import type { Api } from 'grammy'

/** What the bot asks Telegram by. */
export interface TelegramClient {
  readonly api: Api
  /** What a request of its failed by; null: it is no fault of Telegram's or of the way there. */
  faultOf(error: unknown): TelegramFault | null
}

export type TelegramFault =
  /** `description` is in Telegram's words. */
  | {
      readonly kind: 'refused'
      readonly code: number
      readonly description: string
      readonly retryAfterMs: number | null
      /** The group goes on under this id. */
      readonly migratedTo: string | null
    }
  /** Whether it was done cannot be known. */
  | { readonly kind: 'unreached'; readonly detail: string }

/** Why our token is refused; null: it is not. Of one that was revoked Telegram says 401, of what is none 404. */
export function tokenRefused(fault: TelegramFault): string | null {
  const isRefused = fault.kind === 'refused' && (fault.code === 401 || fault.code === 404)
  return isRefused ? fault.description : null
}
