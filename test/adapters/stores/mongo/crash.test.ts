import { describe, expect, it } from 'vitest'
import { RIPE_MS } from '#adapters/stores/mongo/changes.ts'
import { type DeliveryId, deliveryId, type ShareId } from '#core/ids.ts'
import type { Lease } from '#ports/store/deliveries.ts'
import type { Store } from '#ports/store/store.ts'
import { acceptWaiting } from '#test/contracts/store/arrivals.ts'
import { LEASE_MS } from '#test/contracts/store/harness.ts'
import {
  acceptOne,
  claimed,
  claimNow,
  DAY,
  deliveryNow,
  dueRequest,
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
import { missingDatabase } from '#test/services/shared.ts'
import { skippedFor } from '#test/services/skipped-for.ts'
import { crashesOn } from './crashing.ts'
import { testStores } from './harness.ts'

/** So few documents in one call that what is accepted, marked and blanked here takes several. */
const PORTION = 2

const stores = testStores(PORTION)
const { clock, open, openBehindProxy, closeAll } = stores
const crashes = crashesOn(stores)

const QUOTA = { messagesPerDay: 9, newEndpointsPerDay: 9 }

describe.skipIf(skippedFor(await missingDatabase()))('a crash', { timeout: 120_000 }, () => {
  crashes('while a share is accepted', {
    given: async () => {
      const account = someAccount()
      const idempotency = { key: 'api:1', hash: 'a', ttlMs: DAY }
      return () => sharePlan({ account, idempotency, quota: QUOTA, to: [{}, {}, {}] })
    },
    when: (store, plan) => store.shares.accept(plan()),
    async holds(store, plan) {
      const { account } = plan()
      const before = await store.shares.findByKey(account, 'api:1', 'a')
      const again = await store.shares.accept(plan())
      expect(again.kind).toBe(before ? 'replayed' : 'accepted')
      const { items } = await store.shares.page(account, { limit: 10, cursor: null })
      expect(items).toMatchObject([{ total: 3, states: { queued: 3 } }])
      const [share] = items.map((item) => item.share)
      if (before) expect(before).toMatchObject({ share: { id: share?.id } })
      const deliveries = await store.deliveries.ofShare(share!.id)
      expect(deliveries.map(({ n }) => n)).toEqual([0, 1, 2])
      const endpoints = deliveries.map(({ endpoint }) => endpoint)
      expect(await store.deliveries.known(account, endpoints)).toEqual(new Set(endpoints))
      const due = await store.deliveries.due(dueRequest({ lanes: 1_000 }))
      expect(due.filter(({ lane }) => lane.account === account)).toHaveLength(3)
      let stored = 3
      const more = () => sharePlan({ account, quota: QUOTA, to: [{}, {}, {}] })
      while ((await store.shares.accept(more())).kind === 'accepted') stored += 3
      expect(stored).toBeLessThanOrEqual(QUOTA.messagesPerDay)
    },
  })

  it.each(['accepts', 'extends'])(
    'once a share is known to be stored, who %s it is told so',
    async (what) => {
      let kind: string | undefined
      for (let write = 1; kind !== 'accepted'; write++) {
        const other = await open()
        const plan = sharePlan({ to: [{}, {}] })
        const { store, proxy } = await openBehindProxy()
        if (what === 'extends') await other.shares.accept(plan)
        const added = extendPlan(plan.id, plan.account, [{}])
        proxy.arm({ write, applied: false })
        const asked = what === 'accepts' ? store.shares.accept(plan) : store.shares.extend(added)
        kind = await asked.then(
          (result) => result.kind,
          ({ code }) => code,
        )
        const made = await other.deliveries.ofShare(plan.id)
        expect(kind).toBe(made.length > (what === 'extends' ? 2 : 0) ? 'accepted' : 'unavailable')
        expect(kind === 'unavailable' || proxy.isCut()).toBe(true)
        await closeAll()
      }
    },
  )

  crashes('while people are added', {
    async given(store) {
      const plan = sharePlan()
      await store.shares.accept(plan)
      const idempotency = { key: 'api:2', hash: 'a', ttlMs: DAY }
      return extendPlan(plan.id, plan.account, [{}, {}], { idempotency })
    },
    when: (store, plan) => store.shares.extend(plan),
    async holds(store, plan) {
      const before = await store.shares.findByKey(plan.account, 'api:2', 'a')
      const standing = await store.deliveries.ofShare(plan.share)
      expect(standing).toHaveLength(before ? 3 : 1)
      expect((await store.shares.extend(plan)).kind).toBe(before ? 'replayed' : 'accepted')
      const deliveries = await store.deliveries.ofShare(plan.share)
      expect(deliveries.map(({ n }) => n)).toEqual([0, 1, 2])
    },
  })

  const cap = { fromSender: 2, fromAll: 2, windowMs: HOUR }
  const claim = (store: Store, id: DeliveryId, epoch: number, holder: string) =>
    store.deliveries.claim(id, { epoch, holder, leaseMs: LEASE_MS, cap })

  crashes('while a delivery is claimed', {
    given: (store) => acceptOne(store),
    when: (store, { id }) => claim(store, id, 0, 'victim'),
    async holds(store, { id, share }) {
      const { state, epoch } = await deliveryNow(store, id)
      expect([state, epoch]).toEqual(state === 'sending' ? ['sending', 1] : ['queued', 0])
      if (state === 'sending') expect(await revisedShares(store)).toContain(share)
      clock.advance(LEASE_MS)
      const results = await Promise.all(['a', 'b'].map((holder) => claim(store, id, epoch, holder)))
      expect(results.map(({ kind }) => kind).sort()).toEqual(['claimed', 'gone'])
      const held = results.find((result) => result.kind === 'claimed')
      expect(held).toMatchObject({ interrupted: state === 'sending' })
    },
  })

  interface Sent {
    readonly id: DeliveryId
    readonly share: ShareId
    readonly lease: Lease
    readonly providerId: string
  }
  let sends = 0
  const sending = async (store: Store): Promise<Sent> => {
    const { id, share } = await acceptOne(store, { channel: 'telegram' })
    const { lease } = await claimed(store, id, { leaseMs: RIPE_MS + LEASE_MS })
    while ((await store.shares.revise(100)).length > 0);
    return { id, share, lease, providerId: `crash-${++sends}` }
  }
  const delivered = (providerId: string) => ({
    connection: { channel: 'telegram', connection: 'default' as never } as const,
    providerId,
    verdict: { state: 'delivered', reason: null, detail: null } as const,
  })

  crashes('while a send is settled whose receipt came first', {
    async given(store) {
      const sent = await sending(store)
      await store.deliveries.receipt(delivered(sent.providerId))
      return sent
    },
    when: (store, { lease, providerId }) =>
      settleNow(store, lease, settlement(), {
        via: 'telegram',
        providerIds: [providerId],
        reach: { chat: '7' },
      }),
    async holds(store, { id, share, lease, providerId }) {
      const { state } = await deliveryNow(store, id)
      expect(['sending', 'delivered']).toContain(state)
      if (state === 'delivered') {
        expect(await revisedShares(store)).toContain(share)
      }
      const again = await settleNow(store, lease, settlement(), { providerIds: [providerId] })
      expect(again).toMatchObject({ kind: 'settled', delivery: { state: 'delivered' } })
    },
  })

  crashes('while a send is settled that is to be tried again', {
    given: sending,
    when: (store, { lease }) =>
      settleNow(store, lease, { ...retryIn(0), reason: 'throttled', attempts: 0 }),
    async holds(store, { id, lease }) {
      const { state, epoch } = await deliveryNow(store, id)
      if (state === 'sending') clock.advance(RIPE_MS + LEASE_MS)
      const again = await settleNow(store, lease, retryIn(0))
      expect(again.kind).toBe(state === 'sending' ? 'fenced' : 'settled')
      const next = await claim(store, id, epoch, 'next')
      expect(next).toMatchObject({ kind: 'claimed', interrupted: state === 'sending' })
    },
  })

  crashes('while a send is settled that was recalled meanwhile', {
    async given(store) {
      const sent = await sending(store)
      await store.shares.mark(sent.share, 'recalled')
      return sent
    },
    when: (store, { lease, providerId }) =>
      settleNow(store, lease, settlement(), { providerIds: [providerId] }),
    async holds(store, { lease, providerId }) {
      const again = await settleNow(store, lease, settlement(), { providerIds: [providerId] })
      const delivery = { state: 'recalled', attempts: 1, providerIds: [providerId] }
      expect(again).toMatchObject({ kind: 'settled', delivery })
    },
  })

  crashes('while a send is settled of which nothing went', {
    async given(store) {
      const value = someAddress()
      const { id } = await acceptOne(store, { value })
      const other = await acceptOne(store, { value })
      const one = { fromSender: 1, fromAll: 1, windowMs: DAY }
      const { lease } = await claimed(store, id, { leaseMs: RIPE_MS + LEASE_MS, cap: one })
      return { lease, other, cap: one }
    },
    when: (store, { lease }) => settleNow(store, lease, { ...retryIn(HOUR), attempts: 0 }),
    async holds(store, { lease, other, cap }) {
      const again = await settleNow(store, lease, { ...retryIn(HOUR), attempts: 0 })
      expect(again.kind).toBe('settled')
      expect((await claimNow(store, other.id, { cap })).kind).toBe('claimed')
    },
  })

  crashes('while a receipt is taken', {
    async given(store) {
      const sent = await sending(store)
      await settleNow(store, sent.lease, settlement(), { providerIds: [sent.providerId] })
      return sent
    },
    when: (store, { providerId }) => store.deliveries.receipt(delivered(providerId)),
    async holds(store, { id, providerId }) {
      const { state } = await deliveryNow(store, id)
      const again = await store.deliveries.receipt(delivered(providerId))
      expect(again).toBe(state === 'delivered' ? 'ignored' : 'applied')
      expect((await deliveryNow(store, id)).state).toBe('delivered')
    },
  })

  for (const mark of ['cancelled', 'recalled'] as const) {
    crashes(`while a share is marked as ${mark}`, {
      async given(store) {
        const plan = sharePlan({ to: [{}, {}, {}, {}] })
        await store.shares.accept(plan)
        await sendOne(store, deliveryId(plan.id, 0))
        await claimed(store, deliveryId(plan.id, 1), { leaseMs: DAY })
        return plan
      },
      when: (store, plan) => store.shares.mark(plan.id, mark),
      async holds(store, plan) {
        const share = await store.shares.get(plan.id)
        const isMarked = share?.[mark === 'cancelled' ? 'cancelledAt' : 'recalledAt'] !== null
        const states = (await store.deliveries.ofShare(plan.id)).map(({ state }) => state)
        const first = isMarked && mark === 'recalled' ? 'recalled' : 'accepted'
        const rest = isMarked ? mark : 'queued'
        expect(states).toEqual([first, 'sending', rest, rest])
      },
    })
  }

  crashes('while a delivery goes to whom a handle turned out to be', {
    async given(store) {
      const value = someAddress()
      const { id, account } = await acceptOne(store, { channel: 'telegram', value: `@${value}` })
      const waits = settlement({ state: 'waiting', dueInMs: DAY, deadlineInMs: DAY })
      await sendOne(store, id, waits, { via: 'telegram' })
      const address = { channel: 'telegram', value } as const
      const to = { address, endpoint: endpointKey(value), reach: { chat: value } }
      return { id, account, to, handle: endpointKey(`@${value}`) }
    },
    when: (store, { id, to }) => store.deliveries.readdress(id, to),
    async holds(store, { id, account, to, handle }) {
      const { state } = await deliveryNow(store, id)
      expect(['waiting', 'queued']).toContain(state)
      const again = await store.deliveries.readdress(id, to)
      expect(again?.state).toBe(state === 'waiting' ? 'queued' : undefined)
      const { address, endpoint, epoch } = await deliveryNow(store, id)
      expect({ address, endpoint }).toEqual({ address: to.address, endpoint: to.endpoint })
      const next = await claim(store, id, epoch, 'next')
      expect(next).toMatchObject({ kind: 'claimed', reach: to.reach, firstContact: true })
      expect(await store.deliveries.known(account, [endpoint])).toEqual(new Set([endpoint]))
      expect(await store.deliveries.lastTo(handle)).toBeNull()
    },
  })

  crashes('while it is noted who came by an invitation, and what the sender said', {
    async given(store) {
      const id = await acceptWaiting(store)
      const [eve, rob] = [someUser(), someUser()]
      await store.deliveries.noteArrival(id, { kind: 'came', user: eve })
      await store.shares.revise(1_000)
      return { id, eve, rob }
    },
    async when(store, { id, eve, rob }) {
      await store.deliveries.noteArrival(id, { kind: 'came', user: rob })
      await store.deliveries.noteArrival(id, { kind: 'refused', user: eve })
    },
    async holds(store, { id, eve, rob }) {
      const { arrivals } = await deliveryNow(store, id)
      const refusedAfterRob = arrivals[0]?.refused === false || arrivals.length === 2
      expect(refusedAfterRob).toBe(true)
      await store.deliveries.noteArrival(id, { kind: 'came', user: rob })
      await store.deliveries.noteArrival(id, { kind: 'refused', user: eve })
      expect(await deliveryNow(store, id)).toMatchObject({
        state: 'waiting',
        arrivals: [
          { user: eve, refused: true },
          { user: rob, refused: false },
        ],
      })
      const { deliveries } = await store.deliveries.unasked(rob, { limit: 1_000 })
      expect(deliveries.map((one) => one.id)).toContain(id)
      clock.advance(RIPE_MS)
      const { share } = await deliveryNow(store, id)
      expect((await store.shares.revise(1_000)).map((one) => one.id)).toContain(share)
    },
  })

  crashes('while deliveries are blanked', {
    async given(store) {
      const plan = sharePlan({ to: [{ name: 'Bob' }, {}, {}] })
      await store.shares.accept(plan)
      const ids = [0, 1, 2].map((n) => deliveryId(plan.id, n))
      for (const id of ids) {
        await sendOne(store, id, settlement(), { reach: { chat: id } })
        await store.outbox.keep(id, { channel: 'carry', to: 'bob', text: 'hi' } as never, 'l')
      }
      clock.advance(HOUR)
      return { ids, to: plan.deliveries.map(({ address }) => address) }
    },
    when: (store) => store.shares.blank(HOUR, 100),
    async holds(store, { ids, to }) {
      await store.shares.blank(HOUR, 100)
      for (const id of ids) {
        expect(await deliveryNow(store, id)).toMatchObject({ recipient: null, address: null })
        expect(await store.outbox.get(id)).toBeNull()
      }
      for (const address of to) {
        const { id } = await acceptOne(store, address)
        expect((await claimed(store, id)).reach).toBeNull()
      }
    },
  })

  async function revisedShares(store: Store): Promise<readonly string[]> {
    return (await store.shares.revise(1_000)).map(({ id }) => id)
  }
})
