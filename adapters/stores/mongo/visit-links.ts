import type { Code } from '#core/ids.ts'
import type { Share } from '#core/share.ts'
import type { AccountStore } from '#ports/store/accounts.ts'
import type { Link } from '#ports/store/visits.ts'
import type { MongoConsent } from './consent.ts'
import type { Database } from './database.ts'
import type { DeliveryDocument } from './delivery-document.ts'
import type { DeliveryTable } from './delivery-table.ts'
import { type GatherLimits, gather } from './gather.ts'
import type { ShareTable } from './share-table.ts'

/** Other parts of the store, of which a link is made. */
export interface LinkSources {
  readonly deliveries: DeliveryTable
  readonly shares: ShareTable
  readonly accounts: Pick<AccountStore, 'get'>
  readonly consent: Pick<MongoConsent, 'untrackedAmong'>
}

/** A code takes four questions, however many codes there are. */
const CODES: GatherLimits = { most: 500, atOnce: 1 }

/** Finds what codes lead to: the deliveries first, then all around them at once. */
export function createLinkReader(
  db: Database,
  { deliveries, shares, accounts, consent }: LinkSources,
): (code: Code) => Promise<Link | null> {
  async function senderNames(
    found: readonly DeliveryDocument[],
  ): Promise<ReadonlyMap<string, string>> {
    const ids = [...new Set(found.map(({ account }) => account))]
    const senders = await Promise.all(ids.map((id) => accounts.get(id)))
    return new Map(ids.map((id, i) => [id, senders[i]?.displayName ?? '']))
  }

  return gather<Code, Link | null>(async (codes) => {
    const query = deliveries.collection.find({ code: { $in: [...new Set(codes)] } })
    const found = await db.attempt(() => query.toArray())
    const [sharesById, names, untracked] = await Promise.all([
      shares.getAll(found.map(({ share }) => share)),
      senderNames(found),
      consent.untrackedAmong(found.map(({ endpoint }) => endpoint)),
    ])
    const links = new Map<Code, Link>()
    for (const delivery of found) {
      const share = sharesById.get(delivery.share)
      if (!share) continue
      const senderName = names.get(delivery.account) ?? ''
      links.set(
        delivery.code,
        linkOf(delivery, share, senderName, untracked.has(delivery.endpoint)),
      )
    }
    return codes.map((code) => links.get(code) ?? null)
  }, CODES)
}

function linkOf(
  delivery: DeliveryDocument,
  share: Share,
  senderName: string,
  untracked: boolean,
): Link {
  return {
    code: delivery.code,
    delivery: delivery._id,
    share: share.id,
    account: share.account,
    target: share.target,
    note: share.note,
    senderName,
    tracking: share.tracking === 'full' && untracked ? 'counts' : share.tracking,
    channel: delivery.channel,
    via: delivery.via ?? null,
    state: delivery.state,
    acceptedAt: delivery.acceptedAt ?? null,
    expiresAt: share.expiresAt,
    recalled: share.recalledAt !== null || delivery.recalledAt !== undefined,
    endpoint: delivery.endpoint,
  }
}
