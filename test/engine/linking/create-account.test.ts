import { randomBytes } from 'node:crypto'
import { afterEach, describe, expect, test } from 'vitest'
import { createSystemClock } from '#adapters/clock/system.ts'
import { createMemoryStore } from '#adapters/stores/memory/store.ts'
import type { PlatformUser } from '#core/identity.ts'
import { isUsername } from '#core/names.ts'
import { openWorld, refusalOf, STORES, type StoreKind, userNamed, type World } from './world.ts'

const options = { locale: 'zh-CN' } as const
let world: World
afterEach(() => world.close())

const open = async (kind: StoreKind, signUp: 'open' | 'invite' | 'closed' = 'open') => {
  world = await openWorld(kind, { signUp })
  return world
}

async function made(user: PlatformUser) {
  const { username, displayName } = await world.linking.createAccount(user, options)
  return { username, displayName }
}

describe.each(STORES)('an account that is made in a chat, on %s', (kind) => {
  test('is made of the identity, is linked, and is told of', async () => {
    const { linking, told } = await open(kind)
    expect(linking.mayCreateAccount()).toBe(true)
    const user = userNamed('Carol', { handle: 'carol_s', name: 'Carol Smith' })
    const account = await linking.createAccount(user, options)
    expect(account).toMatchObject({
      username: 'carol_s',
      displayName: 'Carol Smith',
      role: 'member',
      email: null,
      emailVerifiedAt: null,
      vouched: false,
      locale: null,
      timeZone: null,
    })
    expect((await linking.accountOf(user))?.id).toBe(account.id)
    expect(told).toEqual([{ kind: 'linked', user, account: account.id, by: 'chat' }])
  })

  test('is one, however often and from however many processes it is asked for', async () => {
    const { linking, another, store } = await open(kind)
    const before = await store.accounts.count()
    const user = userNamed('Carol')
    const elsewhere = another()
    const all = await Promise.all(
      [linking, elsewhere, linking].map((each) => each.createAccount(user, options)),
    )
    all.push(await linking.createAccount(user, options))
    expect(new Set(all.map(({ id }) => id)).size).toBe(1)
    expect(await store.accounts.count()).toBe(before + 1)
    expect(await linking.identities(all[0]?.id ?? ('' as never))).toHaveLength(1)
  })

  test.each(['invite', 'closed'] as const)('is refused where sign-up is %s', async (signUp) => {
    const { linking } = await open(kind, signUp)
    const user = userNamed('Carol')
    expect(linking.mayCreateAccount()).toBe(false)
    expect(await refusalOf(linking.createAccount(user, options))).toBe('forbidden')
    expect(await linking.accountOf(user)).toBeNull()
  })

  test('is not got back by its user once it was unlinked: the next one is new', async () => {
    const { linking } = await open(kind)
    const user = userNamed('Carol')
    const first = await linking.createAccount(user, options)
    await linking.unlink(user, first.id, 'page')
    const second = await linking.createAccount(user, options)
    expect(second.id).not.toBe(first.id)
    expect(second.username).not.toBe(first.username)
    const codes = []
    for (let n = 0; n < 5; n++) {
      const held = await linking.accountOf(user)
      if (held) await linking.unlink(user, held.id, 'page')
      codes.push(await refusalOf(linking.createAccount(user, options)))
    }
    expect(codes.at(-1)).toBe('rate_limited')
  })
})

describe('the names of an account that is made in a chat', () => {
  test('are numbered where they are taken', async () => {
    await open('memory')
    const twin = (n: number) => userNamed('Ann', { id: `twin-${n}`, name: 'Ann' })
    expect(await made(twin(1))).toEqual({ username: 'ann2', displayName: 'Ann 2' })
    expect(await made(twin(2))).toEqual({ username: 'ann3', displayName: 'Ann 3' })
  })

  test.each([
    ['a brand', userNamed('x', { handle: 'paypal', name: 'PayPal Support' })],
    ['the service', userNamed('x', { handle: 'passalong', name: 'Passalong' })],
    ['the staff', userNamed('x', { handle: 'admin', name: 'Support' })],
  ])('are never those of %s', async (_whose, user) => {
    await open('memory')
    const { username, displayName } = await made(user)
    expect(username).toMatch(/^user-[0-9a-z]{8}$/)
    expect(displayName).toBe(username)
  })

  test.each([
    ['no handle', userNamed('x', { handle: null, name: 'Zoë Ångström' }), 'zoe-angstrom'],
    ['another script', userNamed('x', { handle: null, name: '王小明' }), /^user-/],
    ['capitals and dots', userNamed('x', { handle: 'Jo.Ann', name: 'Jo' }), 'jo-ann'],
    ['one letter', userNamed('x', { handle: 'x', name: 'X' }), /^user-/],
    ['nothing to read', userNamed('x', { handle: '___', name: '\u200b' }), /^user-/],
    ['no end', userNamed('x', { handle: 'y'.repeat(500), name: 'z'.repeat(5_000) }), /^y{28}$/],
    ['an address', userNamed('x', { handle: null, name: 'www.evil.example' }), /./],
  ])('are valid for a user with %s', async (_what, user, wanted) => {
    await open('memory')
    const { username, displayName } = await made(user)
    expect(isUsername(username)).toBe(true)
    expect(username).toMatch(wanted)
    expect(displayName.length).toBeGreaterThan(0)
    expect(displayName.length).toBeLessThanOrEqual(64)
    expect(displayName).not.toContain('www.')
  })

  test('keep the name as it is written in any script', async () => {
    await open('memory')
    expect((await made(userNamed('x', { handle: 'xm', name: '王小明' }))).displayName).toBe(
      '王小明',
    )
  })
})

test('nobody makes an account in a chat before the operator has one', async () => {
  await open('memory')
  const { linking } = world
  const empty = createMemoryStore({}, { clock: createSystemClock(), randomBytes })
  const fresh = world.another({ store: empty })
  const user = userNamed('Carol')
  expect(await refusalOf(fresh.createAccount(user, options))).toBe('forbidden')
  expect(await empty.accounts.count()).toBe(0)
  expect(await linking.accountOf(user)).toBeNull()
})
