import { PassalongError } from '#core/errors.ts'
import type { AccountId } from '#core/ids.ts'
import type { Delivery, Share } from '#core/share.ts'
import type { Texts } from '#locales/texts.ts'
import type { AcceptResult, IdempotencyKey, ShareStore } from '#ports/store/shares.ts'
import type { AcceptOptions, FrontEnd } from '../engine.ts'
import { hashRequest } from './request.ts'

const DAY_MS = 24 * 3_600_000

/** What a share came to that was taken, now or before under the same key. */
export interface Taken {
  readonly share: Share
  readonly replayed: boolean
  /** Its deliveries that are new; none where it was taken before. */
  readonly added: readonly Delivery[]
}

/** API clients repeat within a day; platforms deliver an update again within a fortnight. */
const KEY_TTL_MS: Readonly<Record<FrontEnd, number>> = {
  api: DAY_MS,
  cli: DAY_MS,
  web: 14 * DAY_MS,
  console: 14 * DAY_MS,
  telegram: 14 * DAY_MS,
  slack: 14 * DAY_MS,
  matrix: 14 * DAY_MS,
}

/**
 * The key that a request is accepted under, once; null where it brought none. `request`: all that makes it
 * another.
 */
export function keyOf(
  options: AcceptOptions,
  ...request: readonly unknown[]
): IdempotencyKey | null {
  if (options.idempotencyKey === undefined) return null
  return {
    key: `${options.frontEnd}:${options.idempotencyKey}`,
    hash: hashRequest(...request),
    ttlMs: KEY_TTL_MS[options.frontEnd],
  }
}

/** What the key took before, or null. Throws `idempotency_mismatch` where that was another request. */
export async function replayed(
  shares: ShareStore,
  account: AccountId,
  idempotency: IdempotencyKey | null,
  texts: Texts,
): Promise<Taken | null> {
  if (!idempotency) return null
  const found = await shares.findByKey(account, idempotency.key, idempotency.hash)
  return found && takenOrThrow(found, texts)
}

/** The share that the store took; throws `idempotency_mismatch` or `over_quota`. */
export function takenOrThrow(result: AcceptResult, texts: Texts): Taken {
  switch (result.kind) {
    case 'accepted':
      return { share: result.share, replayed: false, added: result.added }
    case 'replayed':
      return { share: result.share, replayed: true, added: [] }
    case 'mismatch':
      throw new PassalongError('idempotency_mismatch', texts('refusal.key_reused'))
    case 'over-quota':
      throw new PassalongError(
        'over_quota',
        texts(
          result.which === 'messages' ? 'refusal.quota_messages' : 'refusal.quota_new_endpoints',
          { limit: result.limit },
        ),
        { retryAfterMs: result.retryAfterMs },
      )
    default:
      return result satisfies never
  }
}
