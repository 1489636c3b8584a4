import { expect, it } from 'vitest'
import { type Code, deliveryId } from '#core/ids.ts'
import type { SharePlan } from '#ports/store/shares.ts'
import type { Subject } from './harness.ts'
import {
  acceptOne,
  DAY,
  deliveryNow,
  dueRequest,
  extendPlan,
  HOUR,
  sharePlan,
  someAccount,
  someAddress,
} from './plans.ts'

export function acceptingContract(subject: () => Subject): void {
  const store = () => subject().store

  it('keeps a share and its deliveries as they were planned', async () => {
    const plan = sharePlan({ to: [{ name: 'Bob' }, { channel: 'sms', value: '+8613800138000' }] })
    const result = await store().shares.accept(plan)
    expect(result).toMatchObject({ kind: 'accepted', share: { id: plan.id, note: plan.note } })
    expect(await store().shares.get(plan.id)).toMatchObject({
      target: plan.target,
      sendAt: null,
      cancelledAt: null,
      recalledAt: null,
    })
    const deliveries = await store().deliveries.ofShare(plan.id)
    expect(deliveries.map(({ n }) => n)).toEqual([0, 1])
    for (const [i, delivery] of deliveries.entries()) {
      const { code, recipient, address, endpoint, lane, name } = plan.deliveries[i]!
      expect(delivery).toMatchObject({ code, recipient, address, endpoint, lane, name })
      expect(delivery).toMatchObject({ state: 'queued', attempts: 0, epoch: 0, via: null })
    }
    expect(await store().deliveries.get(deliveryId(plan.id, 1))).toEqual(deliveries[1])
  })

  it('knows nothing of what was never accepted', async () => {
    const { id } = sharePlan()
    expect(await store().shares.get(id)).toBeNull()
    expect(await store().deliveries.ofShare(id)).toEqual([])
    expect(await store().deliveries.get(deliveryId(id, 0))).toBeNull()
    expect(await store().deliveries.get("x'; --" as never)).toBeNull()
    expect(await store().shares.mark(id, 'cancelled')).toBe(false)
    const extended = await store().shares.extend(extendPlan(id, someAccount(), [{}]))
    expect(extended.kind).toBe('not-found')
  })

  it('holds a delivery until its time, and counts the deadline from there', async () => {
    const undo = await acceptOne(store(), {}, { due: { inMs: 300 } })
    expect(await deliveryNow(store(), undo.id)).toMatchObject({ state: 'scheduled' })
    await subject().advance(310)
    expect(await deliveryNow(store(), undo.id)).toMatchObject({ state: 'queued' })
    const at = (subject().now() + HOUR) as never
    const later = await acceptOne(store(), {}, { due: { at }, deadlineMs: 2 * HOUR })
    expect(await deliveryNow(store(), later.id)).toMatchObject({
      state: 'scheduled',
      dueAt: at,
      deadlineAt: at + 2 * HOUR,
    })
    expect((await store().shares.get(later.share))?.sendAt).toBe(at)
  })

  it('gives a schedule in the past its whole deadline', async () => {
    const at = (subject().now() - 100 * DAY) as never
    const { id } = await acceptOne(store(), {}, { due: { at }, deadlineMs: HOUR })
    expect(await store().deliveries.expire(1_000)).toBe(0)
    expect((await deliveryNow(store(), id)).state).toBe('queued')
  })

  it('counts from now where the clock was set back, and keeps the order of what it accepts', async () => {
    const account = someAccount()
    const { share: first } = await acceptOne(store(), {}, { account })
    subject().setBack(HOUR)
    await subject().advance(5)
    const idempotency = { key: 'api:back', hash: 'a', ttlMs: 300 }
    const more = { account, idempotency, due: { inMs: 300 }, deadlineMs: HOUR }
    const second = await acceptOne(store(), {}, more)
    const { page } = store().shares
    const { items } = await page(account, { limit: 10, cursor: null })
    expect(items.map(({ share }) => share.id)).toEqual([second.share, first])
    expect(await deliveryNow(store(), second.id)).toMatchObject({ state: 'scheduled' })
    await store().shares.extend(extendPlan(first, account, [{}]))
    // Time may pass a little slower until the clock is where it was.
    await subject().advance(400)
    expect(await deliveryNow(store(), second.id)).toMatchObject({ state: 'queued' })
    expect(await deliveryNow(store(), deliveryId(first, 1))).toMatchObject({ state: 'queued' })
    expect(await store().shares.findByKey(account, 'api:back', 'a')).toBeNull()
  })

  it('takes a key once, and tells a repetition from another request', async () => {
    const account = someAccount()
    const idempotency = { key: 'api:1', hash: 'a', ttlMs: DAY }
    const first = sharePlan({ account, idempotency })
    expect(await store().shares.findByKey(account, 'api:1', 'a')).toBeNull()
    expect((await store().shares.accept(first)).kind).toBe('accepted')
    const again = await store().shares.accept(sharePlan({ account, idempotency }))
    expect(again).toMatchObject({ kind: 'replayed', share: { id: first.id } })
    const other = sharePlan({ account, idempotency: { ...idempotency, hash: 'b' } })
    expect((await store().shares.accept(other)).kind).toBe('mismatch')
    expect(await store().shares.get(other.id)).toBeNull()
    expect(await store().shares.findByKey(account, 'api:1', 'a')).toMatchObject({
      kind: 'replayed',
      share: { id: first.id },
    })
    expect((await store().shares.findByKey(account, 'api:1', 'b'))?.kind).toBe('mismatch')
    expect(await store().shares.findByKey(someAccount(), 'api:1', 'a')).toBeNull()
  })

  it('makes one share of concurrent duplicates of a key', async () => {
    const account = someAccount()
    const idempotency = { key: 'web:1', hash: 'a', ttlMs: DAY }
    const plans = Array.from({ length: 8 }, () => sharePlan({ account, idempotency }))
    const results = await Promise.all(plans.map((plan) => store().shares.accept(plan)))
    expect(results.map(({ kind }) => kind).sort()).toEqual([
      'accepted',
      ...Array.from({ length: 7 }, () => 'replayed'),
    ])
    const ids = new Set(results.map((result) => 'share' in result && result.share.id))
    expect(ids.size).toBe(1)
    const page = await store().shares.page(account, { limit: 10, cursor: null })
    expect(page.items).toHaveLength(1)
  })

  it('gives a key to each account, and frees it when its time is over', async () => {
    const idempotency = { key: 'api:2', hash: 'a', ttlMs: 300 }
    const account = someAccount()
    const accept = async (plan: SharePlan) => (await store().shares.accept(plan)).kind
    const kinds = []
    kinds.push(await accept(sharePlan({ account, idempotency })))
    kinds.push(await accept(sharePlan({ idempotency })))
    await subject().advance(310)
    expect(await store().shares.findByKey(account, 'api:2', 'a')).toBeNull()
    const other = { ...idempotency, hash: 'b' }
    kinds.push(await accept(sharePlan({ account, idempotency: other })))
    kinds.push(await accept(sharePlan({ account, idempotency: other })))
    await subject().advance(310)
    await store().shares.repair(100)
    kinds.push(await accept(sharePlan({ account, idempotency })))
    kinds.push(await accept(sharePlan({ account, idempotency })))
    const once = ['accepted', 'replayed']
    expect(kinds).toEqual(['accepted', 'accepted', ...once, ...once])
  })

  it('takes the very same plan twice as one', async () => {
    const plan = sharePlan({ to: [{}, {}] })
    await store().shares.accept(plan)
    expect((await store().shares.accept(plan)).kind).toBe('replayed')
    const stranger = sharePlan({ id: plan.id })
    await expect(store().shares.accept(stranger)).rejects.toMatchObject({ code: 'internal' })
    expect(await store().deliveries.ofShare(plan.id)).toHaveLength(2)
  })

  it('refuses what goes over the messages of the day, and uses nothing up', async () => {
    const account = someAccount()
    const quota = { messagesPerDay: 3, newEndpointsPerDay: 100 }
    const idempotency = { key: 'api:3', hash: 'a', ttlMs: DAY }
    await store().shares.accept(sharePlan({ account, quota, to: [{}, {}] }))
    const refused = sharePlan({ account, quota, idempotency, to: [{}, {}] })
    expect(await store().shares.accept(refused)).toMatchObject({
      kind: 'over-quota',
      which: 'messages',
      limit: 3,
    })
    expect(await store().shares.get(refused.id)).toBeNull()
    expect(await store().deliveries.ofShare(refused.id)).toEqual([])
    const smaller = sharePlan({ account, quota, idempotency, to: [{}] })
    expect((await store().shares.accept(smaller)).kind).toBe('accepted')
  })

  it('counts only endpoints that are new to the account', async () => {
    const account = someAccount()
    const quota = { messagesPerDay: 100, newEndpointsPerDay: 1 }
    const bob = { value: someAddress() }
    const kinds = []
    kinds.push((await store().shares.accept(sharePlan({ account, quota, to: [bob, bob] }))).kind)
    kinds.push((await store().shares.accept(sharePlan({ account, quota, to: [bob, bob] }))).kind)
    const refused = await store().shares.accept(sharePlan({ account, quota, to: [{}] }))
    expect(kinds).toEqual(['accepted', 'accepted'])
    expect(refused).toMatchObject({ kind: 'over-quota', which: 'new-endpoints', limit: 1 })
    if (refused.kind === 'over-quota') {
      expect(refused.retryAfterMs).toBeGreaterThan(0)
      expect(refused.retryAfterMs).toBeLessThanOrEqual(DAY)
    }
    const unlimited = sharePlan({ account, to: [{}] })
    expect((await store().shares.accept(unlimited)).kind).toBe('accepted')
  })

  it('never lets concurrent shares go over the quota together', async () => {
    const account = someAccount()
    const quota = { messagesPerDay: 5, newEndpointsPerDay: 100 }
    const results = await Promise.all(
      Array.from({ length: 10 }, () => store().shares.accept(sharePlan({ account, quota }))),
    )
    expect(results.filter(({ kind }) => kind === 'accepted')).toHaveLength(5)
  })

  it('numbers added deliveries on from the last', async () => {
    const plan = sharePlan({ to: [{}, {}] })
    await store().shares.accept(plan)
    const { id, account } = plan
    const idempotency = { key: 'api:4', hash: 'a', ttlMs: DAY }
    const added = extendPlan(id, account, [{}, {}], { idempotency })
    const kinds = []
    kinds.push((await store().shares.extend(added)).kind)
    kinds.push((await store().shares.extend(added)).kind)
    kinds.push((await store().shares.extend(extendPlan(id, account, [{}]))).kind)
    expect(kinds).toEqual(['accepted', 'replayed', 'accepted'])
    const deliveries = await store().deliveries.ofShare(id)
    expect(deliveries.map(({ n }) => n)).toEqual([0, 1, 2, 3, 4])
    expect(deliveries[2]?.code).toBe(added.deliveries[0]?.code)
    const stranger = await store().shares.extend(extendPlan(id, someAccount(), [{}]))
    expect(stranger.kind).toBe('not-found')
  })

  it('adds all deliveries or none', async () => {
    const account = someAccount()
    const quota = { messagesPerDay: 2, newEndpointsPerDay: 100 }
    const plan = sharePlan({ account, quota })
    await store().shares.accept(plan)
    const refused = await store().shares.extend(extendPlan(plan.id, account, [{}, {}], { quota }))
    expect(refused.kind).toBe('over-quota')
    expect(await store().deliveries.ofShare(plan.id)).toHaveLength(1)
  })

  it('keeps texts of every script and sign as they are', async () => {
    const note = `'); DROP TABLE share; -- "quoted" 看看这个 👩‍👩‍👧 \u{10FFFF}`
    const plan = sharePlan({ note, to: [{ name: '名字 "O’Hara"' }] })
    await store().shares.accept(plan)
    expect((await store().shares.get(plan.id))?.note).toBe(note)
    expect((await store().deliveries.ofShare(plan.id))[0]?.name).toBe('名字 "O’Hara"')
  })

  it('takes what went by hand as gone already: nobody sends it, and nobody is known by it', async () => {
    const { id, share, account } = await acceptOne(store(), { channel: 'carry' })
    expect(await deliveryNow(store(), id)).toMatchObject({
      ...{ state: 'accepted', via: 'carry', dueAt: null, acceptedAt: expect.any(Number) },
    })
    const request = dueRequest({ channels: ['carry'] })
    expect(await store().deliveries.due(request)).toEqual([])
    expect(await store().deliveries.nextDueInMs(['carry'])).toBeNull()
    expect(await store().deliveries.recents(account, 10)).toEqual([])
    expect((await store().shares.page(account, { limit: 9, cursor: null })).items).toMatchObject([
      { share: { id: share }, states: { accepted: 1 }, total: 1 },
    ])
    const [{ code = null } = {}] = await store().deliveries.ofShare(share)
    expect(await store().visits.resolve(code as Code)).toMatchObject({ delivery: id, via: 'carry' })
  })

  it('knows whom an account wrote to before it added many one by one', async () => {
    const account = someAccount()
    const [ann, bob] = [someAddress(), someAddress()]
    await store().shares.accept(sharePlan({ account, to: [{ value: ann }] }))
    await subject().advance(5)
    const { share } = await acceptOne(store(), { value: bob }, { account })
    for (let i = 0; i < 25; i++) {
      const added = Array.from({ length: 10 }, () =>
        store().shares.extend(extendPlan(share, account, [{ value: bob }])),
      )
      await Promise.all(added)
    }
    const recents = await store().deliveries.recents(account, 10)
    expect(recents.map(({ recipient }) => recipient)).toEqual([bob, ann])
  })

  it('knows whom an account wrote to, newest first', async () => {
    const account = someAccount()
    const [ann, bob, cid] = [someAddress(), someAddress(), someAddress()]
    await store().shares.accept(sharePlan({ account, to: [{ value: ann }, { value: bob }] }))
    await subject().advance(5)
    await store().shares.accept(sharePlan({ account, to: [{ value: cid }, { value: ann }] }))
    const recents = await store().deliveries.recents(account, 10)
    expect(recents.map(({ recipient }) => recipient)).toEqual([cid, ann, bob])
    expect(await store().deliveries.recents(account, 1)).toHaveLength(1)
    expect(await store().deliveries.recents(someAccount(), 10)).toEqual([])
    const keys = [`key:${ann}`, 'key:nobody'] as never
    expect(await store().deliveries.known(account, keys)).toEqual(new Set([`key:${ann}`]))
    expect(await store().deliveries.known(someAccount(), keys)).toEqual(new Set())
  })
}
