import { expect, it } from 'vitest'
import type { Subject } from './harness.ts'
import {
  acceptOne,
  claimed,
  deliveryNow,
  endpointKey,
  sendOne,
  settlement,
  someAddress,
} from './plans.ts'

const RENDERED = { channel: 'carry', to: 'bob', text: 'hello' } as never

export function blankingContract(subject: () => Subject): void {
  const store = () => subject().store

  it('takes away what names the recipient, and leaves the link', async () => {
    const value = someAddress()
    const { id, account } = await acceptOne(store(), { value, name: 'Bob' })
    const { code } = await deliveryNow(store(), id)
    const failed = settlement({ state: 'failed', reason: 'refused', detail: `550 ${value}` })
    await sendOne(store(), id, failed, { providerIds: [`b:${value}`], reach: { chat: value } })
    await store().outbox.keep(id, RENDERED, 'http://localhost/r/x')
    expect(await store().shares.blank(300, 10)).toBe(0)
    await subject().advance(310)
    expect(await store().shares.blank(300, 10)).toBe(1)
    expect(await store().shares.blank(300, 10)).toBe(0)
    const blanked = await deliveryNow(store(), id)
    expect(blanked).toMatchObject({ recipient: null, name: null, address: null, detail: null })
    expect(blanked).toMatchObject({ code, endpoint: endpointKey(value), providerIds: [] })
    expect(blanked.lane.channel).toBe('email')
    expect(JSON.stringify(blanked)).not.toContain(`"${value}`)
    expect(await store().outbox.get(id)).toBeNull()
    expect(await store().deliveries.recents(account, 10)).toEqual([])
    const next = await acceptOne(store(), { value })
    expect((await claimed(store(), next.id)).reach).toBeNull()
  })

  it('leaves what is not final, and what became final lately', async () => {
    const old = await acceptOne(store())
    await sendOne(store(), old.id)
    const open = await acceptOne(store())
    await subject().advance(310)
    const fresh = await acceptOne(store())
    await sendOne(store(), fresh.id)
    expect(await store().shares.blank(300, 10)).toBe(1)
    expect((await deliveryNow(store(), old.id)).recipient).toBeNull()
    for (const { id } of [open, fresh]) {
      expect((await deliveryNow(store(), id)).recipient).not.toBeNull()
    }
  })

  it('keeps how an address is reached while another delivery names it', async () => {
    const value = someAddress()
    const old = await acceptOne(store(), { value })
    await sendOne(store(), old.id, settlement(), { reach: { chat: '5' } })
    await subject().advance(310)
    const fresh = await acceptOne(store(), { value })
    await sendOne(store(), fresh.id)
    await store().shares.blank(300, 10)
    const next = await acceptOne(store(), { value })
    expect((await claimed(store(), next.id)).reach).toEqual({ chat: '5' })
  })

  it('keeps how an address is reached for a delivery that nobody has tried yet', async () => {
    const value = someAddress()
    const old = await acceptOne(store(), { value })
    await sendOne(store(), old.id, settlement(), { reach: { chat: '5' } })
    const later = await acceptOne(store(), { value }, { due: { inMs: 400 } })
    await subject().advance(310)
    expect(await store().shares.blank(300, 10)).toBe(1)
    await subject().advance(100)
    expect((await claimed(store(), later.id)).reach).toEqual({ chat: '5' })
  })

  it('blanks as many as it was asked to', async () => {
    for (let i = 0; i < 3; i++) await sendOne(store(), (await acceptOne(store())).id)
    await subject().advance(20)
    expect(await store().shares.blank(10, 2)).toBe(2)
    expect(await store().shares.blank(10, 2)).toBe(1)
  })
}
