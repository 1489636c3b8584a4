import type { mongo } from 'mongoose'
import type { AccountId, Instant, ShareId } from '#core/ids.ts'
import type { AcceptResult, IdempotencyKey } from '#ports/store/shares.ts'
import type { Database } from './database.ts'
import { type KeyPart, type ShareDocument, shareOf } from './share-document.ts'

/** What an idempotency key says that took a request before. */
export type Taken = Extract<AcceptResult, { kind: 'replayed' | 'mismatch' }>

/** Idempotency keys; each stands in the share that it took. */
export interface Keys {
  /** Null: the key is free. */
  taken(account: AccountId, key: Pick<IdempotencyKey, 'key' | 'hash'> | null): Promise<Taken | null>
  /** Frees the key where its time is over. */
  free(account: AccountId, key: string): Promise<void>
  /** Frees the keys of at most so many shares whose time is over. */
  freeLapsed(limit: number): Promise<void>
}

export function keyPart(
  account: AccountId,
  { key, hash, ttlMs }: IdempotencyKey,
  now: Instant,
): KeyPart {
  return { id: keyId(account, key), hash, until: (now + ttlMs) as Instant }
}

export function createKeys(db: Database, shares: mongo.Collection<ShareDocument>): Keys {
  const holderOf = (id: string) =>
    db.attempt(() => shares.findOne({ 'keys.id': id } as mongo.Filter<ShareDocument>))

  /** `last`: no other key stands beside. An empty list would stand in the index of keys. */
  const remove = async (filter: object, part: object, last: object): Promise<void> => {
    const all = { $and: [filter, last] } as mongo.Filter<ShareDocument>
    await db.attempt(() => shares.updateMany(all, { $unset: { keys: 1 } }))
    const pull = { $pull: { keys: part } } as unknown as mongo.UpdateFilter<ShareDocument>
    await db.attempt(() => shares.updateMany(filter as mongo.Filter<ShareDocument>, pull))
  }

  return {
    async taken(account, key) {
      if (!key) return null
      const id = keyId(account, key.key)
      const [now, holder] = await Promise.all([db.readNow(), holderOf(id)])
      const part = holder?.keys?.find((one) => one.id === id)
      if (!holder || !part || part.until <= now) return null
      return part.hash === key.hash
        ? { kind: 'replayed', share: shareOf(holder) }
        : { kind: 'mismatch' }
    },
    async free(account, key) {
      const part = { id: keyId(account, key), until: { $lte: await db.readNow() } }
      await remove({ keys: { $elemMatch: part }, 'keys.id': part.id }, part, { keys: { $size: 1 } })
    },
    async freeLapsed(limit) {
      const now = await db.readNow()
      const lapsed = { 'keys.until': { $lte: now } } as mongo.Filter<ShareDocument>
      const found = await db.attempt(() =>
        shares.find(lapsed).project<{ _id: ShareId }>({ _id: 1 }).limit(limit).toArray(),
      )
      if (found.length === 0) return
      const among = { ...lapsed, _id: { $in: found.map(({ _id }) => _id) } }
      const noneStands = { keys: { $not: { $elemMatch: { until: { $gt: now } } } } }
      await remove(among, { until: { $lte: now } }, noneStands)
    },
  }
}

export function keyId(account: AccountId, key: string): string {
  return `${account}/${key}`
}
