import type { EndpointKey } from '#core/ids.ts'
import type { DeliveryStore } from '#ports/store/deliveries.ts'
import type { Database } from './database.ts'

/** How far back recents look: deliveries of the newest shares, whoever they went to. */
const RECENT_DELIVERIES = 2_000

interface RecentRow {
  readonly channel: string
  readonly value: string
  readonly recipient: string
  readonly name: string | null
}

export function createRecents(db: Database): Pick<DeliveryStore, 'recents' | 'known'> {
  const newest = db.prepare(`
    SELECT d.channel, d.value, d.recipient, d.name
    FROM share AS s CROSS JOIN delivery AS d ON d.share = s.id
    WHERE s.account = ? AND d.recipient IS NOT NULL AND d.channel <> 'carry'
    ORDER BY s.created_at DESC, s.id DESC, d.n LIMIT ${RECENT_DELIVERIES}`)
  const known = db.prepare('SELECT 1 FROM known_endpoint WHERE account = ? AND endpoint = ?')

  return {
    recents: (account, limit) =>
      db.read(() => {
        const found = new Map<string, { recipient: string; name: string | null }>()
        for (const row of newest.all(account) as unknown as RecentRow[]) {
          if (found.size >= limit) break
          const key = `${row.channel}/${row.value}`
          if (!found.has(key)) found.set(key, { recipient: row.recipient, name: row.name })
        }
        return [...found.values()]
      }),
    known: (account, endpoints) =>
      db.read(() => {
        const isKnown = (endpoint: EndpointKey) => known.get(account, endpoint) !== undefined
        return new Set(endpoints.filter(isKnown))
      }),
  }
}
