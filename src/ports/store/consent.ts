import type { AccountId, EndpointKey, Instant } from '#core/ids.ts'

/** `stop`: the recipient's word. `bounce`: the provider's, which expires. */
export type SuppressionKind = 'stop' | 'bounce'

/** An endpoint that must not be written to. */
export interface Suppression {
  readonly endpoint: EndpointKey
  /** Null: by all senders. */
  readonly account: AccountId | null
  readonly kind: SuppressionKind
  readonly since: Instant
  readonly until: Instant | null
}

/** What recipients wish, by endpoint. Outlives shares and accounts, and what blanking takes. */
export interface ConsentStore {
  /** Idempotent; a later `until` replaces an earlier one. */
  suppress(
    endpoint: EndpointKey,
    account: AccountId | null,
    kind: SuppressionKind,
    forMs: number | null,
  ): Promise<void>
  /** Lifts suppressions of that kind: one sender's, all senders' (`account` null), or every one (`all`). */
  lift(
    endpoint: EndpointKey,
    account: AccountId | null | 'all',
    kind: SuppressionKind,
  ): Promise<void>
  /** What stands for the endpoint now. */
  of(endpoint: EndpointKey): Promise<readonly Suppression[]>
  /** The recipient wishes not to be tracked: their visits are counted, never named. */
  setUntracked(endpoint: EndpointKey, untracked: boolean): Promise<void>
  isUntracked(endpoint: EndpointKey): Promise<boolean>
}
