import { expect, it } from 'vitest'
import { deliveryId } from '#core/ids.ts'
import type { RevisedShare, RevisionMark } from '#ports/store/shares.ts'
import type { Subject } from './harness.ts'
import {
  acceptOne,
  claimed,
  extendPlan,
  HOUR,
  sendOne,
  settlement,
  settleNow,
  sharePlan,
  someAccount,
} from './plans.ts'

export function listingContract(subject: () => Subject): void {
  const store = () => subject().store
  const page = (account: string, cursor: string | null, limit = 3) =>
    store().shares.page(account as never, { limit, cursor })

  it('lists shares newest first, without gaps or repeats while others are added', async () => {
    const account = someAccount()
    const ids: string[] = []
    for (let i = 0; i < 8; i++) {
      ids.push((await acceptOne(store(), {}, { account })).share)
      if (i % 3 === 0) await subject().advance(3)
    }
    const seen: string[] = []
    const created: number[] = []
    let cursor: string | null = null
    do {
      const found: Awaited<ReturnType<typeof page>> = await page(account, cursor)
      for (const { share } of found.items) {
        seen.push(share.id)
        created.push(share.createdAt)
      }
      cursor = found.cursor
      await acceptOne(store(), {}, { account })
      await acceptOne(store())
    } while (cursor)
    expect([...seen].sort()).toEqual([...ids].sort())
    expect(created).toEqual([...created].sort((a, b) => b - a))
  })

  it('says how many deliveries of a share stand where', async () => {
    const plan = sharePlan({ to: [{}, {}, {}] })
    await store().shares.accept(plan)
    await sendOne(store(), deliveryId(plan.id, 0))
    await sendOne(store(), deliveryId(plan.id, 1), settlement({ state: 'failed' }))
    const later = extendPlan(plan.id, plan.account, [{}], { due: { inMs: HOUR } })
    await store().shares.extend(later)
    const { items, cursor } = await page(plan.account, null)
    expect(cursor).toBeNull()
    expect(items[0]).toMatchObject({ total: 4, opened: 0 })
    expect(items[0]?.states).toEqual({ accepted: 1, failed: 1, queued: 1, scheduled: 1 })
  })

  it('shows an account its own shares alone', async () => {
    await acceptOne(store())
    expect(await page(someAccount(), null)).toEqual({ items: [], cursor: null })
  })

  it('refuses a cursor that it never gave', async () => {
    for (const cursor of ['', 'x', Buffer.from("1.'--").toString('base64url'), '\u0000']) {
      await expect(page(someAccount(), cursor)).rejects.toMatchObject({ code: 'invalid_request' })
    }
  })

  it('raises the revision of shares that changed, each once', async () => {
    const { id, share, account } = await acceptOne(store())
    expect(await store().shares.revise(10)).toEqual([])
    const before = (await store().shares.get(share))?.revision ?? 0
    const { lease } = await claimed(store(), id)
    const revised = await store().shares.revise(10)
    expect(revised).toEqual([{ id: share, account, revision: before + 1 }])
    expect((await store().shares.get(share))?.revision).toBe(before + 1)
    expect(await store().shares.revise(10)).toEqual([])
    const request = {
      settlement: settlement(),
      via: 'email',
      providerIds: [],
      reach: null,
    } as const
    await store().deliveries.settle(lease, request)
    await store().shares.mark(share, 'recalled')
    expect(await store().shares.revise(10)).toHaveLength(1)
  })

  it('revises as many shares as it was asked to', async () => {
    for (let i = 0; i < 3; i++) await sendOne(store(), (await acceptOne(store())).id)
    const first = await store().shares.revise(2)
    const rest = await store().shares.revise(2)
    expect([first.length, rest.length]).toEqual([2, 1])
    expect(new Set([...first, ...rest].map(({ id }) => id)).size).toBe(3)
  })

  it('tells everybody which revisions were raised since a mark', async () => {
    const { shares } = store()
    await sendOne(store(), (await acceptOne(store())).id)
    await shares.revise(10)
    const start = await shares.revisedSince(null, 10)
    expect(start.shares).toEqual([])
    const made = []
    for (let i = 0; i < 3; i++) made.push(await acceptOne(store()))
    for (const { id } of made) await sendOne(store(), id)
    const raised = await shares.revise(10)
    expect(await followed(start.mark, 2)).toEqual(expect.arrayContaining([...raised]))
    expect(await followed(start.mark, 10)).toEqual(expect.arrayContaining([...raised]))
  })

  it('names a share that was raised again with its last revision', async () => {
    const { shares } = store()
    const { mark } = await shares.revisedSince(null, 10)
    const { id, share, account } = await acceptOne(store())
    const { lease } = await claimed(store(), id)
    const [first] = await shares.revise(10)
    const { mark: next } = await shares.revisedSince(mark, 10)
    await settleNow(store(), lease)
    await shares.revise(10)
    const last = { id: share, account, revision: (first?.revision ?? 0) + 1 }
    expect((await shares.revisedSince(next, 10)).shares).toContainEqual(last)
    expect((await shares.revisedSince(mark, 10)).shares).toContainEqual(last)
  })

  /** All that comes behind a mark, page by page, as far as whole pages come. */
  async function followed(mark: RevisionMark, limit: number): Promise<readonly RevisedShare[]> {
    const found = await store().shares.revisedSince(mark, limit)
    if (found.shares.length < limit) return found.shares
    return [...found.shares, ...(await followed(found.mark, limit))]
  }

  it('exports everything of an account, oldest first', async () => {
    const account = someAccount()
    const ids: string[] = []
    for (let i = 0; i < 60; i++) {
      ids.push((await acceptOne(store(), {}, { account })).share)
      if (i === 0) await subject().advance(2)
    }
    await acceptOne(store())
    const found: string[] = []
    for await (const { share, deliveries } of store().shares.export(account)) {
      expect(deliveries).toHaveLength(1)
      found.push(share.id)
    }
    expect(found.toSorted()).toEqual(ids.toSorted())
    expect(found[0]).toBe(ids[0])
  })
}
