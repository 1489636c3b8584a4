import { expect, it } from 'vitest'
import type { ReceiptVerdict } from '#core/delivery.ts'
import type { Receipt } from '#ports/channel.ts'
import type { Subject } from './harness.ts'
import {
  acceptOne,
  claimed,
  deliveryNow,
  retryIn,
  sendOne,
  settlement,
  settleNow,
} from './plans.ts'

function receipt(
  providerId: string,
  state: ReceiptVerdict['state'],
  connection = 'default',
): Receipt {
  const reason = state === 'failed' ? 'bounced' : null
  return {
    connection: { channel: 'email', connection: connection as never },
    providerId,
    verdict: { state, reason, detail: null },
  }
}

export function receiptsContract(subject: () => Subject): void {
  const store = () => subject().store

  it('applies a receipt once', async () => {
    const { id } = await acceptOne(store())
    await sendOne(store(), id, settlement(), { providerIds: ['r1'] })
    expect(await store().deliveries.receipt(receipt('r1', 'delivered'))).toBe('applied')
    expect(await store().deliveries.receipt(receipt('r1', 'delivered'))).toBe('ignored')
    expect((await deliveryNow(store(), id)).state).toBe('delivered')
  })

  it('never moves a delivery backwards', async () => {
    const { id } = await acceptOne(store())
    await sendOne(store(), id, settlement(), { providerIds: ['r2'] })
    await store().deliveries.receipt(receipt('r2', 'delivered'))
    expect(await store().deliveries.receipt(receipt('r2', 'accepted'))).toBe('ignored')
    expect(await store().deliveries.receipt(receipt('r2', 'failed'))).toBe('ignored')
    expect((await deliveryNow(store(), id)).state).toBe('delivered')
  })

  it('keeps a receipt that comes before the answer to the send', async () => {
    const { id } = await acceptOne(store())
    const { lease } = await claimed(store(), id)
    expect(await store().deliveries.receipt(receipt('r3', 'delivered'))).toBe('parked')
    expect(await store().deliveries.receipt(receipt('r3', 'delivered'))).toBe('parked')
    const result = await settleNow(store(), lease, settlement(), { providerIds: ['r3'] })
    expect(result).toMatchObject({ kind: 'settled', delivery: { state: 'delivered' } })
    expect((await deliveryNow(store(), id)).state).toBe('delivered')
    expect(await store().deliveries.unpark(-1_000)).toBe(0)
  })

  it('never loses a receipt that races with the settle', async () => {
    for (let i = 0; i < 20; i++) {
      const { id } = await acceptOne(store())
      const { lease } = await claimed(store(), id)
      const providerIds = [`race-${i}`]
      const steps = [
        () => settleNow(store(), lease, settlement(), { providerIds }),
        () => store().deliveries.receipt(receipt(`race-${i}`, 'delivered')),
      ]
      await Promise.all((i % 2 ? steps : steps.reverse()).map((step) => step()))
      expect((await deliveryNow(store(), id)).state).toBe('delivered')
    }
  })

  it('applies parked receipts in the order in which they came', async () => {
    const { id } = await acceptOne(store())
    const { lease } = await claimed(store(), id)
    await store().deliveries.receipt(receipt('r4', 'delivered'))
    await store().deliveries.receipt(receipt('r5', 'failed'))
    await store().deliveries.receipt(receipt('r4', 'accepted'))
    await settleNow(store(), lease, settlement(), { providerIds: ['r5', 'r4'] })
    expect((await deliveryNow(store(), id)).state).toBe('delivered')
  })

  it('lets a receipt correct what was accepted or unknown', async () => {
    const bounced = await acceptOne(store())
    await sendOne(store(), bounced.id, settlement(), { providerIds: ['r6'] })
    expect(await store().deliveries.receipt(receipt('r6', 'failed'))).toBe('applied')
    expect(await deliveryNow(store(), bounced.id)).toMatchObject({
      state: 'failed',
      reason: 'bounced',
    })
    const unknown = await acceptOne(store())
    const outcome = settlement({ state: 'unknown', reason: 'outcome_unknown', unknowns: 1 })
    await sendOne(store(), unknown.id, outcome, { providerIds: ['r7'] })
    expect(await store().deliveries.receipt(receipt('r7', 'delivered'))).toBe('applied')
    const delivery = await deliveryNow(store(), unknown.id)
    expect([delivery.state, delivery.acceptedAt !== null]).toEqual(['delivered', true])
  })

  it('tells connections apart', async () => {
    const { id } = await acceptOne(store())
    await sendOne(store(), id, settlement(), { providerIds: ['r8'] })
    expect(await store().deliveries.receipt(receipt('r8', 'delivered', 'other'))).toBe('parked')
    expect((await deliveryNow(store(), id)).state).toBe('accepted')
  })

  it('finds a delivery by any of the ids that providers gave it', async () => {
    const { id } = await acceptOne(store())
    const ref = (connection: string) => receipt('', 'delivered', connection).connection
    expect(await store().deliveries.named(ref('default'), 'n1')).toBeNull()
    await sendOne(store(), id, retryIn(0), { providerIds: ['n1'] })
    await sendOne(store(), id, settlement(), { providerIds: ['n2'] })
    for (const providerId of ['n1', 'n2']) {
      expect(await store().deliveries.named(ref('default'), providerId)).toMatchObject({ id })
    }
    expect(await store().deliveries.named(ref('other'), 'n1')).toBeNull()
    expect(await store().deliveries.named(ref('default'), 'n')).toBeNull()
  })

  it('keeps the provider ids of every attempt', async () => {
    const { id } = await acceptOne(store())
    await sendOne(store(), id, retryIn(0), { providerIds: ['r9'] })
    const { lease } = await claimed(store(), id)
    expect(await store().deliveries.receipt(receipt('r9', 'delivered'))).toBe('parked')
    await settleNow(store(), lease, settlement(), { providerIds: ['r10'] })
    expect(await deliveryNow(store(), id)).toMatchObject({
      state: 'delivered',
      providerIds: ['r9', 'r10'],
    })
  })

  it('forgets parked receipts that nobody came for', async () => {
    await store().deliveries.receipt(receipt('r11', 'delivered'))
    await subject().advance(100)
    await store().deliveries.receipt(receipt('r12', 'delivered'))
    expect(await store().deliveries.unpark(50)).toBe(1)
    expect(await store().deliveries.unpark(50)).toBe(0)
    const { id } = await acceptOne(store())
    expect(await sendOne(store(), id, settlement(), { providerIds: ['r11'] })).toMatchObject({
      state: 'accepted',
    })
  })
}
