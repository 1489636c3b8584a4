import type { DeliveryStore } from '#ports/store/deliveries.ts'
import { toKey } from './delivery-document.ts'
import type { Read } from './delivery-table.ts'
import type { ShareDocument } from './share-document.ts'
import type { ShareLists } from './share-lists.ts'
import type { WholeShares } from './whole-shares.ts'

/** How far back recents look: deliveries of the newest shares, whoever they went to. */
const RECENT_DELIVERIES = 2_000
/** So many shares are read together, where they have few deliveries; so many pages of them at most. */
const PAGE = 20
const PAGES = 10
/** Deliveries that are read together, but for a share that has more by itself. */
const READ_AT_ONCE = 500

export function createRecents(
  lists: ShareLists,
  whole: WholeShares,
): Pick<DeliveryStore, 'recents'> {
  async function* newest(account: string): AsyncGenerator<Read> {
    let pages = 0
    for await (const shares of lists.pagesDown(account, PAGE)) {
      for (const some of groupsOf(shares)) {
        const deliveries = await Promise.all(some.map(({ _id }) => whole.deliveries(_id)))
        yield* deliveries.flat()
      }
      if (++pages === PAGES) return
    }
  }

  return {
    async recents(account, limit) {
      const found = new Map<string, { recipient: string; name: string | null }>()
      let seen = 0
      for await (const { delivery } of newest(account)) {
        if (found.size >= limit || ++seen > RECENT_DELIVERIES) break
        const { address, recipient, name } = delivery
        if (!address || address.channel === 'carry' || recipient === null) continue
        if (found.has(toKey(address))) continue
        found.set(toKey(address), { recipient, name })
      }
      return [...found.values()]
    },
  }
}

/** In order, as many together as have few deliveries among them. */
function groupsOf(shares: readonly ShareDocument[]): readonly (readonly ShareDocument[])[] {
  const groups: ShareDocument[][] = []
  let room = 0
  for (const share of shares) {
    if (share.deliveries > room) {
      groups.push([])
      room = READ_AT_ONCE
    }
    groups.at(-1)?.push(share)
    room -= share.deliveries
  }
  return groups
}
