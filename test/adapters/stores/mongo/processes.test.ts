import { afterEach, describe, expect, it } from 'vitest'
import { RIPE_MS } from '#adapters/stores/mongo/changes.ts'
import { deliveryId } from '#core/ids.ts'
import type { DueDelivery } from '#ports/store/deliveries.ts'
import type { Store } from '#ports/store/store.ts'
import { LEASE_MS, testClock } from '#test/contracts/store/harness.ts'
import {
  acceptOne,
  claimed,
  claimNow,
  DAY,
  deliveryNow,
  dueRequest,
  extendPlan,
  HOUR,
  sendOne,
  settleNow,
  sharePlan,
  someAccount,
  someAddress,
} from '#test/contracts/store/plans.ts'
import { someUser } from '#test/contracts/store/users.ts'
import { aBatch, aVisit } from '#test/fixtures/visits.ts'
import { missingDatabase } from '#test/services/shared.ts'
import { skippedFor } from '#test/services/skipped-for.ts'
import { type TestDatabase, testDatabase } from './harness.ts'

const clock = testClock()
let database: Promise<TestDatabase> | undefined
const opened: Store[] = []

/** As so many processes have them. */
async function stores(count: number): Promise<readonly Store[]> {
  database ??= testDatabase()
  const { open } = await database
  const all = await Promise.all(Array.from({ length: count }, () => open(clock.now)))
  opened.push(...all)
  return all
}

afterEach(async () => {
  for (const store of opened.splice(0)) await store.close()
  await (await database)?.empty()
})

describe.skipIf(skippedFor(await missingDatabase()))('processes', { timeout: 60_000 }, () => {
  it('give each delivery to one of them', async () => {
    const all = await stores(4)
    const plan = sharePlan({ to: Array.from({ length: 300 }, () => ({})) })
    await all[0]!.shares.accept(plan)
    const work = async (store: Store, i: number): Promise<readonly string[]> => {
      const due = await store.deliveries.due(dueRequest({ perLane: 1_000 }))
      const claims = due.map(async (one) => (await claim(store, one, `p${i}`)) && one.id)
      return (await Promise.all(claims)).filter((id) => id !== false)
    }
    const ids = (await Promise.all(all.map(work))).flat()
    expect(ids.toSorted()).toEqual(plan.deliveries.map((_, n) => deliveryId(plan.id, n)).sort())
  })

  it('link a user to one account, whoever of them asks', async () => {
    const all = await stores(4)
    for (let round = 0; round < 5; round++) {
      const user = someUser()
      const results = await Promise.all(
        all.map(({ identities }) => identities.link(user, someAccount(), null)),
      )
      expect(results.filter((result) => !('heldBy' in result))).toHaveLength(1)
    }
  })

  it('let an attempt to link be begun, met and tried as often as it may be, all together', async () => {
    const all = await stores(4)
    const user = someUser()
    const hashes = all.flatMap((_, i) => [`a${i}`, `b${i}`])
    const each = <T>(ask: (store: Store, hash: string) => Promise<T>): Promise<T[]> =>
      Promise.all(hashes.map((hash, i) => ask(all[i % all.length]!, hash)))
    await each(({ identities }, hash) =>
      identities.begin({ hash, begun: 'chat', user, movesFrom: null }, HOUR),
    )
    const found = await each(({ identities }, hash) => identities.attempt(hash))
    const [standing, ...others] = found.flatMap((attempt) => attempt ?? [])
    expect(others).toEqual([])
    const { hash } = standing!
    const met = await each(({ identities }, pinHash) =>
      identities.meet(hash, { account: someAccount(), pinHash }),
    )
    expect(met.filter(Boolean)).toHaveLength(1)
    const tried = await each(({ identities }) => identities.countTry(hash, 5))
    expect(tried.flatMap((one) => one?.tries ?? []).toSorted()).toEqual([1, 2, 3, 4, 5])
    const ended = await each(({ identities }) => identities.end(hash))
    expect(ended.filter(Boolean)).toHaveLength(1)
  })

  it('give a handle to one person, and save one turn of a conversation', async () => {
    const all = await stores(4)
    const people = all.map(() => someUser({ handle: 'bob' }))
    await Promise.all(all.map((store, i) => store.people.meet(people[i]!)))
    const known = await Promise.all(people.map((one) => all[0]!.people.get(one)))
    expect(known.filter((person) => person?.handle === 'bob')).toHaveLength(1)
    for (const version of [0, 1]) {
      const saved = await Promise.all(
        all.map(({ conversations }, i) => conversations.save(people[0]!, `${i}`, version)),
      )
      expect(saved.filter(Boolean)).toHaveLength(1)
    }
  })

  it('store what one of them left behind, though it came back and went on meanwhile', async () => {
    const [adopter, owner] = (await stores(2)) as [Store, Store]
    const { id, share } = await acceptOne(adopter)
    const numbered = (from: number, to: number) =>
      Array.from({ length: to - from + 1 }, (_, i) => aBatch(from + i, [aVisit({ delivery: id })]))
    await adopter.visits.append(numbered(1, 3))
    await adopter.visits.fold(100)
    expect(await owner.visits.lastSeq('w')).toBe(3)
    await owner.visits.append(numbered(4, 7))
    await owner.visits.fold(100)
    await adopter.visits.append(numbered(8, 12))
    await adopter.visits.fold(100)
    const [counted] = await owner.visits.counters(share)
    expect(counted).toMatchObject({ counts: { human: 12 } })
  })

  it('settle each send once, whatever recalls and receipts come in between', async () => {
    const all = await stores(3)
    const [first, second, third] = all as [Store, Store, Store]
    const plan = sharePlan({ to: Array.from({ length: 60 }, () => ({})) })
    await first.shares.accept(plan)
    const ids = plan.deliveries.map((_, n) => deliveryId(plan.id, n))
    const leases = await Promise.all(ids.map(async (id) => (await claimed(first, id)).lease))
    const recall = { from: [], to: 'recalled', reason: null, recall: true } as const
    const [one, other] = await Promise.all([
      Promise.all(leases.map((lease) => settleNow(first, lease))),
      Promise.all(leases.map((lease) => settleNow(second, lease))),
      Promise.all(ids.map((id) => third.deliveries.move(id, recall))),
    ])
    for (const i of ids.keys()) expect([one[i]?.kind, other[i]?.kind]).toContain('settled')
    const attempts = (await first.deliveries.ofShare(plan.id)).map((one) => one.attempts)
    expect(attempts).toEqual(ids.map(() => 1))
  })

  it('hold a recipient’s cap together', async () => {
    const all = await stores(4)
    const [account, value] = [someAccount(), someAddress()]
    const cap = { fromSender: 3, fromAll: 5, windowMs: DAY }
    const ids = []
    for (let i = 0; i < 12; i++) ids.push((await acceptOne(all[0]!, { value }, { account })).id)
    const results = await Promise.all(
      ids.map((id, i) => claimNow(all[i % 4]!, id, { cap, epoch: 0, leaseMs: HOUR })),
    )
    expect(results.filter(({ kind }) => kind === 'claimed')).toHaveLength(3)
    expect(results.filter(({ kind }) => kind === 'deferred')).toHaveLength(9)
  })

  it('keep a quota together, and make one share of a key', async () => {
    const all = await stores(4)
    const account = someAccount()
    const quota = { messagesPerDay: 5, newEndpointsPerDay: 100 }
    const idempotency = { key: 'api:1', hash: 'a', ttlMs: DAY }
    const twins = await Promise.all(
      all.map((store) => store.shares.accept(sharePlan({ account, quota, idempotency }))),
    )
    expect(twins.map(({ kind }) => kind).sort()).toEqual([
      'accepted',
      'replayed',
      'replayed',
      'replayed',
    ])
    const others = await Promise.all(
      Array.from({ length: 12 }, (_, i) =>
        all[i % 4]!.shares.accept(sharePlan({ account, quota })),
      ),
    )
    expect(others.filter(({ kind }) => kind === 'accepted')).toHaveLength(4)
    const numbers = await all[0]!.shares.page(account, { limit: 20, cursor: null })
    expect(numbers.items).toHaveLength(5)
  })

  it('add people to one share at the same time', async () => {
    const all = await stores(8)
    const plan = sharePlan()
    await all[0]!.shares.accept(plan)
    const added = Array.from({ length: 64 }, (_, i) =>
      all[i % 8]!.shares.extend(extendPlan(plan.id, plan.account, [{}, {}])),
    )
    expect(new Set((await Promise.all(added)).map(({ kind }) => kind))).toEqual(
      new Set(['accepted']),
    )
    const numbers = (await all[0]!.deliveries.ofShare(plan.id)).map(({ n }) => n)
    expect(numbers).toEqual(Array.from({ length: 129 }, (_, n) => n))
  })

  it('hear of revisions that another one raised', async () => {
    const [web, worker] = (await stores(2)) as [Store, Store]
    const { mark } = await web.shares.revisedSince(null, 10)
    const { id, share } = await acceptOne(web)
    await sendOne(worker, id)
    expect(await web.shares.revise(10)).toEqual([])
    const raised = await worker.shares.revise(10)
    expect(raised.map((one) => one.id)).toEqual([share])
    expect((await web.shares.revisedSince(mark, 10)).shares).toEqual(raised)
  })

  it('take over the changes of one that is gone, when they are ripe', async () => {
    const [web, gone] = (await stores(2)) as [Store, Store]
    const { id, share } = await acceptOne(web)
    await sendOne(gone, id)
    expect(await web.shares.revise(10)).toEqual([])
    clock.advance(RIPE_MS)
    expect((await web.shares.revise(10)).map((one) => one.id)).toEqual([share])
    expect(await web.shares.revise(10)).toEqual([])
  })

  it('refuse the settle of one whose lease another holds', async () => {
    const [slow, other] = (await stores(2)) as [Store, Store]
    const { id } = await acceptOne(slow)
    const { lease } = await claimed(slow, id)
    clock.advance(LEASE_MS)
    const taken = await claimed(other, id)
    const results = await Promise.all([settleNow(slow, lease), settleNow(other, taken.lease)])
    expect(results.map(({ kind }) => kind)).toEqual(['fenced', 'settled'])
    expect(await deliveryNow(slow, id)).toMatchObject({ attempts: 2, unknowns: 1, epoch: 2 })
  })
})

async function claim(store: Store, { id, epoch }: DueDelivery, holder: string): Promise<boolean> {
  const request = { epoch, holder, leaseMs: HOUR, cap: null }
  return (await store.deliveries.claim(id, request)).kind === 'claimed'
}
