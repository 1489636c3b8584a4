import type { Code } from '#core/ids.ts'
import type { Share } from '#core/share.ts'
import type { AccountStore } from '#ports/store/accounts.ts'
import type { ConsentStore } from '#ports/store/consent.ts'
import type { Link } from '#ports/store/visits.ts'
import type { Database } from './database.ts'
import type { DeliveryDocument } from './delivery-document.ts'
import type { DeliveryTable } from './delivery-table.ts'
import type { ShareTable } from './share-table.ts'

/** Other parts of the store, of which a link is made. */
export interface LinkSources {
  readonly deliveries: DeliveryTable
  readonly shares: ShareTable
  readonly accounts: Pick<AccountStore, 'get'>
  readonly consent: Pick<ConsentStore, 'isUntracked'>
}

/** Finds what a code leads to: the delivery first, then all around it at once. */
export function createLinkReader(
  db: Database,
  { deliveries, shares, accounts, consent }: LinkSources,
): (code: Code) => Promise<Link | null> {
  return async (code) => {
    const delivery = await db.attempt(() => deliveries.collection.findOne({ code }))
    if (!delivery) return null
    const [found, account, untracked] = await Promise.all([
      shares.getAll([delivery.share]),
      accounts.get(delivery.account),
      consent.isUntracked(delivery.endpoint),
    ])
    const share = found.get(delivery.share)
    return share ? linkOf(delivery, share, account?.displayName ?? '', untracked) : null
  }
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
