import { describe, expect, it } from 'vitest'
import { RIPE_MS } from '#adapters/stores/mongo/changes.ts'
import { type DeliveryId, deliveryId } from '#core/ids.ts'
import type { Reach } from '#ports/channel.ts'
import type { Store } from '#ports/store/store.ts'
import { acceptWaiting } from '#test/contracts/store/arrivals.ts'
import {
  acceptOne,
  claimed,
  claimNow,
  DAY,
  deliveryNow,
  endpointKey,
  extendPlan,
  HOUR,
  retryIn,
  sendOne,
  settlement,
  settleNow,
  sharePlan,
  someAccount,
  someAddress,
} from '#test/contracts/store/plans.ts'
import { someUser } from '#test/contracts/store/users.ts'
import { plantAccount, plantShare } from '#test/fixtures/planted-share.ts'
import { aBatch, aVisit } from '#test/fixtures/visits.ts'
import { missingDatabase } from '#test/services/shared.ts'
import { skippedFor } from '#test/services/skipped-for.ts'
import { testStores } from './harness.ts'

/** What one process does, and what another does while a write of the first is on its way. */
interface Case<T> {
  readonly given: (store: Store) => Promise<T>
  readonly when: (store: Store, given: T) => Promise<unknown>
  readonly meanwhile: (other: Store, given: T) => Promise<unknown>
  readonly holds: (store: Store, given: T, result: unknown) => Promise<void>
}

const QUOTA = { messagesPerDay: 9, newEndpointsPerDay: 99 }

const { clock, open, openBehindProxy, closeAll } = testStores()

/** False: the first was through before so many writes. */
async function isInterposed<T>(one: Case<T>, write: number): Promise<boolean> {
  const other = await open()
  const given = await one.given(other)
  const { store, proxy } = await openBehindProxy()
  let interposed = false
  proxy.before(write, async () => {
    interposed = true
    await one.meanwhile(other, given)
  })
  const result = await one.when(store, given)
  if (interposed) await one.holds(other, given, result)
  await closeAll()
  return interposed
}

function interleaves<T>(name: string, one: Case<T>): void {
  it(`${name}, before any of its writes`, async () => {
    let write = 1
    while (await isInterposed(one, write)) write++
    expect(write, 'writes that something came before').toBeGreaterThan(1)
  })
}

describe.skipIf(skippedFor(await missingDatabase()))('two processes', { timeout: 120_000 }, () => {
  for (const mark of ['cancelled', 'recalled'] as const) {
    interleaves(`settle a try that failed, and take the share back as ${mark}`, {
      async given(store) {
        const { id, share } = await acceptOne(store)
        return { id, share, lease: (await claimed(store, id)).lease }
      },
      when: (store, { lease }) => settleNow(store, lease, retryIn(0)),
      meanwhile: (other, { share }) => other.shares.mark(share, mark),
      async holds(store, { id }, result) {
        expect((await deliveryNow(store, id)).state).toBe(mark)
        expect(result).toMatchObject({ kind: 'settled' })
      },
    })

    interleaves(`take a share back as ${mark}, and send one of it, and put one off`, {
      async given(store) {
        const plan = sharePlan({ to: [{}, {}] })
        await store.shares.accept(plan)
        return plan.id
      },
      when: (store, share) => store.shares.mark(share, mark),
      async meanwhile(other, share) {
        const result = await claimNow(other, deliveryId(share, 0))
        if (result.kind === 'claimed') await settleNow(other, result.lease, retryIn(0))
        await other.deliveries.defer(deliveryId(share, 1), 0, HOUR, 'throttled')
      },
      async holds(store, share) {
        const states = (await store.deliveries.ofShare(share)).map(({ state }) => state)
        expect(states).toEqual([mark, mark])
      },
    })
  }

  interleaves('note who came by an invitation, and send it to somebody else who did', {
    async given(store) {
      const id = await acceptWaiting(store)
      const [eve, rob] = [someUser(), someUser()]
      await store.deliveries.noteArrival(id, { kind: 'came', user: eve })
      return { id, eve, rob }
    },
    when: (store, { id, rob }) => store.deliveries.noteArrival(id, { kind: 'came', user: rob }),
    async meanwhile(other, { id, eve }) {
      const address = { channel: 'telegram', value: eve.id } as const
      await other.deliveries.readdress(id, {
        ...{ address, endpoint: endpointKey(eve.id), reach: { chat: eve.id } },
      })
    },
    async holds(store, { id }, result) {
      expect(result).toBeNull()
      expect(await deliveryNow(store, id)).toMatchObject({ state: 'queued', arrivals: [] })
      const { deliveries } = await store.deliveries.unasked(someUser(), { limit: 1_000 })
      expect(deliveries.map((one) => one.id)).not.toContain(id)
    },
  })

  interleaves('note who came by an invitation, and refuse them elsewhere', {
    async given(store) {
      const id = await acceptWaiting(store)
      const [eve, rob] = [someUser(), someUser()]
      await store.deliveries.noteArrival(id, { kind: 'came', user: eve })
      return { id, eve, rob }
    },
    when: (store, { id, rob }) => store.deliveries.noteArrival(id, { kind: 'came', user: rob }),
    meanwhile: (other, { id, eve }) =>
      other.deliveries.noteArrival(id, { kind: 'refused', user: eve }),
    async holds(store, { id, eve, rob }) {
      const { arrivals } = await deliveryNow(store, id)
      expect(arrivals).toMatchObject([
        { user: eve, refused: true },
        { user: rob, refused: false },
      ])
    },
  })

  interleaves('add people to a share, and add others', {
    async given(store) {
      const plan = sharePlan()
      await store.shares.accept(plan)
      return plan
    },
    when: (store, { id, account }) => store.shares.extend(extendPlan(id, account, [{}, {}])),
    meanwhile: (other, { id, account }) => other.shares.extend(extendPlan(id, account, [{}, {}])),
    async holds(store, { id }, result) {
      expect(result).toMatchObject({ kind: 'accepted' })
      const deliveries = await store.deliveries.ofShare(id)
      expect(deliveries.map(({ n }) => n)).toEqual([0, 1, 2, 3, 4])
      expect(new Set(deliveries.map(({ address }) => address?.value)).size).toBe(5)
    },
  })

  interleaves('accept the same request', {
    async given() {
      const account = someAccount()
      const idempotency = { key: 'api:1', hash: 'a', ttlMs: DAY }
      return (keyed: boolean) =>
        sharePlan({ account, quota: QUOTA, to: [{}, {}, {}], ...(keyed ? { idempotency } : {}) })
    },
    when: (store, plan) => store.shares.accept(plan(true)),
    meanwhile: (other, plan) => other.shares.accept(plan(true)),
    async holds(store, plan) {
      const { items } = await store.shares.page(plan(false).account, { limit: 9, cursor: null })
      expect(items).toHaveLength(1)
      const more = [1, 2, 3].map(() => store.shares.accept(plan(false)))
      const kinds = (await Promise.all(more)).map(({ kind }) => kind)
      expect(kinds.sort()).toEqual(['accepted', 'accepted', 'over-quota'])
    },
  })

  interleaves('claim, and hear of a stop', {
    given: (store) => acceptOne(store),
    when: (store, { id }) => claimNow(store, id, { epoch: 0 }),
    async meanwhile(other, { id }) {
      const { endpoint } = await deliveryNow(other, id)
      await other.consent.suppress(endpoint, null, 'stop', null)
    },
    async holds(_, __, result) {
      expect(result).toMatchObject({ kind: 'claimed', suppressed: true })
    },
  })

  interleaves('blank a delivery, and accept one to the same person', {
    async given(store) {
      const to = { value: someAddress() }
      const { id } = await acceptOne(store, to)
      await sendOne(store, id, settlement(), { reach: { chat: '7' } })
      clock.advance(HOUR)
      return { to, stood: null as Reach | null, accepted: id }
    },
    when: (store) => store.shares.blank(HOUR, 100),
    async meanwhile(other, given) {
      const probe = await acceptOne(other, given.to)
      given.stood = (await claimed(other, probe.id)).reach
      given.accepted = (await acceptOne(other, given.to)).id
    },
    async holds(store, { stood, accepted }) {
      expect((await claimed(store, accepted)).reach).toEqual(stood)
    },
  })

  let writers = 0
  interleaves('merge visits, each believing that it alone does', {
    async given(store) {
      const writer = `w${++writers}`
      const account = await plantAccount(store, writer)
      const share = await plantShare(store, account, { recipients: 1 })
      const delivery = share.deliveries[0] as DeliveryId
      const visit = async (by: Store, seq: number) => {
        await by.visits.append([aBatch(seq, [aVisit({ delivery })], writer)])
      }
      await visit(store, 1)
      await store.visits.fold(100)
      await visit(store, 2)
      return { share: share.id, visit }
    },
    when: (store) => store.visits.fold(100),
    async meanwhile(other, { visit }) {
      // The lease of the first runs out.
      clock.advance(RIPE_MS * 2)
      await other.visits.fold(100)
      await visit(other, 3)
      await other.visits.fold(100)
    },
    async holds(store, { share, visit }) {
      await visit(store, 4)
      await store.visits.fold(100)
      const [first] = await store.visits.counters(share)
      expect(first?.counts.human).toBe(4)
      const { items } = await store.visits.ofShare(share, { limit: 10, cursor: null })
      expect(items).toHaveLength(4)
    },
  })
})
