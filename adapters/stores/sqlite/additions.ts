import { PassalongError } from '#core/errors.ts'
import type { Instant, ShareId } from '#core/ids.ts'
import type { Delivery, Share } from '#core/share.ts'
import type { AcceptResult, IdempotencyKey, SharePlan } from '#ports/store/shares.ts'
import { dueInstant, plannedStep } from '../plan-steps.ts'
import { overQuota, type QuotaUse, quotaDay } from '../quota.ts'
import { viewOf } from '../stored-delivery.ts'
import type { Database } from './database.ts'
import type { DeliveryTable } from './delivery-table.ts'

/** What accepting a share and extending one have in common. */
export type Addition = Pick<
  SharePlan,
  'deliveries' | 'due' | 'deadlineMs' | 'idempotency' | 'quota'
>

/** What an idempotency key says that took a request before. */
export type Taken = Extract<AcceptResult, { kind: 'replayed' | 'mismatch' }>

/** Parts of accepting and extending, each within a write of the database. */
export interface Additions {
  /** Null: the key is free. */
  taken(account: string, key: Pick<IdempotencyKey, 'key' | 'hash'> | null): Taken | null
  refusal(account: string, addition: Addition, now: Instant): AcceptResult | undefined
  /** Returns the deliveries that it made. */
  add(share: Share, firstN: number, addition: Addition, now: Instant): readonly Delivery[]
}

export function createAdditions(db: Database, table: DeliveryTable): Additions {
  const take = db.prepare(`
    INSERT INTO idempotency (account, key, hash, share, until_at) VALUES (?, ?, ?, ?, ?)
    ON CONFLICT (account, key) DO UPDATE SET hash = excluded.hash, share = excluded.share,
      until_at = excluded.until_at`)
  const taken = db.prepare(`
    SELECT hash, share FROM idempotency WHERE account = ? AND key = ? AND until_at > ?`)
  const used = db.prepare(`
    SELECT messages, new_endpoints AS newEndpoints FROM quota_use WHERE account = ? AND day = ?`)
  const use = db.prepare(`
    INSERT INTO quota_use (account, day, messages, new_endpoints) VALUES (?, ?, ?, ?)
    ON CONFLICT (account, day) DO UPDATE SET messages = messages + excluded.messages,
      new_endpoints = new_endpoints + excluded.new_endpoints`)
  const isKnown = db.prepare('SELECT 1 FROM known_endpoint WHERE account = ? AND endpoint = ?')
  const know = db.prepare('INSERT OR IGNORE INTO known_endpoint (account, endpoint) VALUES (?, ?)')

  const usedToday = (account: string, now: number): QuotaUse =>
    (used.get(account, quotaDay(now)) as QuotaUse | undefined) ?? { messages: 0, newEndpoints: 0 }

  return {
    taken(account, key) {
      const row = key && taken.get(account, key.key, db.now())
      if (!row) return null
      const found = row.hash === key.hash ? table.share(row.share as ShareId) : undefined
      return found ? { kind: 'replayed', share: found } : { kind: 'mismatch' }
    },
    refusal(account, addition, now) {
      if (!addition.quota) return undefined
      const endpoints = new Set(addition.deliveries.map(({ endpoint }) => endpoint))
      let newEndpoints = 0
      for (const endpoint of endpoints) if (!isKnown.get(account, endpoint)) newEndpoints++
      const adds = { messages: addition.deliveries.length, newEndpoints }
      return overQuota(addition.quota, usedToday(account, now), adds, now)
    },
    add(to, firstN, addition, now) {
      const { deadlineMs, idempotency, deliveries } = addition
      const times = { dueAt: dueInstant(addition.due, now), deadlineMs, now }
      let newEndpoints = 0
      const added: Delivery[] = []
      for (const planned of deliveries) {
        if (planned.lane.channel !== planned.address.channel) throw laneFault()
        const delivery = plannedStep(to, planned, firstN + planned.n, times)
        table.insert(delivery)
        added.push(viewOf(delivery, now))
        newEndpoints += Number(know.run(to.account, planned.endpoint).changes)
      }
      use.run(to.account, quotaDay(now), deliveries.length, newEndpoints)
      if (idempotency) {
        const { key, hash, ttlMs } = idempotency
        take.run(to.account, key, hash, to.id, now + ttlMs)
      }
      return added
    },
  }
}

function laneFault(): PassalongError {
  return new PassalongError('internal', 'A delivery goes by the lane of its own channel.')
}
