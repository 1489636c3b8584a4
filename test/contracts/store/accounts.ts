import { expect, it } from 'vitest'
import type { Contact } from '#core/account.ts'
import { type Instant, newContactId } from '#core/ids.ts'
import { randomBytes, type Subject } from './harness.ts'
import { DAY, newAccount, someAccount } from './plans.ts'

export function accountsContract(subject: () => Subject): void {
  const accounts = () => subject().store.accounts

  it('keeps an account as it was made', async () => {
    const { passwordHash, ...made } = newAccount({
      passwordHash: '$argon2id$x',
      email: 'ann@example.org',
      permissions: { channels: ['email'], messagesPerDay: 5, newEndpointsPerDay: 1 },
      locale: 'zh-CN',
    })
    expect(await accounts().create({ ...made, passwordHash })).toMatchObject(made)
    expect(await accounts().get(made.id)).toMatchObject(made)
    expect(await accounts().byUsername(made.username)).toMatchObject(made)
    expect(await accounts().passwordHash(made.id)).toBe('$argon2id$x')
    expect(await accounts().get(someAccount())).toBeNull()
    expect(await accounts().byUsername('nobody')).toBeNull()
    expect(await accounts().passwordHash(someAccount())).toBeNull()
  })

  it('gives a user name once, even when two ask together', async () => {
    const results = await Promise.all(
      [1, 2, 3].map(() => accounts().create(newAccount({ username: 'same' }))),
    )
    expect(results.filter((result) => result === 'taken')).toHaveLength(2)
    expect(await accounts().count()).toBe(1)
  })

  it('makes the first account once', async () => {
    const first = (): Promise<unknown> =>
      accounts().create(newAccount({ role: 'operator' }), { first: true })
    const results = await Promise.all([first(), first(), first()])
    expect(results.filter((result) => result === 'not-first')).toHaveLength(2)
    expect((await accounts().operator())?.role).toBe('operator')
    await accounts().create(newAccount())
    expect(await accounts().count()).toBe(2)
    expect(await accounts().displayNames()).toHaveLength(2)
  })

  it('has no operator before the first account', async () => {
    expect(await accounts().operator()).toBeNull()
    expect(await accounts().count()).toBe(0)
  })

  it('changes what it is told to, and nothing else', async () => {
    const made = newAccount({ passwordHash: 'old', email: 'a@example.org' })
    await accounts().create(made)
    const changed = await accounts().update(made.id, { displayName: 'Ann', email: null })
    expect(changed).toMatchObject({ displayName: 'Ann', email: null, username: made.username })
    expect(await accounts().passwordHash(made.id)).toBe('old')
    await accounts().update(made.id, { passwordHash: 'new' })
    expect(await accounts().passwordHash(made.id)).toBe('new')
    const other = newAccount()
    await accounts().create(other)
    expect(await accounts().update(other.id, { username: made.username })).toBe('taken')
    expect(await accounts().update(someAccount(), { displayName: 'x' })).toBeNull()
  })

  it('keeps sessions until they end', async () => {
    const account = someAccount()
    await accounts().putSession('k1', account, '{"a":1}', 300)
    await accounts().putSession('k2', null, 'anonymous', DAY)
    expect(await accounts().getSession('k1')).toEqual({ account, data: '{"a":1}' })
    expect(await accounts().getSession('k2')).toEqual({ account: null, data: 'anonymous' })
    await accounts().putSession('k2', account, 'signed in', DAY)
    expect(await accounts().getSession('k2')).toEqual({ account, data: 'signed in' })
    await subject().advance(310)
    expect(await accounts().getSession('k1')).toBeNull()
    await accounts().putSession('k3', account, 'x', DAY)
    await accounts().dropSession('k3')
    expect(await accounts().getSession('k3')).toBeNull()
    await accounts().dropSessions(account)
    expect(await accounts().getSession('k2')).toBeNull()
  })

  it('writes anew a session that stands, and none that was ended', async () => {
    const account = someAccount()
    await accounts().putSession('n1', account, 'a', 300, 'Firefox, Linux')
    expect(await accounts().renewSession('n1', 'b', DAY)).toBe(true)
    await subject().advance(310)
    expect(await accounts().getSession('n1')).toEqual({ account, data: 'b' })
    expect((await accounts().sessions(account))[0]?.agent).toBe('Firefox, Linux')
    await accounts().dropSessions(account)
    expect(await accounts().renewSession('n1', 'c', DAY)).toBe(false)
    await accounts().putSession('n2', account, 'a', 300)
    await subject().advance(310)
    expect(await accounts().renewSession('n2', 'c', DAY)).toBe(false)
    expect(await accounts().sessions(account)).toEqual([])
  })

  it('lists the sessions of an account, the one seen last first', async () => {
    const [account, other] = [someAccount(), someAccount()]
    await accounts().putSession('s1', account, 'a', DAY, 'Firefox, Linux')
    await subject().advance(2)
    await accounts().putSession('s2', account, 'b', DAY)
    await accounts().putSession('s3', other, 'c', DAY, 'Safari, iOS')
    await accounts().putSession('s4', null, 'd', DAY)
    await accounts().putSession('s5', account, 'e', 1)
    await subject().advance(2)
    const [second, first] = await accounts().sessions(account)
    expect(first).toMatchObject({ keyHash: 's1', agent: 'Firefox, Linux' })
    expect(second).toMatchObject({ keyHash: 's2', agent: '' })
    expect(await accounts().sessions(account)).toHaveLength(2)
    expect(first?.seenAt).toBe(first?.createdAt)
    await accounts().putSession('s1', account, 'changed', DAY)
    const [again] = await accounts().sessions(account)
    expect(again).toMatchObject({ keyHash: 's1', agent: 'Firefox, Linux' })
    expect(again?.createdAt).toBe(first?.createdAt)
    expect(again?.seenAt).toBeGreaterThan(first?.seenAt ?? Infinity)
    expect(await accounts().sessions(someAccount())).toEqual([])
  })

  it('ends all sessions of an account but one', async () => {
    const [account, other] = [someAccount(), someAccount()]
    for (const key of ['e1', 'e2', 'e3']) await accounts().putSession(key, account, 'a', DAY)
    await accounts().putSession('e4', other, 'a', DAY)
    await accounts().dropSessions(account, 'e2')
    expect((await accounts().sessions(account)).map(({ keyHash }) => keyHash)).toEqual(['e2'])
    expect(await accounts().sessions(other)).toHaveLength(1)
  })

  it('finds the account whose verified mailbox it is', async () => {
    const emailVerifiedAt = 1_700_000_000_000 as Instant
    const email = 'Ann.Lee@example.org'
    const ann = newAccount({ email, emailVerifiedAt })
    const claims = newAccount({ email })
    for (const one of [ann, claims, newAccount()]) await accounts().create(one)
    const ids = async (mailbox: string) => (await accounts().byMailbox(mailbox)).map(({ id }) => id)
    expect(await ids('ann.lee@EXAMPLE.org')).toEqual([ann.id])
    expect(await ids('ann@example.org')).toEqual([])
    await accounts().update(claims.id, { emailVerifiedAt })
    expect((await ids(email)).toSorted()).toEqual([ann.id, claims.id].toSorted())
    await accounts().update(ann.id, { email: 'other@example.org', emailVerifiedAt: null })
    expect(await ids(email)).toEqual([claims.id])
    expect(await ids('other@example.org')).toEqual([])
  })

  it('knows API tokens by their hash, until they are revoked', async () => {
    const made = newAccount()
    const other = newAccount()
    for (const one of [made, other]) await accounts().create(one)
    await accounts().addToken({ id: 't1', account: made.id, name: 'script' }, 'hash1')
    expect((await accounts().tokens(made.id))[0]).toMatchObject({ id: 't1', lastUsedAt: null })
    const used = await accounts().useToken('hash1')
    expect(used).toMatchObject({ token: { id: 't1' }, account: { id: made.id } })
    expect((await accounts().tokens(made.id))[0]?.lastUsedAt).not.toBeNull()
    expect(await accounts().useToken('hash2')).toBeNull()
    expect(await accounts().revokeToken(other.id, 't1')).toBe(false)
    expect(await accounts().revokeToken(made.id, 't1')).toBe(true)
    expect(await accounts().revokeToken(made.id, 't1')).toBe(false)
    expect(await accounts().useToken('hash1')).toBeNull()
  })

  it('lets one caller use a one-time link', async () => {
    await accounts().addTicket('h1', 'reset', 'ann', 60_000)
    expect(await accounts().peekTicket('h1', 'reset')).toEqual({ subject: 'ann' })
    expect(await accounts().peekTicket('h1', 'first-account')).toBeNull()
    expect(await accounts().takeTicket('h1', 'first-account')).toBeNull()
    const taken = await Promise.all([1, 2, 3].map(() => accounts().takeTicket('h1', 'reset')))
    expect(taken.filter(Boolean)).toEqual([{ subject: 'ann' }])
    expect(await accounts().peekTicket('h1', 'reset')).toBeNull()
  })

  it('keeps with a one-time link as much as a share says', async () => {
    const subject = JSON.stringify({ note: randomBytes(9_000).toString('base64') })
    await accounts().addTicket('long', 'offer', subject, DAY)
    expect(await accounts().peekTicket('long', 'offer')).toEqual({ subject })
    expect(await accounts().takeTicket('long', 'offer')).toEqual({ subject })
  })

  it('ends one-time links by time and by purpose', async () => {
    await accounts().addTicket('h2', 'reset', 'ann', 300)
    await accounts().addTicket('h3', 'first-account', '', DAY)
    await subject().advance(310)
    expect(await accounts().takeTicket('h2', 'reset')).toBeNull()
    await accounts().dropTickets('reset')
    expect(await accounts().peekTicket('h3', 'first-account')).toEqual({ subject: '' })
    await accounts().dropTickets('first-account')
    expect(await accounts().takeTicket('h3', 'first-account')).toBeNull()
    await accounts().addTicket('h4', 'reset', 'ann', DAY)
    await accounts().addTicket('h5', 'reset', 'bob', DAY)
    await accounts().dropTickets('reset', 'ann')
    expect(await accounts().peekTicket('h4', 'reset')).toBeNull()
    expect(await accounts().peekTicket('h5', 'reset')).toEqual({ subject: 'bob' })
  })
}

function person(account: Contact['account'], name: string): Contact {
  return {
    id: newContactId(Date.now(), randomBytes),
    account,
    kind: 'person',
    name,
    addresses: ['bob@example.org', 'wap:+8613800138000'],
    use: 'first',
    members: [],
  }
}

export function contactsContract(subject: () => Subject): void {
  const contacts = () => subject().store.contacts

  it('keeps a book by name, each name once without regard to case', async () => {
    const account = someAccount()
    const [bob, ann] = [person(account, 'Bob'), person(account, 'änn')]
    expect(await contacts().put(bob)).toEqual(bob)
    await contacts().put(ann)
    expect(await contacts().put(person(account, 'BOB'))).toBe('taken')
    expect(await contacts().put(person(account, 'ÄNN'))).toBe('taken')
    expect(await contacts().put(person(someAccount(), 'Bob'))).not.toBe('taken')
    expect((await contacts().list(account)).map(({ name }) => name)).toEqual(['Bob', 'änn'])
    expect(await contacts().get(account, bob.id)).toEqual(bob)
  })

  it('replaces a contact, and may give it another name', async () => {
    const account = someAccount()
    const bob = person(account, 'Bob')
    await contacts().put(bob)
    await contacts().put({ ...bob, name: 'bob', use: 'all' })
    expect(await contacts().list(account)).toEqual([{ ...bob, name: 'bob', use: 'all' }])
  })

  it("leaves another account's contacts alone", async () => {
    const [account, stranger] = [someAccount(), someAccount()]
    const bob = person(account, 'Bob')
    await contacts().put(bob)
    expect(await contacts().get(stranger, bob.id)).toBeNull()
    expect(await contacts().remove(stranger, bob.id)).toBe(false)
    expect(await contacts().put({ ...bob, account: stranger, name: 'Mallory' })).toBe('taken')
    expect(await contacts().get(account, bob.id)).toEqual(bob)
    expect(await contacts().remove(account, bob.id)).toBe(true)
    expect(await contacts().remove(account, bob.id)).toBe(false)
  })

  it('keeps canned notes in order', async () => {
    const account = someAccount()
    expect(await contacts().notes(account)).toEqual([])
    await contacts().setNotes(account, ['look', '看看'])
    await contacts().setNotes(account, ['看看', 'look'])
    expect(await contacts().notes(account)).toEqual(['看看', 'look'])
  })
}
