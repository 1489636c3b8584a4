import { connectionKey } from '#core/address.ts'
import type { Instant } from '#core/ids.ts'
import type { ConnectionStore } from '#ports/store/connections.ts'
import type { MemoryDeps } from './state.ts'

export function createMemoryConnections({ state, now }: MemoryDeps): ConnectionStore {
  return {
    async pause(connection, detail) {
      const key = connectionKey(connection)
      const earlier = state.down.get(key)
      state.down.set(key, { connection, since: earlier?.since ?? now(), detail })
      return earlier === undefined
    },
    async resume(connection) {
      return state.down.delete(connectionKey(connection))
    },
    async down() {
      return [...state.down.values()]
    },
    async hold(name, holder, leaseMs) {
      const at = now()
      const held = state.held.get(name)
      if (held && held.holder !== holder && held.until > at) return false
      state.held.set(name, { holder, until: (at + leaseMs) as Instant })
      return true
    },
    async release(name, holder) {
      if (state.held.get(name)?.holder === holder) state.held.delete(name)
    },
  }
}
