import { expect, it } from 'vitest'
import type { Subject } from './harness.ts'
import { namesakes, someUser } from './users.ts'

export function peopleContract(subject: () => Subject): void {
  const people = () => subject().store.people

  it('remembers who came by, and where they are written to', async () => {
    const bob = someUser({ handle: 'Bob_Lee' })
    expect(await people().get(bob)).toBeNull()
    await people().meet(bob)
    expect(await people().get(bob)).toEqual({ ...bob, reach: null })
    await people().meet(bob, { chat: '7' })
    expect(await people().get(bob)).toEqual({ ...bob, reach: { chat: '7' } })
    for (const other of namesakes(bob)) expect(await people().get(other)).toBeNull()
  })

  it('keeps the reach that nothing is said of, and forgets it when told', async () => {
    const bob = someUser()
    await people().meet(bob, { chat: '7' })
    const renamed = { ...bob, name: 'Robert', handle: 'bob7' }
    await people().meet(renamed)
    expect(await people().get(bob)).toEqual({ ...renamed, reach: { chat: '7' } })
    await people().meet(renamed, null)
    expect(await people().get(bob)).toEqual({ ...renamed, reach: null })
    await people().meet(renamed, { chat: '8' })
    expect(await people().get(bob)).toEqual({ ...renamed, reach: { chat: '8' } })
  })

  it('finds people by their handle, whatever its case', async () => {
    const bob = someUser({ handle: 'Bob_1' })
    await people().meet(bob)
    for (const handle of ['Bob_1', 'bob_1', 'BOB_1']) {
      expect(await people().byHandle(bob, handle)).toEqual({ ...bob, reach: null })
    }
    for (const place of namesakes(bob)) expect(await people().byHandle(place, 'Bob_1')).toBeNull()
    expect(await people().byHandle(bob, 'bob')).toBeNull()
  })

  it('gives a handle to whoever shows it last', async () => {
    const [bob, rob] = [someUser({ handle: 'bob_2' }), someUser({ handle: 'BOB_2' })]
    const elsewhere = someUser({ handle: 'bob_2', platform: 'slack' })
    for (const one of [elsewhere, bob]) await people().meet(one, { chat: one.id })
    await people().meet(rob)
    expect(await people().byHandle(bob, 'bob_2')).toEqual({ ...rob, reach: null })
    expect(await people().get(bob)).toEqual({ ...bob, handle: null, reach: { chat: bob.id } })
    expect(await people().byHandle(elsewhere, 'bob_2')).toMatchObject({ id: elsewhere.id })
    await people().meet(bob)
    expect(await people().byHandle(bob, 'bob_2')).toMatchObject({ id: bob.id })
    expect(await people().get(rob)).toMatchObject({ handle: null })
  })

  it('finds nobody by a handle that was given up', async () => {
    const bob = someUser({ handle: 'bob_3' })
    await people().meet(bob)
    await people().meet({ ...bob, handle: 'other_3' })
    expect(await people().byHandle(bob, 'bob_3')).toBeNull()
    expect(await people().byHandle(bob, 'other_3')).toMatchObject({ id: bob.id })
    await people().meet({ ...bob, handle: null })
    expect(await people().byHandle(bob, 'other_3')).toBeNull()
  })

  it('has one holder of a handle, however many show it together', async () => {
    const all = [1, 2, 3, 4].map(() => someUser({ handle: 'bob_4' }))
    await Promise.all(all.map((one) => people().meet(one, { chat: one.id })))
    const found = await Promise.all(all.map((one) => people().get(one)))
    const holders = found.filter((person) => person?.handle === 'bob_4')
    expect(found.map((person) => person?.reach)).toEqual(all.map(({ id }) => ({ chat: id })))
    expect(holders).toHaveLength(1)
    expect(await people().byHandle(someUser(), 'bob_4')).toEqual(holders[0])
  })

  it('meets one person for the first time once, however many see them', async () => {
    const bob = someUser({ handle: 'bob_5' })
    await Promise.all([1, 2, 3, 4].map(() => people().meet(bob, { chat: '7' })))
    expect(await people().get(bob)).toEqual({ ...bob, reach: { chat: '7' } })
  })
}
