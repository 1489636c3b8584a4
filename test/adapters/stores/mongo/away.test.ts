import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createMongoStore } from '#adapters/stores/mongo/store.ts'
import { deliveryId } from '#core/ids.ts'
import type { Store } from '#ports/store/store.ts'
import { randomBytes } from '#test/contracts/store/harness.ts'
import { sharePlan } from '#test/contracts/store/plans.ts'
import { type Planted, plantAccount, plantShare } from '#test/fixtures/planted-share.ts'
import { quiet } from '#test/fixtures/quiet.ts'
import { aBatch, aVisit } from '#test/fixtures/visits.ts'
import { type DocumentDb, missingDocumentDb, startDocumentDb } from '#test/services/document-db.ts'
import { skippedFor } from '#test/services/skipped-for.ts'

/** What a caller waits for at most, which is five seconds, and what a busy machine adds. */
const PATIENCE_MS = 10_000

describe.skipIf(skippedFor(missingDocumentDb()))('with its server away, a store', () => {
  let server: DocumentDb
  let store: Store
  let share: Planted

  beforeAll(async () => {
    server = await startDocumentDb()
    store = await createMongoStore(
      { uri: () => `${server.uri}away` },
      { logger: quiet, randomBytes },
    )
    share = await plantShare(store, await plantAccount(store), { recipients: 2, via: 'email' })
  }, 60_000)
  afterAll(async () => {
    await store?.close()
    await server?.stop()
  })

  async function refusedInTime(calls: Readonly<Record<string, () => Promise<unknown>>>) {
    const begun = performance.now()
    await Promise.all(
      Object.entries(calls).map(async ([name, call]) => {
        const fault = await call().catch((error: unknown) => error)
        expect(fault, name).toMatchObject({ code: 'unavailable', retryAfterMs: 5_000 })
      }),
    )
    expect(performance.now() - begun).toBeLessThan(PATIENCE_MS)
  }

  const calls = (seq: number) => ({
    check: () => store.check(),
    accept: () => store.shares.accept(sharePlan({ account: share.account.id })),
    append: () =>
      store.visits.append([aBatch(seq, [aVisit({ delivery: share.deliveries[0]! })], 'w')]),
    resolve: () => store.visits.resolve(share.codes[0]!),
    hold: () => store.connections.hold('poller', 'me', 1_000),
  })

  it('says so within five seconds where it is frozen, and what was given up does no harm later', async () => {
    await store.visits.append([aBatch(1, [aVisit({ delivery: share.deliveries[0]! })], 'w')])
    await server.freeze()
    await refusedInTime(calls(2))
    await server.thaw()
    await sleep(200)
    await calls(2).append()
    while ((await store.visits.fold(100)).more);
    const [first] = await store.visits.counters(share.id)
    expect(first?.counts.human).toBe(2)
  }, 30_000)

  it('claims what it was frozen at, for the same claim that is asked for again', async () => {
    const plan = sharePlan({ account: share.account.id })
    await store.shares.accept(plan)
    const id = deliveryId(plan.id, 0)
    const claim = () =>
      store.deliveries.claim(id, { epoch: 0, holder: 'same', leaseMs: 90_000, cap: null })
    await server.freeze()
    await refusedInTime({ claim })
    await server.thaw()
    expect(await claim()).toMatchObject({ kind: 'claimed', interrupted: false })
    expect(await claim()).toMatchObject({ kind: 'claimed', delivery: { epoch: 1, unknowns: 0 } })
  }, 30_000)

  it('says so where it was killed, and goes on by itself when it is back', async () => {
    await server.kill()
    await refusedInTime(calls(3))
    await server.restart()
    const back = async (): Promise<void> => {
      await store.check().catch(() => sleep(100).then(back))
    }
    await back()
    await calls(3).append()
    while ((await store.visits.fold(100)).more);
    const [first] = await store.visits.counters(share.id)
    expect(first?.counts.human).toBe(3)
  }, 30_000)
})
