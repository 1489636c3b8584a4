import type { DeliveryId } from '#core/ids.ts'
import type { KeptMessage, OutboxStore } from '#ports/store/connections.ts'
import { pageOf, positionOf } from '../cursor.ts'
import type { MemoryDeps } from './state.ts'

export function createMemoryOutbox({ state, now }: MemoryDeps): OutboxStore {
  const messageOf = (delivery: DeliveryId): KeptMessage | null => {
    const kept = state.outbox.get(delivery)
    const recipient = state.deliveries.get(delivery)?.recipient ?? null
    return kept ? { delivery, ...kept, recipient, via: 'outbox' } : null
  }
  const newestFirst = (): readonly KeptMessage[] =>
    [...state.outbox.keys()]
      .flatMap((delivery) => messageOf(delivery) ?? [])
      .sort((a, b) => b.at - a.at || (a.delivery < b.delivery ? 1 : -1))

  return {
    async keep(delivery, rendered, link) {
      if (!state.outbox.has(delivery)) state.outbox.set(delivery, { at: now(), rendered, link })
    },
    async page({ limit, cursor }) {
      const after = positionOf(cursor)
      const rest = newestFirst().filter(
        ({ at, delivery }) => !after || at < after.at || (at === after.at && delivery < after.id),
      )
      return pageOf(rest, limit, ({ at, delivery }) => ({ at, id: delivery }))
    },
    async get(delivery) {
      return messageOf(delivery)
    },
    async remove(delivery) {
      return state.outbox.delete(delivery)
    },
    async forget(olderThanMs, limit) {
      const before = now() - olderThanMs
      const old = [...state.outbox].filter(([, { at }]) => at <= before).slice(0, limit)
      for (const [delivery] of old) state.outbox.delete(delivery)
      return old.length
    },
  }
}
