import { randomBytes } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import { describe, expect, test } from 'vitest'
import { createMongoStore } from '#adapters/stores/mongo/store.ts'
import { createStatusLoop } from '#engine/status.ts'
import type { Store } from '#ports/store/store.ts'
import { sharePlan } from '#test/contracts/store/plans.ts'
import { until } from '#test/fixtures/engine.ts'
import { quiet } from '#test/fixtures/quiet.ts'
import { freshDatabase, missingDatabase } from '#test/services/shared.ts'
import { skippedFor } from '#test/services/skipped-for.ts'

describe.skipIf(skippedFor(await missingDatabase()))('a store that names changes again', () => {
  test('has each told once, in the process that raised it and in another', async () => {
    const uri = await freshDatabase()
    const place = { uri: () => uri }
    const [store, other] = [
      await createMongoStore(place, { logger: quiet, randomBytes }),
      await createMongoStore(place, { logger: quiet, randomBytes }),
    ]
    let ready = 0
    const loops = [store, other].map((of) => {
      const watched = onFirstLook(of, () => ready++)
      return createStatusLoop({ store: watched, logger: quiet })
    })
    const told = loops.map((loop) => {
      const changes: string[] = []
      loop.subscribe(({ share, revision }) => changes.push(`${share} ${revision}`))
      loop.start()
      return changes
    })
    // Until both know from where on to look.
    await until(async () => ready === loops.length || undefined)
    const plan = sharePlan()
    await store.shares.accept(plan)
    await store.shares.mark(plan.id, 'cancelled')
    await until(async () => told.every(({ length }) => length > 0) || undefined)
    await sleep(2_000)
    expect(told.map((changes) => new Set(changes).size)).toEqual(told.map(({ length }) => length))
    await Promise.all(loops.map((loop) => loop.stop()))
    await Promise.all([store.close(), other.close()])
  })
})

/** The store itself, which says so when it was first told from where on to look. */
function onFirstLook(store: Store, tell: () => void): Store {
  let looked = false
  const { shares } = store
  return {
    ...store,
    shares: {
      ...shares,
      async revisedSince(mark, limit) {
        const raised = await shares.revisedSince(mark, limit)
        if (!looked) tell()
        looked = true
        return raised
      },
    },
  }
}
