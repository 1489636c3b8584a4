import { expect, it } from 'vitest'
import type { ConnectionRef } from '#core/address.ts'
import { type DeliveryId, deliveryId, newShareId } from '#core/ids.ts'
import { LEASE_MS, randomBytes, type Subject } from './harness.ts'
import { acceptOne } from './plans.ts'

export function connectionsContract(subject: () => Subject): void {
  const connections = () => subject().store.connections
  const mail = { channel: 'email', connection: 'default' } as ConnectionRef

  it('tells once that a connection went down, and once that it came back', async () => {
    expect(await connections().down()).toEqual([])
    expect(await connections().pause(mail, 'bad password')).toBe(true)
    expect(await connections().pause(mail, 'still bad')).toBe(false)
    expect(await connections().down()).toMatchObject([{ connection: mail, detail: 'still bad' }])
    expect(await connections().resume(mail)).toBe(true)
    expect(await connections().resume(mail)).toBe(false)
    expect(await connections().down()).toEqual([])
  })

  it('gives a name to one holder at a time', async () => {
    const hold = (holder: string) => connections().hold('poller', holder, LEASE_MS)
    expect((await Promise.all([hold('a'), hold('b')])).filter(Boolean)).toHaveLength(1)
    const [holder, other] = (await hold('a')) ? ['a', 'b'] : ['b', 'a']
    expect([await hold(holder), await hold(other)]).toEqual([true, false])
    await connections().release('poller', other)
    expect(await hold(other)).toBe(false)
    await connections().release('poller', holder)
    expect(await hold(other)).toBe(true)
    await subject().advance(LEASE_MS + 20)
    expect(await hold(holder)).toBe(true)
  })
}

export function outboxContract(subject: () => Subject): void {
  const outbox = () => subject().store.outbox
  const rendered = (text: string) => ({ channel: 'carry', to: 'bob', text }) as const

  it('keeps a message once, exactly as it was made', async () => {
    const { id } = await acceptOne(subject().store, { value: 'bob@example.org' })
    expect(await outbox().get(id)).toBeNull()
    await outbox().keep(id, rendered('first 你好'), 'http://localhost/r/1')
    await outbox().keep(id, rendered('second'), 'http://localhost/r/1')
    expect(await outbox().get(id)).toMatchObject({
      delivery: id,
      rendered: rendered('first 你好'),
      recipient: 'bob@example.org',
      link: 'http://localhost/r/1',
      via: 'outbox',
    })
    expect(await outbox().remove(id)).toBe(true)
    expect(await outbox().remove(id)).toBe(false)
  })

  it('forgets what was kept long ago, so many at a time', async () => {
    const ids: DeliveryId[] = []
    for (let i = 0; i < 4; i++) {
      // Mail of the service itself belongs to no delivery.
      const id = deliveryId(newShareId(subject().now(), randomBytes), 0)
      if (i === 3) await subject().advance(300)
      await outbox().keep(id, rendered(`${i}`), 'http://localhost/r/1')
      ids.push(id)
    }
    expect(await outbox().forget(300, 2)).toBe(2)
    expect(await outbox().forget(300, 5)).toBe(1)
    expect(await outbox().forget(300, 5)).toBe(0)
    expect(await outbox().get(ids[0]!)).toBeNull()
    expect(await outbox().get(ids[3]!)).toMatchObject({ recipient: null })
  })

  it('lists messages newest first, page by page', async () => {
    const ids: string[] = []
    for (let i = 0; i < 7; i++) {
      const { id } = await acceptOne(subject().store)
      await outbox().keep(id, rendered(`${i}`), 'http://localhost/r/1')
      ids.unshift(id)
      await subject().advance(2)
    }
    const seen: string[] = []
    let cursor: string | null = null
    do {
      const page: Awaited<ReturnType<ReturnType<typeof outbox>['page']>> = await outbox().page({
        limit: 3,
        cursor,
      })
      seen.push(...page.items.map(({ delivery }) => delivery))
      cursor = page.cursor
    } while (cursor)
    expect(seen).toEqual(ids)
  })
}
