import mongoose from 'mongoose'
import { afterEach, describe, expect, it } from 'vitest'
import { type Database, openDatabase } from '#adapters/stores/mongo/database.ts'
import { away } from '#adapters/stores/mongo/faults.ts'
import { composeStore } from '#adapters/stores/mongo/store.ts'
import type { SharePlan } from '#ports/store/shares.ts'
import { randomBytes, testClock } from '#test/contracts/store/harness.ts'
import { extendPlan, HOUR, sharePlan } from '#test/contracts/store/plans.ts'
import { startCutProxy } from '#test/fixtures/cut-proxy.ts'
import { missingDatabase } from '#test/services/shared.ts'
import { skippedFor } from '#test/services/skipped-for.ts'
import { type TestDatabase, testDatabase } from './harness.ts'

const left: (() => Promise<unknown>)[] = []
afterEach(async () => {
  for (const close of left.splice(0).toReversed()) await close()
})

interface StoredShare {
  readonly _id: string
}

async function collections({ uri }: TestDatabase) {
  const connection = await mongoose.createConnection(uri).asPromise()
  left.push(() => connection.close())
  return {
    shares: connection.collection<StoredShare>('shares'),
    deliveries: connection.collection('deliveries'),
    receipts: connection.collection('parked_receipts'),
  }
}

/** A share whose process was killed before it had made the deliveries. */
async function unfinished(database: TestDatabase): Promise<SharePlan> {
  const { deliveries, shares } = await collections(database)
  for (let write = 1; write < 10; write++) {
    const plan = sharePlan({ to: [{}, {}] })
    const proxy = await startCutProxy(database.uri)
    left.push(proxy.close)
    const victim = await database.open(undefined, proxy.uri)
    left.push(() => victim.close().catch(() => undefined))
    proxy.arm({ write, applied: false })
    await Promise.race([victim.shares.accept(plan).catch(() => undefined), proxy.cut])
    const made = await deliveries.countDocuments({ share: plan.id })
    if (made === 0 && (await shares.findOne({ _id: plan.id }))) return plan
  }
  throw new Error('no cut left a share without its deliveries')
}

/** A database on which the deliveries of one share are never made in time. */
function givingUpOn(db: Database, share: string): Database {
  return {
    ...db,
    collection(name, schema) {
      const real = db.collection(name, schema)
      if (name !== 'deliveries') return real
      const insertMany: typeof real.insertMany = (documents, options) =>
        documents.some((one) => one.share === share)
          ? Promise.reject(away(new Error('too slow')))
          : real.insertMany(documents, options)
      return new Proxy(real, {
        get(_, key) {
          if (key === 'insertMany') return insertMany
          const value = Reflect.get(real, key)
          return typeof value === 'function' ? value.bind(real) : value
        },
      })
    },
  }
}

describe.skipIf(skippedFor(await missingDatabase()))('a repair', { timeout: 60_000 }, () => {
  it('finishes other shares where one of them cannot be finished, and says so', async () => {
    const database = await testDatabase()
    const store = await database.open()
    left.push(store.close)
    const plans = [await unfinished(database), await unfinished(database)] as const
    const { shares, deliveries } = await collections(database)
    const [broken, other] = plans.toSorted((a, b) => (a.id < b.id ? -1 : 1)) as [
      SharePlan,
      SharePlan,
    ]
    await shares.updateOne({ _id: broken.id }, { $set: { 'plans.0.contents': 'not to be read' } })
    await expect(store.shares.repair(10)).rejects.toThrow('could not be finished')
    expect(await deliveries.countDocuments({ share: other.id })).toBe(2)
  })

  it('reads one share’s plans at a time, however many are unfinished', async () => {
    const database = await testDatabase()
    const plans = [await unfinished(database), await unfinished(database)]
    const db = await openDatabase({ uri: () => `${database.uri}?monitorCommands=true` })
    left.push(db.close)
    const store = composeStore(db, { randomBytes })
    const read: number[] = []
    db.connection.getClient().on('commandSucceeded', ({ reply }) => {
      const found: readonly { plans?: unknown }[] = Object(reply).cursor?.firstBatch ?? []
      read.push(found.filter((one) => one.plans).length)
    })
    expect(await store.shares.repair(10)).toBe(2)
    expect(Math.max(...read)).toBe(1)
    for (const { id } of plans) expect(await store.deliveries.ofShare(id)).toHaveLength(2)
  })

  it('goes on with what is left where the database gives up on one share, and with the rest', async () => {
    const database = await testDatabase()
    const plans = [await unfinished(database), await unfinished(database)]
    const clock = testClock(Date.now())
    const db = await openDatabase({ uri: () => database.uri }, () => ({ $toLong: clock.now() }))
    left.push(db.close)
    const { shares, deliveries } = await collections(database)
    const [first] = await shares.find({ 'plans.first': { $gte: 0 } } as never).toArray()
    const store = composeStore(givingUpOn(db, first!._id), { randomBytes })
    const idempotency = { key: 'api:1', hash: 'a', ttlMs: HOUR }
    await store.shares.accept(sharePlan({ idempotency }))
    clock.advance(2 * HOUR)
    for (let i = 0; i < 2; i++) await expect(store.shares.repair(10)).rejects.toThrow('be finished')
    expect(await shares.countDocuments({ keys: { $exists: true } } as never)).toBe(0)
    const other = plans.find(({ id }) => id !== first!._id)
    expect(await deliveries.countDocuments({ share: other?.id })).toBe(2)
  })

  it('frees lapsed keys and forgets old receipts in pages, however many there are', async () => {
    const clock = testClock()
    const database = await testDatabase()
    const store = await database.open(clock.now)
    left.push(store.close)
    const { shares, receipts } = await collections(database)
    const keyed = (key: string, ttlMs: number) => ({ idempotency: { key, hash: 'a', ttlMs } })
    const plans = Array.from({ length: 5 }, (_, i) => sharePlan(keyed(`first ${i}`, HOUR)))
    for (const plan of plans) {
      await store.shares.accept(plan)
      await store.shares.extend(extendPlan(plan.id, plan.account, [{}], keyed('second', HOUR)))
    }
    const [standing] = plans
    const lasting = keyed('third', 9 * HOUR)
    await store.shares.extend(extendPlan(standing!.id, standing!.account, [{}], lasting))
    const old = Array.from({ length: 1_203 }, (_, i) => ({ _id: `r${i}`, at: clock.now() }))
    await receipts.insertMany(old as never)
    clock.advance(2 * HOUR)
    const lapsed = () => shares.countDocuments({ 'keys.until': { $lte: clock.now() } } as never)
    await store.shares.repair(2)
    expect(await lapsed()).toBe(3)
    await store.shares.repair(2)
    await store.shares.repair(2)
    expect(await lapsed()).toBe(0)
    expect(await shares.countDocuments({ keys: { $exists: true } } as never)).toBe(1)
    expect(await store.shares.findByKey(standing!.account, 'third', 'a')).not.toBeNull()
    expect(await store.deliveries.unpark(HOUR)).toBe(1_203)
  })
})
