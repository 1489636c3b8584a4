import { expect, it } from 'vitest'
import type { Instant } from '#core/ids.ts'
import type { Subject } from './harness.ts'
import {
  acceptOne,
  claimed,
  claimNow,
  deliveryNow,
  endpointKey,
  retryIn,
  sendOne,
  settlement,
  settleNow,
  someAccount,
  someAddress,
} from './plans.ts'

const WINDOW = 600

export function capsContract(subject: () => Subject): void {
  const store = () => subject().store
  const cap = { fromSender: 1, fromAll: 2, windowMs: WINDOW }

  it('defers what one sender sends over the cap, with its reason and deadline', async () => {
    const [account, value] = [someAccount(), someAddress()]
    const first = await acceptOne(store(), { value }, { account })
    const second = await acceptOne(store(), { value }, { account })
    const { deadlineAt } = await deliveryNow(store(), second.id)
    await claimed(store(), first.id, { cap })
    const result = await claimNow(store(), second.id, { cap })
    expect(result.kind).toBe('deferred')
    const inMs = result.kind === 'deferred' ? result.inMs : 0
    expect(inMs).toBeGreaterThan(WINDOW - 300)
    expect(inMs).toBeLessThanOrEqual(WINDOW)
    const deferred = await deliveryNow(store(), second.id)
    expect(deferred).toMatchObject({ state: 'scheduled', reason: 'recipient_cap', attempts: 0 })
    expect(deferred.deadlineAt).toBe(deadlineAt + inMs)
    await subject().advance(WINDOW + 20)
    expect((await claimNow(store(), second.id, { cap })).kind).toBe('claimed')
  })

  it('counts what all senders send to one endpoint', async () => {
    const value = someAddress()
    const ids = []
    for (let i = 0; i < 3; i++) ids.push((await acceptOne(store(), { value })).id)
    const kinds = []
    for (const id of ids) kinds.push((await claimNow(store(), id, { cap })).kind)
    expect(kinds).toEqual(['claimed', 'claimed', 'deferred'])
    const other = await acceptOne(store())
    expect((await claimNow(store(), other.id, { cap })).kind).toBe('claimed')
  })

  it('holds the cap when claims come together', async () => {
    const [account, value] = [someAccount(), someAddress()]
    const ids = []
    for (let i = 0; i < 5; i++) ids.push((await acceptOne(store(), { value }, { account })).id)
    const results = await Promise.all(
      ids.map((id) => claimNow(store(), id, { cap: { ...cap, fromSender: 2 }, epoch: 0 })),
    )
    expect(results.filter(({ kind }) => kind === 'claimed')).toHaveLength(2)
  })

  it('counts a delivery once over all its attempts', async () => {
    const value = someAddress()
    const { id } = await acceptOne(store(), { value })
    for (let i = 0; i < 3; i++) {
      const { lease } = await claimed(store(), id, { cap })
      await settleNow(store(), lease, retryIn(0))
    }
    const other = await acceptOne(store(), { value })
    expect((await claimNow(store(), other.id, { cap })).kind).toBe('claimed')
  })

  it('defers no send that was interrupted, for it may have gone out', async () => {
    const [account, value] = [someAccount(), someAddress()]
    const { id } = await acceptOne(store(), { value }, { account })
    const other = await acceptOne(store(), { value }, { account })
    await claimed(store(), id, { cap })
    await subject().advance(WINDOW + 20)
    await claimed(store(), other.id, { cap })
    expect(await claimNow(store(), id, { cap })).toMatchObject({
      kind: 'claimed',
      interrupted: true,
    })
  })

  it('ends what expired, and puts it off no further', async () => {
    const [account, value] = [someAccount(), someAddress()]
    const expiresAt = (subject().now() + 300) as Instant
    const first = await acceptOne(store(), { value }, { account })
    const { id } = await acceptOne(store(), { value }, { account, expiresAt })
    await claimed(store(), first.id, { cap })
    expect((await claimNow(store(), id, { cap })).kind).toBe('deferred')
    await subject().advance(WINDOW + 20)
    const next = await acceptOne(store(), { value }, { account })
    await claimed(store(), next.id, { cap })
    expect((await claimNow(store(), id, { cap })).kind).toBe('gone')
    expect(await deliveryNow(store(), id)).toMatchObject({ state: 'failed', reason: 'expired' })
  })

  it('counts nothing that never was an attempt', async () => {
    const [account, value] = [someAccount(), someAddress()]
    const throttled = await acceptOne(store(), { value }, { account })
    const { lease } = await claimed(store(), throttled.id, { cap })
    await settleNow(store(), lease, { ...retryIn(0), reason: 'throttled', attempts: 0 })
    const other = await acceptOne(store(), { value }, { account })
    expect((await claimNow(store(), other.id, { cap })).kind).toBe('claimed')
  })

  it('asks no cap where there is none, and defers nothing that is suppressed', async () => {
    const [account, value] = [someAccount(), someAddress()]
    const first = await acceptOne(store(), { value }, { account })
    await sendOne(store(), first.id, settlement())
    const second = await acceptOne(store(), { value }, { account })
    expect((await claimNow(store(), second.id, { cap: null })).kind).toBe('claimed')
    await store().consent.suppress(endpointKey(value), null, 'stop', null)
    const third = await acceptOne(store(), { value }, { account })
    expect(await claimNow(store(), third.id, { cap })).toMatchObject({
      kind: 'claimed',
      suppressed: true,
    })
  })
}
