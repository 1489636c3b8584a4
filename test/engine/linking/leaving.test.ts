import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { Account } from '#core/account.ts'
import type { Instant } from '#core/ids.ts'
import { link, openWorld, STORES, userNamed, type World } from './world.ts'

const DAVE = userNamed('Dave')
let world: World
let dave: Account
afterEach(() => world.close())

describe.each(STORES)('the only chat of an account made from it, on %s', (kind) => {
  beforeEach(async () => {
    world = await openWorld(kind, { signUp: 'open' })
    dave = await world.linking.createAccount(DAVE, { locale: 'en' })
  })

  const isLast = async () => {
    const account = await world.accounts.get(dave.id)
    return account && world.linking.isLastWayIn(DAVE, account)
  }

  test('is the last way in', async () => {
    expect(await isLast()).toBe(true)
  })

  test('is not, once there is another chat, a verified mailbox or a password', async () => {
    const { store, linking, accounts } = world
    const other = userNamed('Dave at work')
    await link(linking, other, dave)
    expect(await isLast()).toBe(false)
    await linking.unlink(other, dave.id, 'page')
    expect(await isLast()).toBe(true)

    await store.accounts.update(dave.id, { email: 'dave@example.org' })
    expect(await isLast()).toBe(true)
    await store.accounts.update(dave.id, { emailVerifiedAt: 5 as Instant })
    expect(await isLast()).toBe(false)

    await store.accounts.update(dave.id, { email: null, emailVerifiedAt: null })
    await store.accounts.putSession('this', dave.id, '{}', 60_000)
    await accounts.changePassword(dave, { old: '', fresh: 'the first pass phrase' }, 'this')
    expect(await isLast()).toBe(false)
  })
})
