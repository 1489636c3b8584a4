import type { mongo } from 'mongoose'
import type { ShareId } from '#core/ids.ts'
import type { Share } from '#core/share.ts'
import type { ShareFate } from '../stored-delivery.ts'
import type { Database } from './database.ts'
import { gather, TOGETHER } from './gather.ts'
import { type ShareDocument, shareOf, shareSchema, WITHOUT_PARTS } from './share-document.ts'

/** The documents of shares, as far as others ask for them. */
export interface ShareTable {
  readonly collection: mongo.Collection<ShareDocument>
  get(id: ShareId): Promise<Share | null>
  getAll(ids: Iterable<ShareId>): Promise<ReadonlyMap<ShareId, Share>>
  /** How far the status of shares has come. */
  revisions(ids: Iterable<ShareId>): Promise<ReadonlyMap<ShareId, number>>
  /** Whether shares were taken back. */
  fates(ids: Iterable<ShareId>): Promise<ReadonlyMap<ShareId, ShareFate>>
}

export function createShareTable(db: Database): ShareTable {
  const collection = db.collection('shares', shareSchema)
  const among = (ids: Iterable<ShareId>) => ({ _id: { $in: [...new Set(ids)] } })

  async function getAll(ids: Iterable<ShareId>): Promise<ReadonlyMap<ShareId, Share>> {
    const query = collection.find(among(ids)).project<ShareDocument>(WITHOUT_PARTS)
    const found = await db.attempt(() => query.toArray())
    return new Map(found.map((document) => [document._id, shareOf(document)]))
  }

  return {
    collection,
    getAll,
    get: gather<ShareId, Share | null>(async (ids) => {
      const found = await getAll(ids)
      return ids.map((id) => found.get(id) ?? null)
    }, TOGETHER),
    async revisions(ids) {
      const query = collection
        .find(among(ids))
        .project<Pick<Share, 'revision'> & { _id: ShareId }>({ revision: 1 })
      const found = await db.attempt(() => query.toArray())
      return new Map(found.map(({ _id, revision }) => [_id, revision]))
    },
    async fates(ids) {
      const query = collection
        .find(among(ids))
        .project<ShareFate & { _id: ShareId }>({ cancelledAt: 1, recalledAt: 1 })
      const found = await db.attempt(() => query.toArray())
      return new Map(found.map(({ _id, ...fate }) => [_id, fate]))
    },
  }
}
