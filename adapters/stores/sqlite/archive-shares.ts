import type { ArchivedShare, ArchivePage, ArchivePosition } from '#ports/store/archive.ts'
import { type Position, positionOf, positionText } from './archive-position.ts'
import type { Database } from './database.ts'
import { SHARE_COLUMNS, type ShareRow, shareOf } from './rows.ts'

const PAGE = 500

type Keys = ArchivedShare['keys']

export interface ShareReading {
  read(after: ArchivePosition | null): AsyncGenerator<ArchivePage<'share'>>
  count(): number
}

/** Shares by account and time, with what stands of them in other tables. */
export function createShareReading(db: Database): ShareReading {
  const first = db.prepareTuples(`
    SELECT ${SHARE_COLUMNS}, next_n FROM share ORDER BY account, created_at, id LIMIT ${PAGE}`)
  const next = db.prepareTuples(`
    SELECT ${SHARE_COLUMNS}, next_n FROM share WHERE (account, created_at, id) > (?, ?, ?)
    ORDER BY account, created_at, id LIMIT ${PAGE}`)
  const before = db.prepare(`
    SELECT count(*) AS n FROM share WHERE account = ? AND (created_at, id) <= (?, ?)`)
  const all = db.prepare('SELECT count(*) AS n FROM share')
  const keys = db.prepare('SELECT share, key, hash, until_at AS until FROM idempotency')

  /** A key lasts for days: there are few, beside the shares of years. */
  function keysByShare(): ReadonlyMap<string, Keys> {
    const found = new Map<string, Keys[number][]>()
    for (const { share, ...key } of keys.all() as unknown as (Keys[number] & { share: string })[]) {
      found.set(share, [...(found.get(share) ?? []), key])
    }
    return found
  }

  function placeOf(position: Position | null): { account: string; nth: number } {
    if (!position) return { account: '', nth: 0 }
    const [account = '', at = 0, id = ''] = position
    return { account: String(account), nth: Number(before.get(account, at, id)?.n) }
  }

  async function* read(after: ArchivePosition | null): AsyncGenerator<ArchivePage<'share'>> {
    const taken = await db.read(keysByShare)
    let position = positionOf(after)
    let place = placeOf(position)
    for (;;) {
      const from = position
      const rows = await db.read(
        () => (from ? next.all(...from) : first.all()) as unknown as (readonly unknown[])[],
      )
      const records = rows.map((row): ArchivedShare => {
        const share = shareOf(row as unknown as ShareRow)
        const nth = share.account === place.account ? place.nth + 1 : 1
        place = { account: share.account, nth }
        return { share, nth, nextN: row.at(-1) as number, keys: taken.get(share.id) ?? [] }
      })
      const last = records.at(-1)?.share
      if (!last) return
      position = [last.account, last.createdAt, last.id]
      yield { records, position: positionText(position) }
    }
  }

  return { read, count: () => Number(all.get()?.n) }
}
