import { randomBytes } from 'node:crypto'
import { beforeEach, describe, expect, test } from 'vitest'
import { createSystemClock } from '#adapters/clock/system.ts'
import { createMemoryStore } from '#adapters/stores/memory/store.ts'
import { PassalongError } from '#core/errors.ts'
import type { Accounts } from '#engine/engine.ts'
import type { AccountStore } from '#ports/store/accounts.ts'
import { accountsOn } from '#test/fixtures/accounts.ts'

const PASSWORD = 'correct horse'
let accounts: Accounts
let store: AccountStore

beforeEach(() => {
  const clock = createSystemClock()
  const memory = createMemoryStore({}, { clock, randomBytes })
  store = memory.accounts
  accounts = accountsOn(memory)
})

function ann() {
  return accounts.create({ username: 'ann', displayName: 'Ann Lee', password: PASSWORD })
}

/** The code of what a promise is refused with. */
async function refusalOf(promise: Promise<unknown>): Promise<string | undefined> {
  const error = await promise.then(
    () => undefined,
    (thrown: unknown) => thrown,
  )
  return error instanceof PassalongError ? error.code : undefined
}

describe('making accounts', () => {
  test('the first becomes the operator, later ones members', async () => {
    expect(await ann()).toMatchObject({ username: 'ann', role: 'operator', vouched: true })
    const bob = await accounts.create({ username: 'Bob', password: PASSWORD })
    expect(bob).toMatchObject({ username: 'bob', displayName: 'bob', role: 'member' })
    expect((await accounts.operator())?.username).toBe('ann')
  })

  test('two at once give one operator', async () => {
    const made = await Promise.all(
      ['ann', 'bob'].map((username) => accounts.create({ username, password: PASSWORD })),
    )
    expect(made.map((account) => account.role).sort()).toEqual(['member', 'operator'])
  })

  test.each(['', 'a', '-ann', 'ann lee', 'änn', 'a'.repeat(33), 'ann\u0000', 'a/b', '../x'])(
    'the username %j is refused',
    async (username) => {
      expect(await refusalOf(accounts.create({ username, password: PASSWORD }))).toBe(
        'invalid_field',
      )
    },
  )

  test('a username is taken once, whatever its case', async () => {
    await ann()
    const again = accounts.create({ username: 'ANN', displayName: 'Other', password: PASSWORD })
    expect(await refusalOf(again)).toBe('name_taken')
  })

  test('a display name that copies another one is refused', async () => {
    await ann()
    const copy = accounts.create({ username: 'eve', displayName: 'Αnn Lee', password: PASSWORD })
    expect(await refusalOf(copy)).toBe('name_taken')
  })

  test('controls and overrides are taken out of a display name', async () => {
    const made = await accounts.create({ username: 'ann', displayName: 'Ann\r\n\u202eLee\u0000' })
    expect(made.displayName).toBe('Ann Lee')
  })

  test.each([
    ['short', 'weak_password'],
    ['1234567', 'weak_password'],
    ['x'.repeat(257), 'weak_password'],
    ['Benedict', 'weak_password'],
  ])('the password %s is refused', async (password, code) => {
    expect(await refusalOf(accounts.create({ username: 'benedict', password }))).toBe(code)
  })

  test('eight characters are enough, in any script, and 256 are not too many', async () => {
    await accounts.create({ username: 'one', password: '一二三四五六七八' })
    await accounts.create({ username: 'two', password: '𝕏'.repeat(256) })
    expect(await accounts.signIn('two', '𝕏'.repeat(256), '::1')).not.toBeNull()
    expect(await accounts.signIn('two', '𝕏'.repeat(255), '::1')).toBeNull()
  })
})

describe('the one-time link of the first account', () => {
  test('makes the operator, once', async () => {
    const ticket = (await accounts.firstAccountTicket('void')) ?? ''
    expect(await accounts.peekTicket(ticket, 'first-account')).toBe(true)
    const made = await accounts.createFirst(ticket, { username: 'ann', password: PASSWORD })
    expect(made.role).toBe('operator')
    expect(await accounts.peekTicket(ticket, 'first-account')).toBe(false)
    const again = accounts.createFirst(ticket, { username: 'eve', password: PASSWORD })
    expect(await refusalOf(again)).toBe('gone')
    expect(await accounts.firstAccountTicket('void')).toBeNull()
  })

  test('has one winner when many use it at once', async () => {
    const ticket = (await accounts.firstAccountTicket('void')) ?? ''
    const tries = await Promise.allSettled(
      Array.from({ length: 5 }, (_, i) =>
        accounts.createFirst(ticket, { username: `user${i}`, password: PASSWORD }),
      ),
    )
    expect(tries.filter((entry) => entry.status === 'fulfilled')).toHaveLength(1)
    expect(await accounts.count()).toBe(1)
  })

  test('is not used up by what is refused', async () => {
    const ticket = (await accounts.firstAccountTicket('void')) ?? ''
    const weak = accounts.createFirst(ticket, { username: 'ann', password: 'weak' })
    expect(await refusalOf(weak)).toBe('weak_password')
    await accounts.createFirst(ticket, { username: 'ann', password: PASSWORD })
  })

  test('is void once another one was made, or an account came by the command line', async () => {
    const old = (await accounts.firstAccountTicket('void')) ?? ''
    const fresh = (await accounts.firstAccountTicket('void')) ?? ''
    expect(await accounts.peekTicket(old, 'first-account')).toBe(false)
    await ann()
    expect(await accounts.peekTicket(fresh, 'first-account')).toBe(false)
    const late = accounts.createFirst(fresh, { username: 'eve', password: PASSWORD })
    expect(await refusalOf(late)).toBe('gone')
  })

  test('stands beside those of other processes, until one of them is used', async () => {
    const [one, other] = [
      (await accounts.firstAccountTicket('stand')) ?? '',
      (await accounts.firstAccountTicket('stand')) ?? '',
    ]
    expect(await accounts.peekTicket(one, 'first-account')).toBe(true)
    await accounts.createFirst(other, { username: 'ann', password: PASSWORD })
    const late = accounts.createFirst(one, { username: 'eve', password: PASSWORD })
    expect(await refusalOf(late)).toBe('gone')
  })

  test('cannot be guessed or made up', async () => {
    for (const made of ['', 'x', '../', 'A'.repeat(32), 'A'.repeat(100_000)]) {
      expect(await accounts.peekTicket(made, 'first-account')).toBe(false)
    }
  })
})

describe('signing in', () => {
  test('takes the right password only', async () => {
    await ann()
    expect((await accounts.signIn(' Ann ', PASSWORD, '::1'))?.username).toBe('ann')
    expect(await accounts.signIn('ann', `${PASSWORD}!`, '::1')).toBeNull()
    expect(await accounts.signIn('nobody', PASSWORD, '::1')).toBeNull()
  })

  test('never works for an account without a password', async () => {
    await accounts.create({ username: 'ann' })
    expect(await accounts.signIn('ann', '', '::1')).toBeNull()
  })

  test('does the same work for a name that is not there', async () => {
    await ann()
    const timed = async (name: string): Promise<number> => {
      const start = performance.now()
      await accounts.signIn(name, 'wrong password', '::1')
      return performance.now() - start
    }
    // The quickest of several: a busy machine makes any one of them slow.
    const known = Math.min(await timed('ann'), await timed('ann'), await timed('ann'))
    const unknown = Math.min(await timed('nobody'), await timed('nobody'), await timed('nobody'))
    expect(unknown).toBeGreaterThan(known / 4)
  })

  test('is slowed down by name from many clients, and by client at many names', async () => {
    await ann()
    const byName = Array.from({ length: 12 }, (_, i) => accounts.signIn('ann', 'x', `10.0.0.${i}`))
    const codes = await Promise.all(byName.map(refusalOf))
    expect(codes.filter((code) => code === 'rate_limited')).toHaveLength(2)
    const byIp = Array.from({ length: 32 }, (_, i) => accounts.signIn(`n${i}`, 'x', '10.9.9.9'))
    const more = await Promise.all(byIp.map(refusalOf))
    expect(more.filter((code) => code === 'rate_limited')).toHaveLength(2)
  })

  test('is refused while more passwords wait than can be checked soon, whoever asks', async () => {
    await ann()
    const flood = Array.from({ length: 150 }, (_, i) =>
      accounts.signIn(`nobody${i}`, 'x', `198.51.100.${i}`),
    )
    const codes = await Promise.all(flood.map(refusalOf))
    expect(codes.filter((code) => code === 'rate_limited').length).toBeGreaterThan(80)
    expect(codes.filter((code) => code === undefined).length).toBeGreaterThan(20)
    expect(await accounts.signIn('ann', PASSWORD, '192.0.2.1')).not.toBeNull()
  })

  test('counts the addresses of one IPv6 network as one client', async () => {
    await ann()
    const tries = Array.from({ length: 32 }, (_, i) =>
      accounts.signIn(`n${i}`, 'x', `2001:db8:7:7:${i.toString(16)}::${i}`),
    )
    const codes = await Promise.all(tries.map(refusalOf))
    expect(codes.filter((code) => code === 'rate_limited')).toHaveLength(2)
    expect(await refusalOf(accounts.signIn('other', 'x', '2001:db8:7:8::1'))).toBeUndefined()
  })
})

describe('a reset link', () => {
  test('sets the password once and ends every session', async () => {
    const { id } = await ann()
    await store.putSession('key', id, '{}', 60_000)
    const ticket = await accounts.resetTicket('ann')
    await accounts.resetPassword(ticket, 'another horse')
    expect(await store.getSession('key')).toBeNull()
    expect(await accounts.signIn('ann', PASSWORD, '::1')).toBeNull()
    expect(await accounts.signIn('ann', 'another horse', '::1')).not.toBeNull()
    expect(await refusalOf(accounts.resetPassword(ticket, 'third horse'))).toBe('gone')
  })

  test('voids the others of its account, and theirs alone', async () => {
    await ann()
    await accounts.create({ username: 'bob', password: PASSWORD })
    const [older, newer, bobs] = [
      await accounts.resetTicket('ann'),
      await accounts.resetTicket('ann'),
      await accounts.resetTicket('bob'),
    ]
    await accounts.resetPassword(newer, 'another horse')
    expect(await refusalOf(accounts.resetPassword(older, 'third horse'))).toBe('gone')
    expect(await accounts.peekTicket(bobs, 'reset')).toBe(true)
  })

  test('is not used up by a weak password, and is no link for the first account', async () => {
    await ann()
    const ticket = await accounts.resetTicket('ann')
    expect(await refusalOf(accounts.resetPassword(ticket, 'weak'))).toBe('weak_password')
    expect(await accounts.peekTicket(ticket, 'first-account')).toBe(false)
    expect(await accounts.peekTicket(ticket, 'reset')).toBe(true)
  })

  test('is for accounts that are there', async () => {
    expect(await refusalOf(accounts.resetTicket('nobody'))).toBe('not_found')
  })
})

describe('tokens', () => {
  test('authenticate until they are revoked, and are stored as hashes only', async () => {
    const { id } = await ann()
    const { token, info } = await accounts.createToken(id, 'laptop\u202e')
    expect(token).toMatch(/^pal_[0-9A-Za-z]{40}$/)
    expect(info).toMatchObject({ name: 'laptop', account: id })
    expect((await accounts.authenticate(token))?.account.username).toBe('ann')
    expect(JSON.stringify(await accounts.tokens(id))).not.toContain(token)
    expect(await accounts.revokeToken(id, info.id)).toBe(true)
    expect(await accounts.authenticate(token)).toBeNull()
  })

  test('that are malformed, cut or unknown are nobody', async () => {
    const { id } = await ann()
    const { token } = await accounts.createToken(id, 'laptop')
    for (const wrong of ['', 'pal_', token.slice(0, -1), `${token}x`, `pal_${'0'.repeat(40)}`]) {
      expect(await accounts.authenticate(wrong)).toBeNull()
    }
  })

  test('of another account cannot be revoked', async () => {
    const { id } = await ann()
    const bob = await accounts.create({ username: 'bob' })
    const { info } = await accounts.createToken(id, 'laptop')
    expect(await accounts.revokeToken(bob.id, info.id)).toBe(false)
  })

  test.each(['', '   ', 'x'.repeat(65)])('are not named %j', async (name) => {
    const { id } = await ann()
    expect(await refusalOf(accounts.createToken(id, name))).toBe('invalid_field')
  })
})

describe('a profile', () => {
  test('changes in the parts that are given', async () => {
    const { id } = await ann()
    const changed = await accounts.update(id, { locale: 'zh-CN', timeZone: 'Asia/Shanghai' })
    expect(changed).toMatchObject({ displayName: 'Ann Lee', locale: 'zh-CN' })
    expect(await accounts.update(id, { displayName: 'Ann  Lee' })).toMatchObject({
      displayName: 'Ann Lee',
      timeZone: 'Asia/Shanghai',
    })
  })

  test('refuses a time zone that is none, and the name of another', async () => {
    await ann()
    const bob = await accounts.create({ username: 'bob' })
    expect(await refusalOf(accounts.update(bob.id, { timeZone: 'Mars/Base' }))).toBe(
      'invalid_field',
    )
    expect(await refusalOf(accounts.update(bob.id, { displayName: 'ANN LEE' }))).toBe('name_taken')
  })
})
