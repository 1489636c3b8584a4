import type { Account } from '#core/account.ts'
import { hasCode } from '#core/errors.ts'
import { DEFAULT_LOCALE } from '#core/locale.ts'
import type { Delivery, Share } from '#core/share.ts'
import { textsFor } from '#locales/texts.ts'
import { linkOf } from '../delivering/write-message.ts'
import type { DeliveryView, ShareView } from '../engine.ts'
import { isClosed, routeOf } from '../routing.ts'
import { ownShare } from './actions.ts'
import type { SharingDeps } from './deps.ts'
import type { Taken } from './idempotency.ts'
import { type ViewContext, viewDelivery, viewShare } from './view.ts'

/** Reads what a view is made of, in the sender's language and by what this process knows now. */
export interface Views {
  share(share: Share, sender: Account): Promise<ShareView>
  delivery(delivery: Delivery, sender: Account): Promise<DeliveryView>
  /**
   * A share that was just accepted, or added to. Where the store cannot be read any more, it is shown with what was
   * added alone: who is told that it failed would send it again.
   */
  accepted(taken: Taken, sender: Account): Promise<ShareView>
}

/** The sender must have been checked: a share is shown to whoever is given. */
export function createViews(deps: SharingDeps): Views {
  const { store, channels, connections } = deps

  const contextFor = ({ locale }: Account): ViewContext => ({
    now: deps.clock.now(),
    smsPrices: deps.smsPrices,
    texts: textsFor(locale ?? DEFAULT_LOCALE),
    linkOf: (delivery) => linkOf(deps, delivery),
    viaOf: ({ lane }) => channels.get(lane.channel)?.via ?? lane.channel,
    isDown: ({ lane, address }) => {
      const channel = channels.get(lane.channel)
      if (!channel) return false
      return address
        ? routeOf(channel, lane, address, connections) === null
        : isClosed(channel, lane, connections)
    },
    isConfigured: ({ lane }) => channels.get(lane.channel) !== undefined,
  })

  const viewOf = async (share: Share, sender: Account): Promise<ShareView> => {
    const [deliveries, visits] = await Promise.all([
      store.deliveries.ofShare(share.id),
      store.visits.counters(share.id),
    ])
    return viewShare({ share, deliveries, visits }, contextFor(sender))
  }

  return {
    share: viewOf,
    async accepted({ share, added, replayed }, sender) {
      try {
        return await viewOf(share, sender)
      } catch (fault) {
        if (replayed || !isUnavailable(fault)) throw fault
        return viewShare({ share, deliveries: added, visits: [] }, contextFor(sender))
      }
    },
    async delivery(delivery, sender) {
      const [share, visits] = await Promise.all([
        ownShare(deps, sender, delivery.share),
        store.visits.counters(delivery.share),
      ])
      const own = visits.find((entry) => entry.delivery === delivery.id)
      return viewDelivery(share, delivery, own, contextFor(sender))
    },
  }
}

function isUnavailable(fault: unknown): boolean {
  return hasCode(fault, 'unavailable')
}
