import { setTimeout as sleep } from 'node:timers/promises'
import { afterEach, describe, expect, it } from 'vitest'
import { createChanges } from '#adapters/stores/mongo/changes.ts'
import { type Database, openDatabase } from '#adapters/stores/mongo/database.ts'
import { CALL_MS } from '#adapters/stores/mongo/deadline.ts'
import { createRevising } from '#adapters/stores/mongo/revising.ts'
import { createShareTable } from '#adapters/stores/mongo/share-table.ts'
import type { Instant } from '#core/ids.ts'
import type { RevisionMark } from '#ports/store/shares.ts'
import { acceptOne } from '#test/contracts/store/plans.ts'
import { missingDatabase } from '#test/services/shared.ts'
import { skippedFor } from '#test/services/skipped-for.ts'
import { testDatabase } from './harness.ts'

const left: (() => Promise<unknown>)[] = []
afterEach(async () => {
  for (const close of left.splice(0).toReversed()) await close()
})

/** A share, and the database it lies in. */
async function accepted() {
  const { open, uri } = await testDatabase()
  const store = await open()
  left.push(store.close)
  const db = await openDatabase({ uri: () => uri })
  left.push(db.close)
  return { store, db, share: (await acceptOne(store)).share }
}

describe.skipIf(skippedFor(await missingDatabase()))('changes', { timeout: 60_000 }, () => {
  it('are told again where they go on while a revision is raised', async () => {
    const { db, share } = await accepted()
    const changes = createChanges(db)
    const visited = [{ share, from: 0 }]
    await changes.mark(visited)
    const taken = await changes.take(10)
    expect(taken.map((one) => one.share)).toEqual([share])
    await changes.mark(visited)
    await changes.remove(taken)
    expect((await changes.take(10)).map((one) => one.share)).toEqual([share])
  })

  it('reach followers though a process stood still while it raised a revision', async () => {
    const { store, db, share } = await accepted()
    const slow: Database = {
      ...db,
      async readNow(): Promise<Instant> {
        const now = await db.readNow()
        if (raising) await frozen.promise
        return now
      },
    }
    let raising = false
    const frozen = Promise.withResolvers<void>()
    const changes = createChanges(db)
    await changes.mark([{ share, from: 0 }])
    const worker = createRevising(slow, createShareTable(db), changes)
    let mark: RevisionMark = (await store.shares.revisedSince(null, 10)).mark
    const heard = async (): Promise<boolean> => {
      const revisions = await store.shares.revisedSince(mark, 10)
      mark = revisions.mark
      return revisions.shares.some(({ id }) => id === share)
    }
    raising = true
    const revised = worker.revise(10).catch(() => [])
    await sleep(CALL_MS + 1_500)
    expect(await heard()).toBe(false)
    raising = false
    frozen.resolve()
    await revised
    await worker.revise(10)
    await expect.poll(heard, { timeout: 5_000 }).toBe(true)
  })
})
