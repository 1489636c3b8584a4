import { randomBytes } from 'node:crypto'
import { expect, test } from 'vitest'
import { createMemoryStore } from '#adapters/stores/memory/store.ts'
import { purge } from '#engine/delivering/sweeper.ts'
import { statusOf } from '#test/contracts/store/conversations.ts'
import { acceptOne, DAY } from '#test/contracts/store/plans.ts'
import { someUser } from '#test/contracts/store/users.ts'
import { createMovableClock } from '#test/fixtures/engine.ts'

/** A conversation that names recipients, a status that nothing happens to, and a person, so many days later. */
async function leftAfter(days: number, identifyDays: number) {
  const { clock, advance } = createMovableClock()
  const store = createMemoryStore({}, { clock, randomBytes })
  const bob = someUser()
  const shared = await acceptOne(store)
  await store.conversations.save(bob, 'to ann@example.org', 0)
  await store.conversations.follow(statusOf(shared, bob))
  await store.people.meet(bob, { chat: '7' })
  advance(days * DAY)
  await purge(store, identifyDays * DAY)
  return {
    conversation: (await store.conversations.load(bob)) !== null,
    status: (await store.conversations.ofShare(shared.share)).length === 1,
    person: (await store.people.get(bob)) !== null,
  }
}

test('what nobody goes on with is let go after ninety days, and people who came stay', async () => {
  const all = { conversation: true, status: true, person: true }
  expect(await leftAfter(89, 365)).toEqual(all)
  expect(await leftAfter(90, 365)).toEqual({ ...all, conversation: false, status: false })
})

test('what names recipients goes as early as they are blanked', async () => {
  expect(await leftAfter(7, 7)).toEqual({ conversation: false, status: true, person: true })
})
