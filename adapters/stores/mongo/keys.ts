import type { mongo } from 'mongoose'
import type { AccountId, Instant } from '#core/ids.ts'
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
  /** Frees all keys whose time is over. */
  freeLapsed(): Promise<void>
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

  /** An empty list would stand in the index of keys. */
  const remove = async (filter: object, part: object): Promise<void> => {
    const last = { ...filter, keys: { $size: 1 } } as mongo.Filter<ShareDocument>
    await db.attempt(() => shares.updateMany(last, { $unset: { keys: 1 } }))
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
      await remove({ keys: { $elemMatch: part }, 'keys.id': part.id }, part)
    },
    async freeLapsed() {
      const until = { $lte: await db.readNow() }
      await remove({ 'keys.until': until }, { until })
    },
  }
}

export function keyId(account: AccountId, key: string): string {
  return `${account}/${key}`
}
