import { expect, it } from 'vitest'
import { acceptWaiting } from './arrivals.ts'
import { statusOf } from './conversations.ts'
import type { Subject } from './harness.ts'
import {
  acceptOne,
  claimed,
  dueRequest,
  HOUR,
  sendOne,
  settleNow,
  sharePlan,
  someAccount,
} from './plans.ts'
import { someUser } from './users.ts'

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

  it('knows who came by an invitation, and where the sender was asked', async ({ skip }) => {
    const id = await acceptWaiting(subject().store)
    const [user, at] = [someUser({ handle: 'eve' }), someUser()]
    await subject().store.deliveries.noteArrival(id, { kind: 'came', user })
    let { deliveries } = await reopened(skip)
    const unasked = async () => (await deliveries.unasked(at, { limit: 10 })).deliveries
    expect(await unasked()).toMatchObject([{ id, arrivals: [{ user, asked: [] }] }])
    await deliveries.noteArrival(id, { kind: 'asked', user, at })
    deliveries = (await reopened(skip)).deliveries
    expect(await unasked()).toEqual([])
    expect(await deliveries.get(id)).toMatchObject({ arrivals: [{ user, refused: false }] })
  })

  it('goes on with a link wherever it stood, step by step over kills', async ({ skip }) => {
    const [user, account, hash] = [someUser({ handle: 'bob' }), someAccount(), 'a-link']
    await subject().store.identities.begin({ hash, begun: 'chat', user, movesFrom: null }, HOUR)
    let { identities } = await reopened(skip)
    expect(await identities.meet(hash, { account, pinHash: 'pin' })).toMatchObject({ user })
    identities = (await reopened(skip)).identities
    expect(await identities.countTry(hash, 5)).toMatchObject({ user, account, tries: 1 })
    identities = (await reopened(skip)).identities
    expect(await identities.countTry(hash, 2)).toMatchObject({ tries: 2, pinHash: 'pin' })
    expect(await identities.countTry(hash, 2)).toBeNull()
    const linked = await identities.link(user, account, null)
    identities = (await reopened(skip)).identities
    expect(await identities.link(user, account, null)).toEqual(linked)
    expect(await identities.end(hash)).toBe(true)
    identities = (await reopened(skip)).identities
    expect(await identities.attemptOf({ user })).toBeNull()
    expect(await identities.byUser(user)).toEqual(linked)
  })

  it('knows people, what they were saying and where they are shown a status again', async ({
    skip,
  }) => {
    const bob = someUser({ handle: 'bob' })
    const { share, account } = await acceptOne(subject().store)
    const status = statusOf({ share, account }, bob)
    await subject().store.people.meet(bob, { chat: '7' })
    await subject().store.conversations.save(bob, 'a draft', 0)
    await subject().store.conversations.follow(status)
    const { people, conversations } = await reopened(skip)
    expect(await people.byHandle(bob, 'BOB')).toEqual({ ...bob, reach: { chat: '7' } })
    expect(await conversations.load(bob)).toEqual({ state: 'a draft', version: 1 })
    expect(await conversations.ofShare(share)).toEqual([status])
  })
}
