import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { openSqliteArchive, type SqliteArchive } from '#adapters/stores/sqlite/archive.ts'
import { queriesOf, READINGS } from '#adapters/stores/sqlite/archive-readings.ts'
import { deliveryId } from '#core/ids.ts'
import {
  ARCHIVE_KINDS,
  type ArchiveKind,
  type ArchivePage,
  VISITS_PER_PART,
} from '#ports/store/archive.ts'
import { randomBytes, testClock } from '#test/contracts/store/harness.ts'
import { sharePlan, someAccount } from '#test/contracts/store/plans.ts'
import { aVisit } from '#test/fixtures/visits.ts'
import { enrich } from '#test/moving/rich-store.ts'
import { type TempFolder, tempFolder } from './harness.ts'

const SHARES = 600
/** Of one share; more than are read at a time. */
const PARTS = 130

let folder: TempFolder
let archive: SqliteArchive

beforeAll(async () => {
  folder = tempFolder()
  const clock = testClock()
  archive = openSqliteArchive(join(folder.path, 'data'), { clock, randomBytes })
  await enrich(archive.store)
  const senders = [someAccount(), someAccount()]
  const plans = Array.from({ length: SHARES }, (_, i) => {
    const account = senders[i % 2] ?? someAccount()
    return sharePlan({ account, idempotency: { key: `k${i}`, hash: 'h', ttlMs: 1_000 } })
  })
  await Promise.all(plans.map((plan) => archive.store.shares.accept(plan)))
  // Merged in groups that are no multiple of a part.
  const visited = plans.slice(0, 3).map(({ id }) => deliveryId(id, 0))
  const size = 50
  for (let seq = 1; seq <= Math.ceil((PARTS * VISITS_PER_PART) / size); seq++) {
    const visits = visited.flatMap((delivery, share) =>
      Array.from({ length: share === 0 ? size : 3 }, () => aVisit({ delivery, visitor: `${seq}` })),
    )
    await archive.store.visits.append([{ writer: 'w2', seq, visits, reclassed: [] }])
    if (seq % 7 === 0) await archive.store.visits.fold(7)
  }
  await archive.settle()
})
afterAll(async () => {
  await archive.close()
  folder.remove()
})

async function pagesOf(
  kind: ArchiveKind,
  after: string | null,
): Promise<ArchivePage<ArchiveKind>[]> {
  const pages: ArchivePage<ArchiveKind>[] = []
  for await (const page of archive.read(kind, after)) pages.push(page)
  return pages
}

const recordsOf = (pages: readonly ArchivePage<ArchiveKind>[]): unknown[] =>
  pages.flatMap(({ records }) => records)

describe('what an archive reads', () => {
  test.each(ARCHIVE_KINDS)(
    '%s: as many as it counts, and the rest of it from any page on',
    async (kind) => {
      const pages = await pagesOf(kind, null)
      const all = recordsOf(pages)
      expect(all.length).toBeGreaterThan(0)
      expect(all).toHaveLength(await archive.count(kind))
      expect(new Set(all.map((record) => JSON.stringify(record))).size).toBe(all.length)
      for (const [i, { position }] of pages.entries()) {
        const rest = recordsOf(await pagesOf(kind, position))
        expect(rest).toEqual(recordsOf(pages.slice(i + 1)))
      }
    },
  )

  test.each(['share', 'listed'] as const)(
    '%s comes in several pages where there is much',
    async (kind) => {
      expect((await pagesOf(kind, null)).length).toBeGreaterThan(1)
    },
  )

  test('numbers each account’s shares in the order of time', async () => {
    const nths = new Map<string, number[]>()
    for (const { share, nth } of recordsOf(await pagesOf('share', null)) as {
      share: { account: string }
      nth: number
    }[]) {
      nths.set(share.account, [...(nths.get(share.account) ?? []), nth])
    }
    for (const numbers of nths.values()) expect(numbers).toEqual(numbers.map((_, i) => i + 1))
  })

  test.each(Object.entries(READINGS))(
    '%s is read without sorting, and no row twice',
    (_kind, reading) => {
      const db = new DatabaseSync(join(folder.path, 'data', 'passalong.db'))
      const values = reading.key.map(() => 1)
      const plan = db.prepare(`EXPLAIN QUERY PLAN ${queriesOf(reading, 10).next}`).all(...values)
      db.close()
      const steps = plan.map(({ detail }) => String(detail))
      expect(steps.filter((step) => /^SCAN|TEMP B-TREE/.test(step))).toEqual([])
    },
  )
})
