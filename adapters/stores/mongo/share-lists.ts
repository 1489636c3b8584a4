import type { AccountId } from '#core/ids.ts'
import type { Database } from './database.ts'
import type { Senders } from './senders.ts'
import type { ShareDocument } from './share-document.ts'
import type { ShareTable } from './share-table.ts'

/**
 * An account's shares in order. They are numbered, so that a page is a range of an index whatever came before it.
 * Numbers may be missing (a share that was refused after all).
 */
export interface ShareLists {
  /** Read in pages of that many numbers; `before`: below that number, null from the newest on. */
  newestFirst(
    account: AccountId,
    page: number,
    before?: number | null,
  ): AsyncGenerator<ShareDocument>
  oldestFirst(account: AccountId, page: number): AsyncGenerator<ShareDocument>
}

export function createShareLists(
  db: Database,
  shares: ShareTable,
  senders: Pick<Senders, 'last'>,
): ShareLists {
  /** Those numbered above `after`, up to `to`, in order. */
  const range = async (
    account: AccountId,
    after: number,
    to: number,
  ): Promise<readonly ShareDocument[]> => {
    const query = shares.collection
      .find({ account, seq: { $gt: after, $lte: to } })
      .project<ShareDocument>({ plans: 0, keys: 0 })
    const found = await db.attempt(() => query.toArray())
    return found.toSorted((a, b) => a.seq - b.seq)
  }

  return {
    async *newestFirst(account, page, before = null) {
      let to = before === null ? await senders.last(account) : before - 1
      for (; to > 0; to -= page) {
        yield* (await range(account, to - page, to)).toReversed()
      }
    },
    async *oldestFirst(account, page) {
      const last = await senders.last(account)
      for (let after = 0; after < last; after += page)
        yield* await range(account, after, after + page)
    },
  }
}
