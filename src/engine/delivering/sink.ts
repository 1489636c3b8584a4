import { endpointOf } from '#core/address.ts'
import { BOUNCE_MS } from '#core/delivery.ts'
import type { ChannelSink, Receipt, Reply } from '#ports/channel.ts'
import type { Store } from '#ports/store/store.ts'
import type { Keys } from '../keys.ts'

interface SinkDeps {
  readonly store: Store
  readonly keys: Keys
  takeReply(reply: Reply): Promise<void>
  /** There may be due work. */
  ring(): void
  onChange(): void
}

/** Keeps everybody from writing to the endpoint of the delivery that a receipt is for. */
async function suppressNamed(store: Store, { connection, providerId }: Receipt): Promise<void> {
  const delivery = await store.deliveries.named(connection, providerId)
  if (delivery) await store.consent.suppress(delivery.endpoint, null, 'bounce', BOUNCE_MS)
}

/** Takes what comes back on a channel's own connection; each answer means stored. */
export function createSink(deps: SinkDeps): ChannelSink {
  const { store, keys } = deps
  return {
    async receipt(receipt) {
      // First, so that the provider's repetition finds it undone where the rest fails.
      if (receipt.verdict.suppress) await suppressNamed(store, receipt)
      if ((await store.deliveries.receipt(receipt)) === 'applied') deps.onChange()
    },
    reply: deps.takeReply,
    async stop(from, scope) {
      const endpoint = keys.endpoint(endpointOf(from))
      if (scope === 'all') await store.consent.suppress(endpoint, null, 'stop', null)
      else await store.consent.lift(endpoint, 'all', 'stop')
    },
    async reach(address, reach) {
      if ((await store.deliveries.wake(address, reach)) === 0) return
      deps.onChange()
      deps.ring()
    },
  }
}
