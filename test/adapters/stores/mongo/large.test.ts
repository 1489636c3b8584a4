import { afterEach, describe, expect, it } from 'vitest'
import { createChanges } from '#adapters/stores/mongo/changes.ts'
import { openDatabase } from '#adapters/stores/mongo/database.ts'
import { createDeliveryTable } from '#adapters/stores/mongo/delivery-table.ts'
import { createShareTable } from '#adapters/stores/mongo/share-table.ts'
import { composeStore } from '#adapters/stores/mongo/store.ts'
import type { Instant } from '#core/ids.ts'
import type { Store } from '#ports/store/store.ts'
import { randomBytes } from '#test/contracts/store/harness.ts'
import {
  acceptOne,
  dueRequest,
  extendPlan,
  HOUR,
  sharePlan,
  someAccount,
} from '#test/contracts/store/plans.ts'
import { aBatch, aVisit } from '#test/fixtures/visits.ts'
import { missingDatabase } from '#test/services/shared.ts'
import { skippedFor } from '#test/services/skipped-for.ts'
import { testDatabase } from './harness.ts'

/** As many recipients as one share may have (`MAX_RECIPIENTS`), of names and addresses that take room. */
const MOST = 10_000
const LONG_NAME = '李'.repeat(100)
const DOMAIN = `${'d'.repeat(60)}.${'e'.repeat(60)}.org`

const left: (() => Promise<unknown>)[] = []
afterEach(async () => {
  for (const close of left.splice(0).toReversed()) await close()
})

async function opened(): Promise<{ store: Store; uri: string }> {
  const { open, uri } = await testDatabase()
  const store = await open()
  left.push(store.close)
  return { store, uri }
}

describe.skipIf(skippedFor(await missingDatabase()))('much at once', { timeout: 180_000 }, () => {
  it('is accepted, read and cancelled: a share of the most recipients', async () => {
    const { store } = await opened()
    const to = Array.from({ length: MOST }, (_, n) => ({
      value: `${'p'.repeat(50)}${n}@${DOMAIN}`,
      name: LONG_NAME,
    }))
    const plan = sharePlan({ to })
    expect((await store.shares.accept(plan)).kind).toBe('accepted')
    expect(await store.deliveries.ofShare(plan.id)).toHaveLength(MOST)
    expect(await store.shares.mark(plan.id, 'cancelled')).toBe(true)
    const { items } = await store.shares.page(plan.account, { limit: 1, cursor: null })
    expect(items).toMatchObject([{ states: { cancelled: MOST }, total: MOST }])
  })

  it('is not read to find whom an account wrote to last', async () => {
    const { uri } = await opened()
    const db = await openDatabase({ uri: () => `${uri}?monitorCommands=true` })
    const store = composeStore(db, { randomBytes })
    left.push(store.close)
    const account = someAccount()
    for (let i = 0; i < 4; i++) {
      await store.shares.accept(sharePlan({ account, to: Array.from({ length: 400 }, () => ({})) }))
    }
    const reads: unknown[] = []
    db.connection.getClient().on('commandStarted', ({ command }) => {
      if (command.find === 'deliveries') reads.push(command.filter)
    })
    expect(await store.deliveries.recents(account, 10)).toHaveLength(10)
    expect(reads).toHaveLength(1)
  })

  it('is merged in calls of few documents: visits of many shares', async () => {
    const { uri } = await opened()
    const place = { uri: () => `${uri}?monitorCommands=true`, portion: 2 }
    const db = await openDatabase(place)
    const store = composeStore(db, { randomBytes })
    left.push(store.close)
    const ids = await Promise.all(Array.from({ length: 5 }, () => acceptOne(store)))
    const visits = ids.map(({ id }) => aVisit({ delivery: id }))
    await store.visits.append([aBatch(1, visits, 'w')])
    const sizes: number[] = []
    db.connection.getClient().on('commandStarted', ({ command }) => {
      if (command.find === 'visit_counts' || command.insert === 'visit_counts') return
      const among = command.filter?._id?.$in ?? []
      sizes.push((command.updates ?? command.documents ?? among).length)
    })
    expect((await store.visits.fold(100)).opened).toHaveLength(5)
    expect(Math.max(...sizes)).toBe(2)
    for (const { share, id } of ids) {
      expect((await store.visits.ofShare(share, { limit: 9, cursor: null })).items).toHaveLength(1)
      expect(await store.visits.counters(share)).toMatchObject([{ delivery: id }])
    }
  })

  it('is refused, and until when is said: adding under more keys than a share has room for', async () => {
    const { store, uri } = await opened()
    const { share, account } = await acceptOne(store)
    const db = await openDatabase({ uri: () => uri })
    left.push(db.close)
    const until = ((await db.readNow()) + HOUR) as Instant
    const keys = Array.from({ length: 1_000 }, (_, i) => ({
      id: `${account}/k${i}`,
      hash: 'a',
      until,
    }))
    await createShareTable(db).collection.updateOne({ _id: share }, { $set: { keys } })
    const add = (key: string) =>
      store.shares.extend(
        extendPlan(share, account, [{}], { idempotency: { key, hash: 'a', ttlMs: HOUR } }),
      )
    const refused = await add('one more').catch((fault: unknown) => fault)
    expect(refused).toMatchObject({ code: 'over_quota', retryAfterMs: expect.any(Number) })
    expect((await add('k7')).kind).toBe('replayed')
    expect((await store.shares.extend(extendPlan(share, account, [{}]))).kind).toBe('accepted')
    expect(await store.deliveries.ofShare(share)).toHaveLength(2)
  })

  it('hides nobody who comes after it: one delivery behind another account’s many is due at once', async () => {
    const { store } = await opened()
    await store.shares.accept(sharePlan({ to: Array.from({ length: 1_000 }, () => ({})) }))
    const due = () => store.deliveries.due(dueRequest({ perLane: 5 }))
    expect(await due()).toHaveLength(5)
    const { id } = await acceptOne(store)
    expect(await due()).toHaveLength(6)
    const other = await acceptOne(store)
    expect((await due()).map((one) => one.id)).toEqual(expect.arrayContaining([id, other.id]))
  })

  it('is woken: all that waited for one recipient', async () => {
    const { store, uri } = await opened()
    const address = { channel: 'telegram', value: '@bob' } as const
    await store.shares.accept(sharePlan({ to: Array.from({ length: 3_000 }, () => address) }))
    const db = await openDatabase({ uri: () => uri })
    left.push(db.close)
    const { collection } = createDeliveryTable(db, createChanges(db))
    await collection.updateMany({}, { $set: { state: 'waiting' }, $unset: { due: 1 } })
    expect(await store.deliveries.wake(address, { chat: '7' })).toBe(3_000)
    const request = dueRequest({ channels: ['telegram'], perLane: 5_000 })
    expect(await store.deliveries.due(request)).toHaveLength(3_000)
  })
})
