import { expect, it } from 'vitest'
import type { Address } from '#core/address.ts'
import { CANCELLABLE } from '#core/delivery.ts'
import type { DeliveryId } from '#core/ids.ts'
import type { Subject } from './harness.ts'
import {
  acceptOne,
  claimed,
  claimNow,
  DAY,
  deliveryNow,
  dueRequest,
  endpointKey,
  type PlanOptions,
  sendOne,
  settlement,
  sharePlan,
  someAccount,
} from './plans.ts'

const NEEDS_RECIPIENT = settlement({
  state: 'waiting',
  reason: 'recipient_must_start',
  dueInMs: DAY,
  deadlineInMs: DAY,
})

/** One that was sent to a handle, and was told that who has it must come first. */
export function waitingContract(subject: () => Subject): void {
  const store = () => subject().store
  const deliveries = () => store().deliveries
  const telegram = (value: string): Address => ({ channel: 'telegram', value })

  const waits = async (value: string, more: PlanOptions = {}) => {
    const one = await acceptOne(store(), { channel: 'telegram', value }, more)
    await sendOne(store(), one.id, NEEDS_RECIPIENT, { via: 'telegram' })
    return one
  }
  const readdress = (id: DeliveryId, value: string) =>
    deliveries().readdress(id, {
      address: telegram(value),
      endpoint: endpointKey(value),
      reach: { chat: value },
    })

  it('tells what waits at an address, the oldest first', async () => {
    const ids: DeliveryId[] = []
    for (let i = 0; i < 3; i++) {
      ids.push((await waits('@w1', { now: Date.now() + i * 1_000 })).id)
    }
    await acceptOne(store(), { channel: 'telegram', value: '@w1' })
    await waits('@w2')
    const found = async (limit: number) =>
      (await deliveries().waiting(telegram('@w1'), limit)).map(({ id }) => id)
    expect(await found(10)).toEqual(ids)
    expect(await found(2)).toEqual(ids.slice(0, 2))
    await deliveries().wake(telegram('@w1'), { chat: '1' })
    expect(await found(10)).toEqual([])
    expect(await deliveries().waiting({ channel: 'sms', value: '@w2' }, 10)).toEqual([])
    expect(await deliveries().waiting(telegram('@w2'), 10)).toMatchObject([
      { state: 'waiting', reason: 'recipient_must_start', address: telegram('@w2') },
    ])
  })

  it('sends what waited for a handle to whoever it turned out to be', async () => {
    const { id, account } = await waits('@w3')
    const before = await deliveryNow(store(), id)
    const moved = await readdress(id, '803')
    expect(moved).toMatchObject({
      id,
      state: 'queued',
      reason: null,
      detail: null,
      recipient: '@w3',
      address: telegram('803'),
      endpoint: endpointKey('803'),
      lane: before.lane,
      code: before.code,
    })
    expect(await deliveries().due(dueRequest({ channels: ['telegram'] }))).toMatchObject([{ id }])
    expect(await claimNow(store(), id)).toMatchObject({
      kind: 'claimed',
      reach: { chat: '803' },
      delivery: { address: telegram('803') },
      suppressed: false,
      firstContact: true,
    })
    expect(await deliveries().waiting(telegram('@w3'), 10)).toEqual([])
    const endpoints = [endpointKey('803'), endpointKey('804')]
    expect(await deliveries().known(account, endpoints)).toEqual(new Set([endpointKey('803')]))
  })

  it('sends what waited for a person by their id, once they can be written to', async () => {
    const { id } = await waits('810')
    expect(await readdress(id, '810')).toMatchObject({ state: 'queued', address: telegram('810') })
    expect(await claimNow(store(), id)).toMatchObject({ kind: 'claimed', reach: { chat: '810' } })
  })

  it('is asked to send what still waits, and once', async () => {
    const { id } = await waits('@w4')
    const moved = await Promise.all([1, 2, 3].map(() => readdress(id, '804')))
    expect(moved.filter(Boolean)).toHaveLength(1)
    const gone = await waits('@w4')
    await deliveries().move(gone.id, { from: CANCELLABLE, to: 'cancelled', reason: null })
    expect(await readdress(gone.id, '804')).toBeNull()
    expect(await deliveryNow(store(), gone.id)).toMatchObject({
      state: 'cancelled',
      address: telegram('@w4'),
      endpoint: endpointKey('@w4'),
    })
    const unknown = sharePlan().id
    expect(await readdress(`${unknown}-0` as DeliveryId, '804')).toBeNull()
  })

  it('counts for the cap of who it turned out to be, not for the handle', async () => {
    const account = someAccount()
    const cap = { fromSender: 1, fromAll: 1, windowMs: DAY }
    const to = (value: string) => acceptOne(store(), { channel: 'telegram', value }, { account })
    const [one, two] = [await waits('@w5', { account }), await waits('@w5', { account })]
    await readdress(one.id, '805')
    await claimed(store(), one.id, { cap })
    expect((await claimNow(store(), (await to('805')).id, { cap })).kind).toBe('deferred')
    await readdress(two.id, '805')
    expect((await claimNow(store(), two.id, { cap })).kind).toBe('deferred')
    expect((await claimNow(store(), (await to('@w5')).id, { cap })).kind).toBe('claimed')
  })

  it('is held to what the person has asked for', async () => {
    const { id } = await waits('@w6')
    await store().consent.suppress(endpointKey('806'), null, 'stop', null)
    await readdress(id, '806')
    expect(await claimNow(store(), id)).toMatchObject({ kind: 'claimed', suppressed: true })
  })

  it('is written to last by what went to them, under whichever address it was written', async () => {
    const { id } = await waits('@w7')
    await readdress(id, '807')
    await sendOne(store(), id, settlement(), { via: 'telegram' })
    expect(await deliveries().lastTo(endpointKey('807'))).toMatchObject({ id })
    expect(await deliveries().lastTo(endpointKey('@w7'))).toBeNull()
    const later = await acceptOne(store(), { channel: 'telegram', value: '807' })
    expect(await claimNow(store(), later.id)).toMatchObject({ firstContact: false })
  })

  it('forgets what was learned of an address with the last delivery that goes there', async () => {
    const [one, two] = [await waits('@w8'), await waits('@w8')]
    await deliveries().wake(telegram('@w8'), { chat: 'old' })
    for (const { id } of [one, two]) {
      await sendOne(store(), id, NEEDS_RECIPIENT, { via: 'telegram' })
    }
    const reachNow = async () => {
      const { id } = await acceptOne(store(), { channel: 'telegram', value: '@w8' })
      const claim = await claimed(store(), id)
      await store().deliveries.settle(claim.lease, {
        settlement: NEEDS_RECIPIENT,
        via: 'telegram',
        providerIds: [],
        reach: null,
      })
      return { id, reach: claim.reach }
    }
    await readdress(one.id, '808')
    const third = await reachNow()
    expect(third.reach).toEqual({ chat: 'old' })
    await readdress(two.id, '808')
    await readdress(third.id, '808')
    expect((await reachNow()).reach).toBeNull()
  })

  it('takes what its sender passed on by hand for gone, and for no message of ours', async () => {
    const { id, account } = await waits('@w9')
    const moved = await deliveries().move(id, {
      from: ['waiting'],
      to: 'accepted',
      reason: null,
      via: 'carry',
    })
    expect(moved).toMatchObject({ state: 'accepted', via: 'carry', dueAt: null, attempts: 1 })
    expect(moved?.acceptedAt).not.toBeNull()
    expect(await deliveries().lastTo(endpointKey('@w9'))).toBeNull()
    const cap = { fromSender: 1, fromAll: 1, windowMs: DAY }
    const later = await acceptOne(store(), { channel: 'telegram', value: '@w9' }, { account })
    expect(await claimNow(store(), later.id, { cap })).toMatchObject({
      kind: 'claimed',
      firstContact: true,
    })
  })

  it('stands as gone from the start where a sender takes it along', async () => {
    const { id, share } = await acceptOne(store(), { channel: 'carry', value: 'somebody' })
    expect(await deliveryNow(store(), id)).toMatchObject({
      state: 'accepted',
      via: 'carry',
      dueAt: null,
      attempts: 0,
    })
    expect((await deliveryNow(store(), id)).acceptedAt).not.toBeNull()
    expect(await deliveries().due(dueRequest({ channels: ['carry'] }))).toEqual([])
    expect(await deliveries().expire(100)).toBe(0)
    await store().shares.mark(share, 'cancelled')
    expect(await deliveryNow(store(), id)).toMatchObject({ state: 'accepted' })
    await store().shares.mark(share, 'recalled')
    expect(await deliveryNow(store(), id)).toMatchObject({ state: 'recalled' })
  })
}
