import { expect, it } from 'vitest'
import { CANCELLABLE } from '#core/delivery.ts'
import { type Place, type PlatformUser, placeKey } from '#core/identity.ts'
import type { ConnectionId, DeliveryId } from '#core/ids.ts'
import { type Arrival, MAX_ARRIVALS } from '#core/share.ts'
import type { Store } from '#ports/store/store.ts'
import type { Subject } from './harness.ts'
import {
  acceptOne,
  DAY,
  deliveryNow,
  endpointKey,
  sendOne,
  settlement,
  sharePlan,
} from './plans.ts'
import { someUser } from './users.ts'

const HERE: Place = { platform: 'telegram', connection: 'default' as ConnectionId }
const THERE: Place = { platform: 'slack', connection: 'T1' as ConnectionId }

const arrival = (user: PlatformUser, more: Partial<Arrival> = {}): Arrival => ({
  ...{ user, refused: false, asked: [] },
  ...more,
})

/** One that waits for somebody who has to come first. */
export async function acceptWaiting(store: Store): Promise<DeliveryId> {
  const { id } = await acceptOne(store, { channel: 'telegram', value: '@bob' })
  const waits = { state: 'waiting', reason: 'recipient_must_start', dueInMs: DAY } as const
  await sendOne(store, id, settlement(waits), { via: 'telegram' })
  return id
}

/** Those who came by the invitation to a delivery that waits, and of whom its sender is asked. */
export function arrivalsContract(subject: () => Subject): void {
  const store = () => subject().store
  const deliveries = () => store().deliveries
  const comes = (id: DeliveryId, user: PlatformUser) =>
    deliveries().noteArrival(id, { kind: 'came', user })
  const came = async (id: DeliveryId) => (await deliveryNow(store(), id)).arrivals
  const unasked = async (place: Place) => {
    const { deliveries: found } = await deliveries().unasked(place, { limit: 1_000 })
    return found.map(({ id }) => id)
  }

  it('are kept beside it, each once and as they showed themselves, and move nothing', async () => {
    const id = await acceptWaiting(store())
    const before = await deliveryNow(store(), id)
    const [eve, rob] = [someUser({ handle: 'Eve' }), someUser()]
    for (const user of [eve, rob, eve]) await comes(id, user)
    const after = await comes(id, rob)
    expect(after).toEqual({ ...before, arrivals: [arrival(eve), arrival(rob)] })
    expect(await deliveryNow(store(), id)).toEqual(after)
    expect(await deliveries().ofShare(before.share)).toEqual([after])
  })

  it('are told from namesakes elsewhere', async () => {
    const id = await acceptWaiting(store())
    const eve = someUser()
    await comes(id, eve)
    await comes(id, { ...eve, ...THERE })
    await deliveries().noteArrival(id, { kind: 'refused', user: eve })
    expect(await came(id)).toEqual([arrival(eve, { refused: true }), arrival({ ...eve, ...THERE })])
  })

  it('are all there where many come at once', async () => {
    const id = await acceptWaiting(store())
    const users = Array.from({ length: 5 }, () => someUser())
    await Promise.all([...users, ...users].map((user) => comes(id, user)))
    const ids = (await came(id)).map(({ user }) => user.id)
    expect(ids.toSorted()).toEqual(users.map((user) => user.id).toSorted())
  })

  it('raise the revision of the share, as answers about them do', async () => {
    const id = await acceptWaiting(store())
    const eve = someUser()
    const revised = async () => (await store().shares.revise(100)).length
    await revised()
    await comes(id, eve)
    expect(await revised()).toBe(1)
    await comes(id, eve)
    expect(await revised()).toBe(0)
    await deliveries().noteArrival(id, { kind: 'refused', user: eve })
    expect(await revised()).toBe(1)
  })

  it('are not asked of again once refused, though they come again', async () => {
    const id = await acceptWaiting(store())
    const eve = someUser()
    await comes(id, eve)
    for (let i = 0; i < 2; i++) {
      expect(await deliveries().noteArrival(id, { kind: 'refused', user: eve })).toMatchObject({
        state: 'waiting',
        arrivals: [arrival(eve, { refused: true })],
      })
    }
    await comes(id, eve)
    expect(await came(id)).toEqual([arrival(eve, { refused: true })])
    expect(await unasked(HERE)).not.toContain(id)
  })

  it('are asked of at each place, until it was done there', async () => {
    const id = await acceptWaiting(store())
    const [eve, rob] = [someUser(), someUser()]
    expect(await unasked(HERE)).not.toContain(id)
    await comes(id, eve)
    await comes(id, rob)
    await deliveries().noteArrival(id, { kind: 'asked', user: eve, at: HERE })
    expect(await unasked(HERE)).toContain(id)
    for (let i = 0; i < 2; i++) {
      await deliveries().noteArrival(id, { kind: 'asked', user: rob, at: HERE })
    }
    expect(await unasked(HERE)).not.toContain(id)
    expect(await unasked(THERE)).toContain(id)
    const asked = [placeKey(HERE)]
    expect(await came(id)).toEqual([arrival(eve, { asked }), arrival(rob, { asked })])
  })

  it('are found page by page', async () => {
    const ids: DeliveryId[] = []
    for (let i = 0; i < 5; i++) {
      const id = await acceptWaiting(store())
      await comes(id, someUser())
      ids.push(id)
    }
    const found: DeliveryId[] = []
    let after: string | undefined
    do {
      const page = await deliveries().unasked(HERE, { limit: 2, after })
      expect(page.deliveries.length).toBeLessThanOrEqual(2)
      found.push(...page.deliveries.map(({ id }) => id))
      after = page.next ?? undefined
    } while (after !== undefined)
    expect(found.toSorted()).toEqual(ids.toSorted())
  })

  it('are so many at most: whoever was refused first makes room', async () => {
    const id = await acceptWaiting(store())
    const users = Array.from({ length: MAX_ARRIVALS + 2 }, () => someUser())
    for (const user of users.slice(0, -1)) await comes(id, user)
    expect((await came(id)).map(({ user }) => user)).toEqual(users.slice(0, MAX_ARRIVALS))
    const [, second, third] = users as [PlatformUser, PlatformUser, PlatformUser]
    for (const user of [third, second]) {
      await deliveries().noteArrival(id, { kind: 'refused', user })
    }
    const last = users.at(-1) as PlatformUser
    await comes(id, last)
    const left = (await came(id)).map(({ user }) => user.id)
    expect(left).toHaveLength(MAX_ARRIVALS)
    expect(left).toContain(last.id)
    expect(left).not.toContain(second.id)
  })

  it('are forgotten when it waits no longer, however that comes about', async () => {
    const address = { channel: 'telegram', value: '805' } as const
    const ends: Readonly<Record<string, (id: DeliveryId) => Promise<unknown>>> = {
      released: (id) =>
        deliveries().readdress(id, { address, endpoint: endpointKey('805'), reach: { chat: '5' } }),
      woken: () => deliveries().wake({ channel: 'telegram', value: '@bob' }, { chat: '5' }),
      cancelled: (id) =>
        deliveries().move(id, { from: CANCELLABLE, to: 'cancelled', reason: null }),
      'passed on': (id) =>
        deliveries().move(id, { from: ['waiting'], to: 'accepted', reason: null, via: 'carry' }),
    }
    for (const [how, end] of Object.entries(ends)) {
      const id = await acceptWaiting(store())
      const eve = someUser()
      await comes(id, eve)
      await end(id)
      expect(await came(id), how).toEqual([])
      expect(await unasked(HERE), how).not.toContain(id)
      expect(await comes(id, eve), how).toBeNull()
      expect(await came(id), how).toEqual([])
    }
  })

  it('are forgotten with a share that is taken back', async () => {
    const id = await acceptWaiting(store())
    await comes(id, someUser())
    const { share } = await deliveryNow(store(), id)
    await store().shares.mark(share, 'recalled')
    expect(await deliveryNow(store(), id)).toMatchObject({ state: 'recalled', arrivals: [] })
    expect(await unasked(HERE)).not.toContain(id)
  })

  it('are forgotten at the deadline: what is blanked later names nobody', async () => {
    const { id } = await acceptOne(
      store(),
      { channel: 'telegram', value: '@bob' },
      { deadlineMs: 400 },
    )
    const waits = { state: 'waiting', reason: 'recipient_must_start', dueInMs: null } as const
    await sendOne(store(), id, settlement(waits), { via: 'telegram' })
    const eve = someUser({ handle: 'eve_of_the_deadline' })
    await comes(id, eve)
    await subject().advance(410)
    expect(await store().deliveries.expire(100)).toBe(1)
    expect(await deliveryNow(store(), id)).toMatchObject({ state: 'failed', arrivals: [] })
    await subject().advance(20)
    expect(await store().shares.blank(10, 10)).toBe(1)
    expect(JSON.stringify(await deliveryNow(store(), id))).not.toContain(eve.handle)
  })

  it('come to nothing where there is no such delivery, or it does not wait', async () => {
    const { id } = await acceptOne(store(), { channel: 'telegram', value: '@bob' })
    const unknown = `${sharePlan().id}-0` as DeliveryId
    for (const one of [id, unknown]) {
      expect(await comes(one, someUser())).toBeNull()
      expect(await deliveries().noteArrival(one, { kind: 'refused', user: someUser() })).toBeNull()
    }
    const waiting = await acceptWaiting(store())
    await deliveries().noteArrival(waiting, { kind: 'asked', user: someUser(), at: HERE })
    expect(await came(waiting)).toEqual([])
  })
}
