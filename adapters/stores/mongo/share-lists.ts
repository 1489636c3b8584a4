import type { mongo } from 'mongoose'
import type { Database } from './database.ts'
import type { Senders } from './senders.ts'
import { type ShareDocument, WITHOUT_PARTS } from './share-document.ts'
import type { ShareTable } from './share-table.ts'

/**
 * An account's shares in order. They are numbered, so that a page is a range of an index whatever came before it.
 * Numbers may be missing (a share that was refused after all), and pages be short.
 */
export interface ShareLists {
  /** Newest first, so many numbers at a time; `before`: below that number, null from the newest on. */
  pagesDown(
    account: string,
    size: number,
    before?: number | null,
  ): AsyncGenerator<readonly ShareDocument[]>
  /** Oldest first. */
  pagesUp(account: string, size: number): AsyncGenerator<readonly ShareDocument[]>
}

export function createShareLists(
  db: Database,
  shares: ShareTable,
  senders: Pick<Senders, 'last'>,
): ShareLists {
  /** Those numbered above `after`, up to `to`, in order. */
  const range = async (
    account: string,
    after: number,
    to: number,
  ): Promise<readonly ShareDocument[]> => {
    const filter = { account, seq: { $gt: after, $lte: to } } as mongo.Filter<ShareDocument>
    const query = shares.collection.find(filter).project<ShareDocument>(WITHOUT_PARTS)
    const found = await db.attempt(() => query.toArray())
    return found.toSorted((a, b) => a.seq - b.seq)
  }

  return {
    async *pagesDown(account, size, before = null) {
      let to = before === null ? await senders.last(account) : before - 1
      for (; to > 0; to -= size) yield (await range(account, to - size, to)).toReversed()
    },
    async *pagesUp(account, size) {
      const last = await senders.last(account)
      for (let after = 0; after < last; after += size) {
        yield await range(account, after, after + size)
      }
    },
  }
}
