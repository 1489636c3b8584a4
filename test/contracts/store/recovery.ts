import { expect, it } from 'vitest'
import type { Subject } from './harness.ts'
import { acceptOne, claimed, dueRequest, sendOne, settleNow, sharePlan } from './plans.ts'

export function recoveryContract(subject: () => Subject): void {
  const reopened = async (skip: (reason: string) => void) => {
    const { reopen } = subject()
    if (typeof reopen === 'function') return reopen()
    skip(reopen.skip)
    throw new Error(reopen.skip)
  }

  it('has everything again after a kill', async ({ skip }) => {
    const plan = sharePlan({
      to: [{}, {}, {}],
      idempotency: { key: 'k', hash: 'h', ttlMs: 60_000 },
    })
    await subject().store.shares.accept(plan)
    const before = await subject().store.deliveries.ofShare(plan.id)
    const store = await reopened(skip)
    expect(await store.deliveries.ofShare(plan.id)).toEqual(before)
    expect((await store.shares.findByKey(plan.account, 'k', 'h'))?.kind).toBe('replayed')
    expect(await store.deliveries.due(dueRequest())).toHaveLength(3)
  })

  it('calls interrupted, and soon, what was being sent', async ({ skip }) => {
    const { id } = await acceptOne(subject().store)
    const { lease } = await claimed(subject().store, id, { leaseMs: 500 })
    const store = await reopened(skip)
    const [due] = await store.deliveries.due(dueRequest())
    expect(due).toMatchObject({ id, epoch: lease.epoch })
    expect((await settleNow(store, lease)).kind).toBe('fenced')
    expect(await claimed(store, id)).toMatchObject({ interrupted: true })
  })

  it('raises revisions that a crash left behind', async ({ skip }) => {
    const { id, share } = await acceptOne(subject().store)
    await sendOne(subject().store, id)
    const store = await reopened(skip)
    expect((await store.shares.revise(10)).map((revised) => revised.id)).toEqual([share])
  })
}
