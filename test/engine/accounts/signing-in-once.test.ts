import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { Account } from '#core/account.ts'
import { metFromChat, userNamed } from '../linking/world.ts'
import { member, openWorld, PASSWORD, refusalOf, STORES, type World } from './world.ts'

const DAVE = userNamed('Dave')
const MINUTE_MS = 60_000
let world: World
let dave: Account
afterEach(() => world.close())

async function open(kind: (typeof STORES)[number]): Promise<void> {
  world = await openWorld(kind, { signUp: 'open' })
  dave = await world.engine.linking.createAccount(DAVE, { locale: 'en' })
}

const ticketOf = async (account: Account) => (await world.accounts.signInTicket(account)).ticket

describe.each(STORES)('a link to sign in by, on %s', (kind) => {
  beforeEach(() => open(kind))

  test('signs in once, though it is looked at before, and many use it at a time', async () => {
    const { accounts } = world
    const ticket = await ticketOf(dave)
    expect((await accounts.whoseSignIn(ticket))?.id).toBe(dave.id)
    const uses = [1, 2, 3].map(() => accounts.signInOnce(ticket))
    const refused = await Promise.all(uses.map(refusalOf))
    expect(refused.filter((code) => code === undefined)).toHaveLength(1)
    expect(await refusalOf(accounts.signInOnce(ticket))).toBe('gone')
    expect(await accounts.whoseSignIn(ticket)).toBeNull()
  })

  test('is void after ten minutes, and once there is another', async () => {
    const { accounts, advance } = world
    const first = await ticketOf(dave)
    const second = await ticketOf(dave)
    expect(await accounts.whoseSignIn(first)).toBeNull()
    expect(await accounts.whoseSignIn(second)).not.toBeNull()
    advance(10 * MINUTE_MS)
    expect(await refusalOf(accounts.signInOnce(second))).toBe('gone')
  })

  test('is void once the chat is unlinked, or acts for another account', async () => {
    const { accounts, engine } = world
    const before = await ticketOf(dave)
    await engine.linking.unlink(DAVE, dave.id, 'page')
    expect(await accounts.whoseSignIn(before)).toBeNull()

    const bob = await member(world, 'bob')
    const carol = await member(world, 'carol')
    await engine.linking.finishInChat(DAVE, await metFromChat(engine.linking, DAVE, bob))
    const left = await ticketOf(bob)
    const pin = await metFromChat(engine.linking, DAVE, carol, { move: true })
    await engine.linking.finishInChat(DAVE, pin)
    expect(await accounts.whoseSignIn(left)).toBeNull()
  })

  test('is void once the password is another', async () => {
    const { accounts } = world
    const carol = await member(world, 'carol')
    const changed = await ticketOf(carol)
    await accounts.changePassword(carol, { old: PASSWORD, fresh: 'another long one' }, 'this')
    expect(await accounts.whoseSignIn(changed)).toBeNull()
    const reset = await ticketOf(carol)
    await accounts.resetPassword(await accounts.resetTicket('carol'), PASSWORD)
    expect(await accounts.whoseSignIn(reset)).toBeNull()
  })
})

describe('links to sign in by', () => {
  beforeEach(() => open('memory'))

  test('are no links of another purpose, nor these', async () => {
    const { accounts } = world
    const reset = await accounts.resetTicket(dave.username)
    expect(await refusalOf(accounts.signInOnce(reset))).toBe('gone')
    expect(await refusalOf(accounts.resetPassword(await ticketOf(dave), PASSWORD))).toBe('gone')
    for (const made of ['', 'x', `${'a'.repeat(32)}`]) {
      expect(await refusalOf(accounts.signInOnce(made))).toBe('gone')
    }
  })

  test('are given without end to nobody, and never to the operator', async () => {
    const { accounts, ann } = world
    expect(await refusalOf(accounts.signInTicket(ann))).toBe('forbidden')
    for (let n = 0; n < 10; n++) await ticketOf(dave)
    expect(await refusalOf(ticketOf(dave))).toBe('rate_limited')
  })
})
