import type { Address } from '#core/address.ts'
import type { Reach } from '#ports/channel.ts'
import type { Database } from './database.ts'

/** What channels learned about addresses, within a `read` or `write` of the database. */
export interface ReachTable {
  get(address: Address): Reach | null
  put(address: Address, reach: Reach): void
  drop(address: Address): void
}

export function createReachTable(db: Database): ReachTable {
  const get = db.prepare('SELECT data FROM reach WHERE channel = ? AND value = ?')
  const put = db.prepare(`
    INSERT INTO reach (channel, value, data) VALUES (?, ?, ?)
    ON CONFLICT (channel, value) DO UPDATE SET data = excluded.data`)
  const drop = db.prepare('DELETE FROM reach WHERE channel = ? AND value = ?')
  return {
    get({ channel, value }) {
      const row = get.get(channel, value) as { data: string } | undefined
      return row ? JSON.parse(row.data) : null
    },
    put({ channel, value }, reach) {
      put.run(channel, value, JSON.stringify(reach))
    },
    drop({ channel, value }) {
      drop.run(channel, value)
    },
  }
}
