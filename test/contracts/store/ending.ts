import { expect, it } from 'vitest'
import { deliveryId } from '#core/ids.ts'
import { LEASE_MS, type Subject } from './harness.ts'
import {
  acceptOne,
  claimed,
  claimNow,
  DAY,
  deliveryNow,
  dueRequest,
  extendPlan,
  HOUR,
  retryIn,
  sendOne,
  settlement,
  settleNow,
  sharePlan,
} from './plans.ts'

export function endingContract(subject: () => Subject): void {
  const store = () => subject().store

  it('sends nothing more of a share that was cancelled', async () => {
    const { id, share } = await acceptOne(store())
    expect(await store().shares.mark(share, 'cancelled')).toBe(true)
    expect((await claimNow(store(), id)).kind).toBe('gone')
    expect(await deliveryNow(store(), id)).toMatchObject({ state: 'cancelled', dueAt: null })
    expect(await store().deliveries.due(dueRequest())).toEqual([])
  })

  it('ends with its share what is not being sent, and nothing else', async () => {
    const ends = async (mark: 'cancelled' | 'recalled'): Promise<unknown[]> => {
      const plan = sharePlan({ to: [{}, {}, {}], due: { inMs: 0 } })
      await store().shares.accept(plan)
      const id = (n: number) => deliveryId(plan.id, n)
      await claimed(store(), id(0), { leaseMs: 60_000 })
      await sendOne(store(), id(1))
      await store().shares.extend(extendPlan(plan.id, plan.account, [{}], { due: { inMs: HOUR } }))
      await store().shares.mark(plan.id, mark)
      await store().shares.repair(100)
      return (await store().deliveries.ofShare(plan.id)).map(({ state, dueAt }) =>
        dueAt === null ? state : `${state} goes on`,
      )
    }
    expect(await ends('cancelled')).toEqual([
      'sending goes on',
      'accepted',
      'cancelled',
      'cancelled',
    ])
    expect(await ends('recalled')).toEqual(['sending goes on', 'recalled', 'recalled', 'recalled'])
  })

  it('keeps the time of the first mark', async () => {
    const { share } = await acceptOne(store())
    await store().shares.mark(share, 'recalled')
    const first = (await store().shares.get(share))?.recalledAt
    await subject().advance(20)
    await store().shares.mark(share, 'recalled')
    expect((await store().shares.get(share))?.recalledAt).toBe(first)
  })

  it('either cancels or claims, whichever came first', async () => {
    for (let i = 0; i < 10; i++) {
      const { id, share } = await acceptOne(store())
      const mark = () => store().shares.mark(share, 'cancelled')
      const claim = () => claimNow(store(), id, { epoch: 0 })
      const [, result] = i % 2 ? await both(mark, claim) : (await both(claim, mark)).reverse()
      const { state } = await deliveryNow(store(), id)
      const kind = (result as { kind: string }).kind
      expect([kind, state]).toEqual(
        kind === 'claimed' ? ['claimed', 'sending'] : ['gone', 'cancelled'],
      )
    }
  })

  it('cancels on the settle what would be tried again, and keeps what went out', async () => {
    const plan = sharePlan({ to: [{}, {}, {}] })
    await store().shares.accept(plan)
    const leases = []
    for (const n of [0, 1, 2]) leases.push((await claimed(store(), deliveryId(plan.id, n))).lease)
    await store().shares.mark(plan.id, 'cancelled')
    const unknown = { ...retryIn(0), reason: 'outcome_unknown', unknowns: 1 } as const
    await settleNow(store(), leases[0]!, retryIn(0))
    await settleNow(store(), leases[1]!, settlement())
    await settleNow(store(), leases[2]!, unknown)
    const states = (await store().deliveries.ofShare(plan.id)).map(({ state }) => state)
    expect(states).toEqual(['cancelled', 'accepted', 'unknown'])
  })

  it('calls unknown what a crash cut off in a share that was cancelled since', async () => {
    const { id, share } = await acceptOne(store())
    await claimed(store(), id)
    await store().shares.mark(share, 'cancelled')
    await subject().advance(LEASE_MS + 20)
    expect((await claimNow(store(), id)).kind).toBe('gone')
    expect(await deliveryNow(store(), id)).toMatchObject({
      state: 'unknown',
      reason: 'outcome_unknown',
      unknowns: 1,
    })
  })

  it('recalls on the settle what was recalled while it was being sent', async () => {
    const { id } = await acceptOne(store())
    const { lease } = await claimed(store(), id)
    const change = { from: ['sending'], to: 'recalled', reason: null, recall: true } as const
    const moved = await store().deliveries.move(id, change)
    expect(moved?.recalledAt).not.toBeNull()
    const result = await settleNow(store(), lease, settlement(), { providerIds: ['m9'] })
    expect(result).toMatchObject({
      kind: 'settled',
      delivery: { state: 'recalled', providerIds: ['m9'], attempts: 1, dueAt: null },
    })
  })

  it('recalls with its share what is being sent', async () => {
    const { id, share } = await acceptOne(store())
    const { lease } = await claimed(store(), id)
    await store().shares.mark(share, 'recalled')
    await settleNow(store(), lease, retryIn(0))
    expect((await deliveryNow(store(), id)).state).toBe('recalled')
  })

  it('kills the code whatever the state comes to', async () => {
    const { id } = await acceptOne(store())
    await claimed(store(), id)
    const change = { from: ['accepted'], to: 'recalled', reason: null, recall: true } as const
    expect(await store().deliveries.move(id, change)).toBeNull()
    const { recalledAt, state } = await deliveryNow(store(), id)
    expect([recalledAt !== null, state]).toEqual([true, 'sending'])
    await subject().advance(LEASE_MS + 20)
    expect((await claimNow(store(), id)).kind).toBe('gone')
    expect((await deliveryNow(store(), id)).state).toBe('recalled')
  })

  it('moves only from the states that were named, and only where the table allows', async () => {
    const { id } = await acceptOne(store())
    await sendOne(store(), id)
    const { deliveries } = store()
    const queued = { to: 'queued', reason: null, dueInMs: 0 } as const
    expect(await deliveries.move(id, { ...queued, from: ['failed'] })).toBeNull()
    expect(await deliveries.move(id, { ...queued, from: ['accepted'] })).toBeNull()
    expect((await deliveryNow(store(), id)).state).toBe('accepted')
    const failed = { from: ['accepted'], to: 'failed', reason: 'bounced' } as const
    expect(await deliveries.move(id, failed)).toMatchObject({ state: 'failed', reason: 'bounced' })
  })

  it('starts a retry afresh', async () => {
    const { id } = await acceptOne(store())
    await sendOne(store(), id, settlement({ state: 'failed', reason: 'refused' }))
    const retried = await store().deliveries.move(id, {
      from: ['failed'],
      to: 'queued',
      reason: null,
      dueInMs: 0,
      deadlineInMs: HOUR,
      afresh: true,
    })
    expect(retried).toMatchObject({ state: 'queued', attempts: 0, unknowns: 0, epoch: 2 })
    expect((await claimed(store(), id)).interrupted).toBe(false)
  })

  it('never leaves a delivery that goes on without a time to look again', async () => {
    const { id } = await acceptOne(store())
    await sendOne(store(), id, settlement({ state: 'failed', reason: 'refused' }))
    await store().deliveries.move(id, { from: ['failed'], to: 'queued', reason: null })
    expect((await claimNow(store(), id)).kind).toBe('claimed')
  })

  it('reads a schedule come due as queued when it is moved', async () => {
    const { id } = await acceptOne(store(), {}, { due: { inMs: 200 } })
    const cancel = { to: 'cancelled', reason: null } as const
    expect(await store().deliveries.move(id, { ...cancel, from: ['queued'] })).toBeNull()
    await subject().advance(210)
    expect(await store().deliveries.move(id, { ...cancel, from: ['queued'] })).not.toBeNull()
  })

  it('puts a delivery off while its epoch holds', async () => {
    const { id } = await acceptOne(store())
    const { deliveries } = store()
    expect(await deliveries.defer(id, 7, 300, 'throttled')).toBe(false)
    expect(await deliveries.defer(id, 0, 300, 'throttled')).toBe(true)
    expect(await deliveries.defer(id, 0, 300, 'throttled')).toBe(false)
    expect(await deliveryNow(store(), id)).toMatchObject({ state: 'queued', reason: 'throttled' })
    expect(await deliveries.due(dueRequest())).toEqual([])
    await subject().advance(310)
    expect((await claimNow(store(), id)).kind).toBe('claimed')
    const { epoch } = await deliveryNow(store(), id)
    expect(await deliveries.defer(id, epoch, 300, 'throttled')).toBe(false)
  })

  it('lets a delivery wait for its recipient, and wakes it', async () => {
    const to = { channel: 'telegram', value: '815' } as const
    const { id } = await acceptOne(store(), to)
    const waiting = settlement({
      state: 'waiting',
      reason: 'recipient_must_start',
      dueInMs: 14 * DAY,
      deadlineInMs: 14 * DAY,
    })
    await sendOne(store(), id, waiting, { via: 'telegram' })
    const telegram = dueRequest({ channels: ['telegram'] })
    expect(await store().deliveries.due(telegram)).toEqual([])
    expect(await store().deliveries.wake({ channel: 'sms', value: '815' }, { a: 'b' })).toBe(0)
    expect(await store().deliveries.wake(to, { chat: '7' })).toBe(1)
    expect(await store().deliveries.wake(to, { chat: '7' })).toBe(0)
    expect(await store().deliveries.due(telegram)).toHaveLength(1)
    expect(await claimed(store(), id)).toMatchObject({ reach: { chat: '7' }, interrupted: false })
  })
}

async function both(
  a: () => Promise<unknown>,
  b: () => Promise<unknown>,
): Promise<[unknown, unknown]> {
  return Promise.all([a(), b()])
}
