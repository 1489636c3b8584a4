import type { AcceptResult, Quota } from '#ports/store/shares.ts'

const DAY_MS = 24 * 3_600_000

/** The day that quotas count by, `YYYY-MM-DD` in UTC. */
export function quotaDay(now: number): string {
  return new Date(now).toISOString().slice(0, 10)
}

/** What an account used on a day, or what a plan adds to it. */
export interface QuotaUse {
  readonly messages: number
  readonly newEndpoints: number
}

/** The refusal, where a plan on top of what was used goes over the quota. */
export function overQuota(
  quota: Quota | null,
  used: QuotaUse,
  adds: QuotaUse,
  now: number,
): Extract<AcceptResult, { kind: 'over-quota' }> | undefined {
  if (!quota) return undefined
  const retryAfterMs = DAY_MS - (now % DAY_MS)
  if (used.messages + adds.messages > quota.messagesPerDay) {
    return { kind: 'over-quota', which: 'messages', limit: quota.messagesPerDay, retryAfterMs }
  }
  if (adds.newEndpoints > 0 && used.newEndpoints + adds.newEndpoints > quota.newEndpointsPerDay) {
    const limit = quota.newEndpointsPerDay
    return { kind: 'over-quota', which: 'new-endpoints', limit, retryAfterMs }
  }
  return undefined
}
