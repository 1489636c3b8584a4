import type { Outcome, Reason } from '#core/delivery.ts'
import { classifyNetworkFault } from '../../network/fault.ts'
import { type TelegramError, TelegramRefusal, TelegramUnreached } from '../../telegram/errors.ts'
import { providerWords } from '../sms/provider-words.ts'

export interface TelegramContext {
  /** Tells the rate bucket that has to wait, once for each time that it was too much. */
  bucketAfter(waitMs: number): string
  /** A message went to this chat before. */
  readonly reached: boolean
}

/** What one of Telegram's refusals says of a message. */
type Verdict =
  | { readonly is: 'permanent'; readonly reason: Reason; readonly suppress: boolean }
  /** Nobody there; or somebody whom no bot may write to first. */
  | { readonly is: 'no-chat' }
  | { readonly is: 'needs-recipient' }

interface Rule {
  readonly code: number
  readonly words: RegExp
  readonly verdict: Verdict
}

const permanent = (reason: Reason): Verdict => ({ is: 'permanent', reason, suppress: false })
const dead = (reason: Reason): Verdict => ({ is: 'permanent', reason, suppress: true })

/** As https://github.com/tdlib/telegram-bot-api (Client.cpp) words them; what is not here goes by its code. */
const RULES: readonly Rule[] = [
  // The person
  { code: 403, words: /initiate conversation/i, verdict: { is: 'needs-recipient' } },
  { code: 403, words: /blocked by the user/i, verdict: dead('blocked') },
  { code: 403, words: /user is deactivated/i, verdict: dead('no_such_recipient') },
  { code: 403, words: /to bots\b|to the bot\b/i, verdict: dead('not_reachable') },
  {
    code: 400,
    words: /chat not found|PEER_ID_INVALID|user not found/i,
    verdict: { is: 'no-chat' },
  },
  { code: 400, words: /PRIVACY|PAYMENT_REQUIRED/, verdict: permanent('refused') },
  // The group
  {
    code: 403,
    words: /was kicked|is not a member|chat was deleted/i,
    verdict: dead('not_reachable'),
  },
  { code: 403, words: /not enough rights|have no rights/i, verdict: permanent('refused') },
  {
    code: 400,
    words: /not enough rights|have no rights|WRITE_FORBIDDEN/i,
    verdict: permanent('refused'),
  },
  {
    code: 400,
    words: /chat was upgraded|chat was deactivated/i,
    verdict: permanent('not_reachable'),
  },
  // The message
  { code: 400, words: /message is too long|MESSAGE_TOO_LONG/i, verdict: permanent('too_large') },
]

/** Where Telegram does not say how long. */
const THROTTLE_MS = 5_000

/** What a send that failed came to. */
export function classifyTelegram(error: TelegramError, context: TelegramContext): Outcome {
  if (error instanceof TelegramRefusal) return classifyRefusal(error, context)
  if (error instanceof TelegramUnreached) return classifyNetworkFault(error.fault)
  return { kind: 'down', detail: error.message }
}

function classifyRefusal(refusal: TelegramRefusal, context: TelegramContext): Outcome {
  const detail = providerWords(refusal.description)
  switch (refusal.code) {
    case 429: {
      const retryAfterMs = refusal.parameters.retryAfterMs ?? THROTTLE_MS
      return { kind: 'throttled', bucket: context.bucketAfter(retryAfterMs), retryAfterMs }
    }
    // Of a token that is written wrongly Telegram says 404: nothing is lost meanwhile.
    case 401:
    case 404:
      return { kind: 'down', detail }
    // Said to who asks for updates beside another one. Were it said of a message, that was not taken.
    case 409:
      return { kind: 'transient', reason: 'retrying', detail }
    case 413:
      return { kind: 'permanent', reason: 'too_large', detail, suppress: false }
    default:
      return refusal.code >= 500 ? { kind: 'unknown', detail } : judge(refusal, detail, context)
  }
}

function judge(
  { code, description }: TelegramRefusal,
  detail: string,
  { reached }: TelegramContext,
): Outcome {
  const verdict = RULES.find((rule) => rule.code === code && rule.words.test(description))?.verdict
  switch (verdict?.is) {
    case 'permanent':
      return { kind: 'permanent', reason: verdict.reason, detail, suppress: verdict.suppress }
    case 'needs-recipient':
      return { kind: 'needs-recipient', detail }
    case 'no-chat':
      return reached
        ? { kind: 'permanent', reason: 'no_such_recipient', detail, suppress: true }
        : { kind: 'needs-recipient', detail }
    case undefined:
      return {
        kind: 'permanent',
        reason: code === 403 ? 'refused' : 'our_fault',
        detail,
        suppress: false,
      }
    default:
      return verdict satisfies never
  }
}
