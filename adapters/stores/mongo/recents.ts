import type { AccountId } from '#core/ids.ts'
import type { DeliveryStore } from '#ports/store/deliveries.ts'
import { toKey } from './delivery-document.ts'
import type { ShareLists } from './share-lists.ts'
import type { WholeShares } from './whole-shares.ts'

/** How far back recents look: deliveries of the newest shares, whoever they went to. */
const RECENT_DELIVERIES = 2_000
/** So many shares are read at a time. */
const PAGE = 10

export function createRecents(
  lists: ShareLists,
  whole: WholeShares,
): Pick<DeliveryStore, 'recents'> {
  return {
    async recents(account, limit) {
      const found = new Map<string, { recipient: string; name: string | null }>()
      let seen = 0
      for await (const share of lists.newestFirst(account as AccountId, PAGE)) {
        for (const { delivery } of await whole.deliveries(share._id)) {
          if (found.size >= limit || ++seen > RECENT_DELIVERIES) return [...found.values()]
          const { address, recipient, name } = delivery
          if (!address || recipient === null || found.has(toKey(address))) continue
          found.set(toKey(address), { recipient, name })
        }
      }
      return [...found.values()]
    },
  }
}
