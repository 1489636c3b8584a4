import type { Address } from '#core/address.ts'
import type { EndpointKey } from '#core/ids.ts'
import type { Reach } from '#ports/channel.ts'
import type { Database } from './database.ts'

/** What channels learned about addresses, within a `read` or `write` of the database. */
export interface ReachTable {
  get(address: Address): Reach | null
  put(address: Address, reach: Reach): void
  /** Forgets what was learned of an address, unless a delivery goes there still. */
  dropUnused(address: Address, endpoint: EndpointKey): void
}

export function createReachTable(db: Database): ReachTable {
  const get = db.prepare('SELECT data FROM reach WHERE channel = ? AND value = ?')
  const put = db.prepare(`
    INSERT INTO reach (channel, value, data) VALUES (?, ?, ?)
    ON CONFLICT (channel, value) DO UPDATE SET data = excluded.data`)
  const drop = db.prepare('DELETE FROM reach WHERE channel = ? AND value = ?')
  const inUse = db.prepare(`
    SELECT 1 FROM delivery
    WHERE endpoint = ? AND counted_at IS NOT NULL AND channel = ? AND value = ? LIMIT 1`)
  const isWanted = db.prepare(`
    SELECT 1 FROM delivery
    WHERE final_at IS NULL AND deadline_at > 0 AND channel = ? AND value = ? LIMIT 1`)
  return {
    get({ channel, value }) {
      const row = get.get(channel, value) as { data: string } | undefined
      return row ? JSON.parse(row.data) : null
    },
    put({ channel, value }, reach) {
      put.run(channel, value, JSON.stringify(reach))
    },
    dropUnused({ channel, value }, endpoint) {
      if (!get.get(channel, value) || inUse.get(endpoint, channel, value)) return
      if (!isWanted.get(channel, value)) drop.run(channel, value)
    },
  }
}
