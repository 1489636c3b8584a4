import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { Account } from '#core/account.ts'
import { userNamed } from '../linking/world.ts'
import { IP, member, openWorld, PASSWORD, refusalOf, STORES, type World } from './world.ts'

const FRESH = 'another long one'
const HOUR_MS = 3_600_000
const DAY_MS = 24 * HOUR_MS
let world: World
let carol: Account
afterEach(() => world.close())

async function open(kind: (typeof STORES)[number]): Promise<void> {
  world = await openWorld(kind, { signUp: 'open' })
  carol = await member(world, 'carol')
}

const idsOf = async (account: Account) =>
  (await world.accounts.sessions(account.id)).map(({ id }) => id).sort()

describe.each(STORES)('who is signed in, on %s', (kind) => {
  beforeEach(() => open(kind))

  test('changes the password by the old one, and stays signed in alone', async () => {
    const { accounts, store, ann } = world
    for (const key of ['this', 'that', 'other']) {
      await store.accounts.putSession(key, carol.id, '{}', 60_000, 'Firefox, Linux')
    }
    await store.accounts.putSession('hers', ann.id, '{}', 60_000)
    const reset = await accounts.resetTicket('carol')
    await accounts.changePassword(carol, { old: PASSWORD, fresh: FRESH }, 'this')
    expect(await idsOf(carol)).toEqual(['this'])
    expect(await idsOf(ann)).toEqual(['hers'])
    expect(await accounts.signIn('carol', PASSWORD, IP)).toBeNull()
    expect((await accounts.signIn('carol', FRESH, IP))?.id).toBe(carol.id)
    expect(await accounts.peekTicket(reset, 'reset')).toBe(false)
  })

  test('is refused a wrong old password and a weak new one, and nothing changes', async () => {
    const { accounts, store } = world
    await store.accounts.putSession('that', carol.id, '{}', 60_000)
    const wrong = accounts.changePassword(carol, { old: 'not this', fresh: FRESH }, 'this')
    await expect(wrong).rejects.toMatchObject({ code: 'invalid_field', field: 'old' })
    const weak = accounts.changePassword(carol, { old: PASSWORD, fresh: 'carol' }, 'this')
    expect(await refusalOf(weak)).toBe('weak_password')
    expect((await accounts.signIn('carol', PASSWORD, IP))?.id).toBe(carol.id)
    expect(await idsOf(carol)).toEqual(['that'])
  })

  test('sets a first password where the account was made in a chat', async () => {
    const { accounts, engine, store } = world
    const made = await engine.linking.createAccount(userNamed('Dave'), { locale: 'en' })
    expect(await accounts.hasPassword(made.id)).toBe(false)
    await store.accounts.putSession('this', made.id, '{}', 60_000)
    await accounts.changePassword(made, { old: '', fresh: FRESH }, 'this')
    expect(await accounts.hasPassword(made.id)).toBe(true)
    expect((await accounts.signIn('dave', FRESH, IP))?.id).toBe(made.id)
    const again = accounts.changePassword(made, { old: '', fresh: PASSWORD }, 'this')
    expect(await refusalOf(again)).toBe('invalid_field')
  })

  test('sets no first password and no mailbox in a session that is old, or another’s', async () => {
    const { accounts, engine, store, advance } = world
    const made = await engine.linking.createAccount(userNamed('Dave'), { locale: 'en' })
    await store.accounts.putSession('old', made.id, '{}', DAY_MS)
    await store.accounts.putSession('hers', carol.id, '{}', DAY_MS)
    advance(HOUR_MS)
    await store.accounts.renewSession('old', '{}', DAY_MS)
    for (const session of ['old', 'hers', 'none']) {
      const first = accounts.changePassword(made, { old: '', fresh: FRESH }, session)
      expect(await refusalOf(first)).toBe('forbidden')
      const mailbox = { password: '', locale: 'en', session } as const
      const changed = accounts.changeEmail(made, 'eve@example.org', mailbox)
      expect(await refusalOf(changed)).toBe('forbidden')
    }
    await store.accounts.putSession('young', made.id, '{}', DAY_MS)
    const young = { password: '', locale: 'en', session: 'young' } as const
    expect((await accounts.changeEmail(made, 'dave@example.org', young)).email).toBe(
      'dave@example.org',
    )
  })

  test('sees where, and ends what is theirs alone', async () => {
    const { accounts, store, ann } = world
    await store.accounts.putSession('this', carol.id, '{}', 60_000, 'Firefox, Linux')
    await store.accounts.putSession('hers', ann.id, '{}', 60_000)
    const [session] = await accounts.sessions(carol.id)
    expect(session).toMatchObject({ id: 'this', agent: 'Firefox, Linux' })
    expect(session?.seenAt).toBeGreaterThanOrEqual(session?.createdAt ?? 0)
    expect(await accounts.endSession(carol.id, 'hers')).toBe(false)
    expect(await accounts.endSession(carol.id, 'none')).toBe(false)
    expect(await accounts.endSession(carol.id, 'this')).toBe(true)
    expect(await store.accounts.getSession('this')).toBeNull()
    expect(await idsOf(ann)).toEqual(['hers'])
  })
})

describe('who is signed in and does not know the password', () => {
  beforeEach(() => open('memory'))

  test('guesses ten old passwords and no more', async () => {
    const { accounts } = world
    const codes: (string | undefined)[] = []
    for (let n = 0; n < 11; n++) {
      const guess = accounts.changePassword(carol, { old: `guess ${n}`, fresh: FRESH }, 'this')
      codes.push(await refusalOf(guess))
    }
    expect(codes.slice(0, 10)).toEqual(Array(10).fill('invalid_field'))
    expect(codes[10]).toBe('rate_limited')
  })
})
