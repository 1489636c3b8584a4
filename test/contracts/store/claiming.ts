import { expect, it } from 'vitest'
import { type AccountId, deliveryId } from '#core/ids.ts'
import { LEASE_MS, type Subject } from './harness.ts'
import {
  acceptOne,
  claimed,
  claimNow,
  deliveryNow,
  dueRequest,
  endpointKey,
  HOUR,
  retryIn,
  sendOne,
  settlement,
  settleNow,
  sharePlan,
  someAccount,
  someAddress,
} from './plans.ts'

export function claimingContract(subject: () => Subject): void {
  const store = () => subject().store

  it('claims what is due, once', async () => {
    const { id } = await acceptOne(store())
    const first = await claimed(store(), id)
    expect(first).toMatchObject({
      delivery: { id, state: 'sending', epoch: 1 },
      share: { note: 'look at this' },
      interrupted: false,
      suppressed: false,
      reach: null,
      firstContact: true,
    })
    expect((await claimNow(store(), id)).kind).toBe('gone')
  })

  it('gives a claim whose answer was lost the same answer again, and no other claim', async () => {
    const cap = { fromSender: 1, fromAll: 1, windowMs: HOUR }
    const { id } = await acceptOne(store())
    const request = { epoch: 0, holder: 'same', leaseMs: LEASE_MS, cap }
    const first = await store().deliveries.claim(id, request)
    expect(first.kind).toBe('claimed')
    await subject().advance(20)
    expect(await store().deliveries.claim(id, request)).toEqual(first)
    for (const other of [{ holder: 'other' }, { epoch: 1 }]) {
      expect((await store().deliveries.claim(id, { ...request, ...other })).kind).toBe('gone')
    }
    await subject().advance(LEASE_MS)
    expect((await store().deliveries.claim(id, request)).kind).toBe('gone')
  })

  it('says again that a send before was interrupted, and what happened since', async () => {
    const { id, share } = await acceptOne(store())
    await claimed(store(), id)
    await subject().advance(LEASE_MS + 20)
    const request = { epoch: 1, holder: 'again', leaseMs: LEASE_MS, cap: null }
    expect(await store().deliveries.claim(id, request)).toMatchObject({ interrupted: true })
    const { endpoint } = await deliveryNow(store(), id)
    await store().consent.suppress(endpoint, null, 'stop', null)
    await store().shares.mark(share, 'recalled')
    const again = await store().deliveries.claim(id, request)
    expect(again).toMatchObject({
      kind: 'claimed',
      interrupted: true,
      suppressed: true,
      delivery: { attempts: 1, unknowns: 1, epoch: 2 },
    })
    expect(again.kind === 'claimed' && again.share.recalledAt).not.toBeNull()
  })

  it('says when by its own clock', async () => {
    const { id } = await acceptOne(store())
    await subject().advance(300)
    const before = subject().now()
    const { delivery } = await claimed(store(), id)
    expect(delivery.changedAt).toBeGreaterThanOrEqual(before - 100)
    expect(delivery.changedAt).toBeLessThanOrEqual(subject().now() + 100)
  })

  it('lets one of two concurrent claims win', async () => {
    const { id } = await acceptOne(store())
    const results = await Promise.all(
      ['a', 'b', 'c'].map((holder) =>
        store().deliveries.claim(id, { epoch: 0, holder, leaseMs: LEASE_MS, cap: null }),
      ),
    )
    expect(results.map(({ kind }) => kind).sort()).toEqual(['claimed', 'gone', 'gone'])
  })

  it('gives each delivery of a page to one of two workers', async () => {
    const plan = sharePlan({ to: Array.from({ length: 40 }, () => ({})) })
    await store().shares.accept(plan)
    const worker = async (holder: string): Promise<string[]> => {
      const page = await store().deliveries.due(dueRequest({ perLane: 100 }))
      const results = await Promise.all(
        page.map(({ id, epoch }) =>
          store().deliveries.claim(id, { epoch, holder, leaseMs: LEASE_MS, cap: null }),
        ),
      )
      return results.flatMap((result) => (result.kind === 'claimed' ? [result.delivery.id] : []))
    }
    const [a = [], b = []] = await Promise.all([worker('a'), worker('b')])
    expect([...a, ...b].sort()).toEqual(plan.deliveries.map((_, n) => `${plan.id}-${n}`).sort())
  })

  it('refuses a claim before its time, on another epoch, or of nothing', async () => {
    const later = await acceptOne(store(), {}, { due: { inMs: 300 } })
    const { id, share } = await acceptOne(store())
    expect((await claimNow(store(), later.id)).kind).toBe('gone')
    expect((await claimNow(store(), id, { epoch: 1 })).kind).toBe('gone')
    expect((await claimNow(store(), deliveryId(share, 99), { epoch: 0 })).kind).toBe('gone')
    await subject().advance(310)
    expect((await claimNow(store(), later.id)).kind).toBe('claimed')
  })

  it('finds the longest due of each lane, and leaves out what is down', async () => {
    const [ann, bob] = [someAccount(), someAccount()]
    await store().shares.accept(sharePlan({ account: ann, to: [{}, {}, {}] }))
    await subject().advance(5)
    await store().shares.accept(sharePlan({ account: bob, to: [{}] }))
    await store().shares.accept(sharePlan({ account: bob, to: [{ connection: 'other' }] }))
    await store().shares.accept(sharePlan({ account: bob, to: [{ channel: 'sms', value: '+1' }] }))
    await acceptOne(store(), {}, { account: bob, due: { inMs: HOUR } })
    const found = await store().deliveries.due(dueRequest({ perLane: 2 }))
    expect(found.map(({ lane }) => `${lane.connection}/${lane.account}`).sort()).toEqual(
      [`default/${ann}`, `default/${ann}`, `default/${bob}`, `other/${bob}`].sort(),
    )
    const except = [{ channel: 'email', connection: 'default' }] as never
    const rest = await store().deliveries.due(dueRequest({ except }))
    expect(rest.map(({ lane }) => lane.connection)).toEqual(['other'])
    const both = await store().deliveries.due(dueRequest({ channels: ['sms', 'email'] }))
    expect(both).toHaveLength(6)
    expect(await store().deliveries.due(dueRequest({ channels: [] }))).toEqual([])
  })

  it('names the longest due of a lane first', async () => {
    const account = someAccount()
    const late = await acceptOne(store(), {}, { account, due: { inMs: 60 } })
    const early = await acceptOne(store(), {}, { account, due: { inMs: 20 } })
    const middle = await acceptOne(store(), {}, { account, due: { inMs: 40 } })
    await subject().advance(80)
    const found = await store().deliveries.due(dueRequest({ perLane: 2 }))
    expect(found.map(({ id }) => id)).toEqual([early.id, middle.id])
    expect(found.map(({ id }) => id)).not.toContain(late.id)
  })

  it.each([2, 700])('comes round to every lane, each with %i due or fewer', async (backlog) => {
    const accounts = Array.from({ length: 7 }, someAccount)
    const many = Array.from({ length: backlog }, () => ({}))
    for (const [i, account] of accounts.entries()) {
      await store().shares.accept(sharePlan({ account, to: i === 3 ? many : [{}, {}] }))
      await acceptOne(store(), {}, { due: { inMs: HOUR } })
    }
    const few = dueRequest({ lanes: 3, perLane: 1 })
    const seen = new Set<string>()
    for (let i = 0; i < 3; i++) {
      const found = await store().deliveries.due(few)
      for (const { lane } of found) seen.add(lane.account)
    }
    expect([...seen].sort()).toEqual([...accounts].sort())
    await store().deliveries.due(few)
    const all = await store().deliveries.due(dueRequest({ perLane: 2 }))
    expect(new Set(all.map(({ id }) => id)).size).toBe(14)
    expect(all).toHaveLength(14)
  })

  it('comes to what is due behind many lanes whose time has not come', async () => {
    const later = Array.from({ length: 1_500 }, (_, i) => ({ connection: `c${i}` }))
    await store().shares.accept(sharePlan({ due: { inMs: HOUR }, to: later }))
    const last = 'zzzzzzzzzzzz' as AccountId
    const many = Array.from({ length: 700 }, () => ({}))
    await store().shares.accept(sharePlan({ account: last, to: many }))
    const found = new Set<string>()
    for (let i = 0; i < 4; i++) {
      for (const { lane } of await store().deliveries.due(dueRequest())) found.add(lane.account)
    }
    expect([...found]).toEqual([last])
  })

  it('leaves out a connection that is down, however much waits for it', async () => {
    const many = Array.from({ length: 700 }, () => ({ connection: 'down' }))
    for (let i = 0; i < 3; i++) await store().shares.accept(sharePlan({ to: many.slice(i * 100) }))
    const { id } = await acceptOne(store())
    const except = [{ channel: 'email', connection: 'down' }] as never
    const found = await store().deliveries.due(dueRequest({ except }))
    expect(found.map((due) => due.id)).toEqual([id])
  })

  it('says how long until the next delivery comes due', async () => {
    const { deliveries } = store()
    expect(await deliveries.nextDueInMs(['email'])).toBeNull()
    await acceptOne(store(), {}, { due: { inMs: HOUR } })
    const wait = (await deliveries.nextDueInMs(['sms', 'email'])) ?? -1
    expect(wait).toBeGreaterThan(HOUR - 5_000)
    expect(wait).toBeLessThanOrEqual(HOUR)
    expect(await deliveries.nextDueInMs(['sms'])).toBeNull()
    await acceptOne(store())
    expect(await deliveries.nextDueInMs(['email'])).toBe(0)
  })

  it('calls a send interrupted whose lease ran out, and counts it', async () => {
    const { id } = await acceptOne(store())
    const first = await claimed(store(), id)
    expect(await store().deliveries.due(dueRequest())).toEqual([])
    await subject().advance(LEASE_MS + 20)
    expect((await store().deliveries.due(dueRequest())).map((due) => due.id)).toEqual([id])
    const second = await claimed(store(), id)
    expect(second).toMatchObject({
      interrupted: true,
      delivery: { attempts: 1, unknowns: 1, epoch: 2 },
    })
    expect((await settleNow(store(), first.lease)).kind).toBe('fenced')
    expect((await settleNow(store(), second.lease)).kind).toBe('settled')
  })

  it('says again what a settle came to whose answer was lost, and writes it once', async () => {
    const { id } = await acceptOne(store())
    const { lease } = await claimed(store(), id)
    const results = [
      await settleNow(store(), lease, retryIn(0), { providerIds: ['m1'] }),
      await settleNow(store(), lease, retryIn(0), { providerIds: ['m1'] }),
    ]
    for (const result of results) {
      expect(result).toMatchObject({ kind: 'settled', delivery: { state: 'queued', attempts: 1 } })
    }
    const next = await claimed(store(), id)
    expect((await settleNow(store(), lease)).kind).toBe('fenced')
    expect((await settleNow(store(), next.lease)).kind).toBe('settled')
    await store().shares.mark(next.delivery.share, 'recalled')
    expect((await settleNow(store(), next.lease)).kind).toBe('fenced')
  })

  it('refuses a settle after the lease ran out, and another’s', async () => {
    const { id } = await acceptOne(store())
    const { lease } = await claimed(store(), id)
    const late = await acceptOne(store())
    const lateLease = (await claimed(store(), late.id)).lease
    expect((await settleNow(store(), lease)).kind).toBe('settled')
    expect((await settleNow(store(), { ...lease, holder: 'thief' })).kind).toBe('fenced')
    expect((await settleNow(store(), { ...lateLease, holder: 'thief' })).kind).toBe('fenced')
    await subject().advance(LEASE_MS + 20)
    expect((await settleNow(store(), lateLease)).kind).toBe('fenced')
    expect(await deliveryNow(store(), late.id)).toMatchObject({ state: 'sending', attempts: 0 })
  })

  it('writes what a send came to', async () => {
    const { id } = await acceptOne(store())
    const settled = await sendOne(store(), id, settlement(), { providerIds: ['m1', 'm2'] })
    expect(settled).toMatchObject({
      state: 'accepted',
      via: 'email',
      attempts: 1,
      dueAt: null,
      providerIds: ['m1', 'm2'],
    })
    expect(settled.acceptedAt).not.toBeNull()
    expect(await deliveryNow(store(), id)).toEqual(settled)
  })

  it('brings a retry back at its time, on another epoch', async () => {
    const { id } = await acceptOne(store())
    const settled = await sendOne(store(), id, retryIn(300))
    expect(settled).toMatchObject({ state: 'queued', reason: 'retrying', attempts: 1, epoch: 1 })
    expect((await claimNow(store(), id)).kind).toBe('gone')
    await subject().advance(310)
    expect(await claimed(store(), id)).toMatchObject({ interrupted: false })
  })

  it('remembers how an address is reached', async () => {
    const to = { channel: 'telegram', value: '4711' } as const
    const { id } = await acceptOne(store(), to)
    await sendOne(store(), id, settlement(), { reach: { chat: '99' }, via: 'telegram' })
    const next = await acceptOne(store(), to)
    expect((await claimed(store(), next.id)).reach).toEqual({ chat: '99' })
    const other = await acceptOne(store(), { channel: 'slack', value: '4711' })
    expect((await claimed(store(), other.id)).reach).toBeNull()
  })

  it('tells the first message to an endpoint from later ones', async () => {
    const value = someAddress()
    const first = await acceptOne(store(), { value })
    const second = await acceptOne(store(), { value })
    const failed = await claimed(store(), first.id)
    await settleNow(store(), failed.lease, retryIn(0))
    expect((await claimed(store(), first.id)).firstContact).toBe(true)
    await sendOne(store(), second.id)
    const third = await acceptOne(store(), { value })
    expect((await claimed(store(), third.id)).firstContact).toBe(false)
  })

  it('reads in the claim whether the endpoint is suppressed', async () => {
    const value = someAddress()
    const endpoint = endpointKey(value)
    const { consent } = store()
    const suppressed = async (account = someAccount()): Promise<boolean> => {
      const { id } = await acceptOne(store(), { value }, { account })
      return (await claimed(store(), id)).suppressed
    }
    const ann = someAccount()
    expect(await suppressed(ann)).toBe(false)
    await consent.suppress(endpoint, ann, 'stop', null)
    expect([await suppressed(ann), await suppressed()]).toEqual([true, false])
    await consent.suppress(endpoint, null, 'bounce', 300)
    expect(await suppressed()).toBe(true)
    await subject().advance(310)
    expect(await suppressed()).toBe(false)
    expect(await suppressed(ann)).toBe(true)
  })

  it('ends a delivery past its deadline instead of sending it', async () => {
    const { id } = await acceptOne(store(), {}, { deadlineMs: 300 })
    await subject().advance(310)
    expect((await claimNow(store(), id)).kind).toBe('gone')
    expect(await deliveryNow(store(), id)).toMatchObject({ state: 'failed', reason: 'deadline' })
  })

  it('fails what stands past its deadline, but not what is being sent', async () => {
    const plan = sharePlan({ to: [{}, {}, {}, {}], deadlineMs: 300 })
    await store().shares.accept(plan)
    await claimed(store(), deliveryId(plan.id, 0), { leaseMs: 60_000 })
    await sendOne(store(), deliveryId(plan.id, 1))
    expect(await store().deliveries.expire(100)).toBe(0)
    await subject().advance(310)
    expect(await store().deliveries.expire(1)).toBe(1)
    expect(await store().deliveries.expire(100)).toBe(1)
    const states = (await store().deliveries.ofShare(plan.id)).map(({ state }) => state)
    expect(states).toEqual(['sending', 'accepted', 'failed', 'failed'])
    expect(await store().deliveries.due(dueRequest())).toEqual([])
  })

  it('calls unknown what stands past its deadline with a lease that ran out', async () => {
    const { id } = await acceptOne(store(), {}, { deadlineMs: 300 })
    await claimed(store(), id)
    await subject().advance(310)
    expect(await store().deliveries.expire(100)).toBe(0)
    await subject().advance(LEASE_MS)
    expect(await store().deliveries.expire(100)).toBe(1)
    expect(await deliveryNow(store(), id)).toMatchObject({
      state: 'unknown',
      reason: 'outcome_unknown',
      attempts: 1,
      dueAt: null,
    })
    expect(await store().deliveries.expire(100)).toBe(0)
  })

  it('counts what is due by channel', async () => {
    await acceptOne(store())
    await acceptOne(store(), {}, { due: { inMs: HOUR } })
    await subject().advance(50)
    await acceptOne(store())
    const [depth, ...others] = await store().deliveries.depth()
    expect(others).toEqual([])
    expect(depth).toMatchObject({ channel: 'email', due: 2 })
    expect(depth?.oldestMs).toBeGreaterThanOrEqual(45)
  })
}
