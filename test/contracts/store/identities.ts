import { expect, it } from 'vitest'
import type { PlatformUser } from '#core/identity.ts'
import type { AccountId } from '#core/ids.ts'
import type { NewLinkAttempt } from '#ports/store/identities.ts'
import type { Subject } from './harness.ts'
import { HOUR, someAccount } from './plans.ts'
import { namesakes, someUser } from './users.ts'

export function identitiesContract(subject: () => Subject): void {
  const identities = () => subject().store.identities

  it('links a user to an account, and tells of it from both sides', async () => {
    const [user, account] = [someUser({ handle: 'Bob' }), someAccount()]
    expect(await identities().byUser(user)).toBeNull()
    const linked = await identities().link(user, account, null)
    expect(linked).toMatchObject({ ...user, account })
    expect(await identities().byUser(user)).toEqual(linked)
    for (const other of namesakes(user)) expect(await identities().byUser(other)).toBeNull()
    await subject().advance(2)
    const second = await identities().link(someUser({ platform: 'slack' }), account, null)
    expect(await identities().ofAccount(account)).toEqual([linked, second])
    expect(await identities().ofAccount(someAccount())).toEqual([])
  })

  it('links again to the same account as if for the first time', async () => {
    const [user, account] = [someUser(), someAccount()]
    const linked = await identities().link(user, account, null)
    await subject().advance(2)
    const renamed = { ...user, name: 'Robert', handle: 'bob' }
    expect(await identities().link(renamed, account, null)).toEqual({ ...linked, ...renamed })
    expect(await identities().link(renamed, account, someAccount())).not.toHaveProperty('heldBy')
    expect(await identities().ofAccount(account)).toEqual([{ ...linked, ...renamed }])
  })

  it('moves a user from the account that they were expected at, and from no other', async () => {
    const user = someUser()
    const [from, to] = [someAccount(), someAccount()]
    expect(await identities().link(user, to, from)).toEqual({ heldBy: null })
    await identities().link(user, from, null)
    expect(await identities().link(user, to, null)).toEqual({ heldBy: from })
    expect(await identities().link(user, to, someAccount())).toEqual({ heldBy: from })
    expect(await identities().link(user, to, from)).toMatchObject({ account: to })
    expect(await identities().ofAccount(from)).toEqual([])
    expect(await identities().byUser(user)).toMatchObject({ account: to })
  })

  it('gives a user to one account of those that ask together', async () => {
    const user = someUser()
    const accounts = [1, 2, 3, 4].map(() => someAccount())
    const results = await Promise.all(
      accounts.map((account) => identities().link(user, account, null)),
    )
    const account = (await identities().byUser(user))?.account as AccountId
    expect(results.filter((result) => !('heldBy' in result))).toHaveLength(1)
    expect(results.filter((result) => 'heldBy' in result)).toEqual(
      [1, 2, 3].map(() => ({ heldBy: account })),
    )
    const moves = await Promise.all(
      [1, 2, 3].map(() => identities().link(user, someAccount(), account)),
    )
    expect(moves.filter((result) => !('heldBy' in result))).toHaveLength(1)
  })

  it('unlinks a user from their account alone', async () => {
    const [user, account] = [someUser(), someAccount()]
    await identities().link(user, account, null)
    expect(await identities().unlink(user, someAccount())).toBe(false)
    expect(await identities().unlink(user, account)).toBe(true)
    expect(await identities().unlink(user, account)).toBe(false)
    expect(await identities().byUser(user)).toBeNull()
  })

  it('notes how a linked user shows themselves now, and nobody else', async () => {
    const [user, account] = [someUser(), someAccount()]
    const linked = await identities().link(user, account, null)
    await identities().rename({ ...user, name: 'Robert', handle: 'rob' })
    expect(await identities().byUser(user)).toEqual({ ...linked, name: 'Robert', handle: 'rob' })
    const stranger = someUser()
    await identities().rename(stranger)
    expect(await identities().byUser(stranger)).toBeNull()
  })
}

let serial = 0
const someHash = (): string => `hash-${++serial}`

function chatAttempt(user: PlatformUser, movesFrom: AccountId | null = null): NewLinkAttempt {
  return { hash: someHash(), begun: 'chat', user, movesFrom }
}

function pageAttempt(account: AccountId): NewLinkAttempt {
  return { hash: someHash(), begun: 'page', account }
}

export function linkAttemptsContract(subject: () => Subject): void {
  const identities = () => subject().store.identities

  it('keeps an attempt as either side began it', async () => {
    const [user, account, from] = [someUser({ handle: 'bob' }), someAccount(), someAccount()]
    const fresh = { pinHash: null, tries: 0 }
    const [chat, page] = [chatAttempt(user, from), pageAttempt(account)]
    await identities().begin(chat, HOUR)
    await identities().begin(page, HOUR)
    const begunInChat = { ...chat, ...fresh, user, account: null, movesFrom: from }
    expect(await identities().attempt(chat.hash)).toMatchObject(begunInChat)
    expect(await identities().attemptOf({ user })).toMatchObject(begunInChat)
    const begunOnPage = { ...page, ...fresh, user: null, account, movesFrom: null }
    expect(await identities().attempt(page.hash)).toMatchObject(begunOnPage)
    expect(await identities().attemptOf({ account })).toMatchObject(begunOnPage)
    expect(await identities().attempt(someHash())).toBeNull()
    for (const other of namesakes(user)) {
      expect(await identities().attemptOf({ user: other })).toBeNull()
    }
    expect(await identities().attemptOf({ account: from })).toBeNull()
  })

  it('voids what the same side began before', async () => {
    const [user, account] = [someUser(), someAccount()]
    const others = [chatAttempt(someUser()), pageAttempt(someAccount())]
    for (const other of others) await identities().begin(other, HOUR)
    for (const begin of [() => chatAttempt(user), () => pageAttempt(account)]) {
      const [first, second] = [begin(), begin()]
      await identities().begin(first, HOUR)
      await identities().begin(second, HOUR)
      expect(await identities().attempt(first.hash)).toBeNull()
      expect(await identities().end(first.hash)).toBe(false)
      expect(await identities().attempt(second.hash)).toMatchObject({ hash: second.hash })
    }
    for (const { hash } of others) expect(await identities().attempt(hash)).not.toBeNull()
  })

  it('lets one stand of attempts that the same side begins together', async () => {
    const user = someUser()
    const begun = [1, 2, 3, 4, 5].map(() => chatAttempt(user))
    await Promise.all(begun.map((attempt) => identities().begin(attempt, HOUR)))
    const found = await Promise.all(begun.map(({ hash }) => identities().attempt(hash)))
    const standing = found.flatMap((attempt) => attempt ?? [])
    expect(standing).toHaveLength(1)
    expect(await identities().attemptOf({ user })).toEqual(standing[0])
  })

  it('names the second side, its next PIN, and nobody else after it', async () => {
    const [user, account, from] = [someUser(), someAccount(), someAccount()]
    const [chat, page] = [chatAttempt(user), pageAttempt(account)]
    await identities().begin(chat, HOUR)
    await identities().begin(page, HOUR)
    const byPage = (pinHash: string, by = account) =>
      identities().meet(chat.hash, { account: by, pinHash })
    expect(await byPage('pin1')).toMatchObject({ user, account, pinHash: 'pin1' })
    expect(await byPage('pin2', someAccount())).toBeNull()
    expect(await byPage('pin3')).toMatchObject({ account, pinHash: 'pin3' })
    expect(await identities().attempt(chat.hash)).toMatchObject({ account, pinHash: 'pin3' })

    const byChat = (pinHash: string, by = user) =>
      identities().meet(page.hash, { user: by, movesFrom: from, pinHash })
    expect(await byChat('pin1')).toMatchObject({ account, user, movesFrom: from, pinHash: 'pin1' })
    for (const other of namesakes(user)) expect(await byChat('pin2', other)).toBeNull()
    expect(await byChat('pin3')).toMatchObject({ user, pinHash: 'pin3' })
  })

  it('lets nobody meet what they began on the side where it was begun', async () => {
    const [user, account] = [someUser(), someAccount()]
    const [chat, page] = [chatAttempt(user), pageAttempt(account)]
    await identities().begin(chat, HOUR)
    await identities().begin(page, HOUR)
    const pin = { pinHash: 'pin' }
    expect(await identities().meet(chat.hash, { ...pin, user, movesFrom: null })).toBeNull()
    expect(await identities().meet(page.hash, { ...pin, account })).toBeNull()
    expect(await identities().meet(someHash(), { ...pin, account })).toBeNull()
  })

  it('is met by one of those who come together', async () => {
    const attempt = chatAttempt(someUser())
    await identities().begin(attempt, HOUR)
    const accounts = [1, 2, 3, 4].map(() => someAccount())
    const met = await Promise.all(
      accounts.map((account) => identities().meet(attempt.hash, { account, pinHash: account })),
    )
    expect(met.filter(Boolean)).toHaveLength(1)
    const [winner] = met.flatMap((one) => one ?? [])
    expect(await identities().attempt(attempt.hash)).toEqual(winner)
    expect(winner?.pinHash).toBe(winner?.account)
  })

  it('counts tries, and lets no more through than there may be', async () => {
    const attempt = pageAttempt(someAccount())
    await identities().begin(attempt, HOUR)
    expect(await identities().countTry(attempt.hash, 5)).toBeNull()
    const user = someUser()
    await identities().meet(attempt.hash, { user, movesFrom: null, pinHash: 'pin' })
    expect(await identities().countTry(attempt.hash, 5)).toMatchObject({ tries: 1, pinHash: 'pin' })
    const together = await Promise.all(
      [1, 2, 3, 4, 5, 6, 7, 8].map(() => identities().countTry(attempt.hash, 5)),
    )
    const tries = together.flatMap((one) => one?.tries ?? [])
    expect(tries.toSorted()).toEqual([2, 3, 4, 5])
    await identities().meet(attempt.hash, { user, movesFrom: null, pinHash: 'another' })
    expect(await identities().countTry(attempt.hash, 5)).toBeNull()
    expect(await identities().countTry(someHash(), 5)).toBeNull()
  })

  it('ends once', async () => {
    const attempt = chatAttempt(someUser())
    await identities().begin(attempt, HOUR)
    const ended = await Promise.all([1, 2, 3].map(() => identities().end(attempt.hash)))
    expect(ended.filter(Boolean)).toHaveLength(1)
    expect(await identities().attempt(attempt.hash)).toBeNull()
    const account = someAccount()
    expect(await identities().meet(attempt.hash, { account, pinHash: 'pin' })).toBeNull()
    expect(await identities().countTry(attempt.hash, 5)).toBeNull()
  })

  it('expires', async () => {
    const [user, account] = [someUser(), someAccount()]
    const attempt = chatAttempt(user)
    await identities().begin(attempt, 300)
    await identities().meet(attempt.hash, { account, pinHash: 'pin' })
    await subject().advance(310)
    expect(await identities().attempt(attempt.hash)).toBeNull()
    expect(await identities().attemptOf({ user })).toBeNull()
    expect(await identities().meet(attempt.hash, { account, pinHash: 'pin' })).toBeNull()
    expect(await identities().countTry(attempt.hash, 5)).toBeNull()
    expect(await identities().end(attempt.hash)).toBe(false)
    await subject().store.shares.repair(100)
    const next = chatAttempt(user)
    await identities().begin(next, HOUR)
    expect(await identities().attemptOf({ user })).toMatchObject({ hash: next.hash })
  })
}
