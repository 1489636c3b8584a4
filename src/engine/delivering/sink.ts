import { endpointOf } from '#core/address.ts'
import type { ChannelSink, Reply } from '#ports/channel.ts'
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

/** Takes what comes back on a channel's own connection; each answer means stored. */
export function createSink(deps: SinkDeps): ChannelSink {
  const { store, keys } = deps
  return {
    async receipt(receipt) {
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
