import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { Account } from '#core/account.ts'
import { endpointOf } from '#core/address.ts'
import {
  IP,
  member,
  openWorld,
  PASSWORD,
  refusalOf,
  STORES,
  ticketIn,
  type World,
} from './world.ts'

const HOUR_MS = 3_600_000
const MAILBOX = 'carol@example.com'
let world: World
let carol: Account
afterEach(() => world.close())

async function open(kind: (typeof STORES)[number]): Promise<void> {
  world = await openWorld(kind, { signUp: 'open' })
  carol = await signUp('carol')
}

const signUp = (username: string, email: string | null = null): Promise<Account> =>
  member(world, username, { email })

/** Sets the mailbox and gives the ticket that was mailed to it. */
async function changed(account: Account, email: string, nth = 1): Promise<string> {
  await world.accounts.changeEmail(account, email, { password: PASSWORD, locale: 'en' })
  return ticketIn((await world.mailsTo(email, nth))[nth - 1], 'verify')
}

describe.each(STORES)('a mailbox, on %s', (kind) => {
  beforeEach(() => open(kind))

  test('is verified by the link that was mailed to it, once', async () => {
    const { accounts } = world
    const ticket = await changed(carol, MAILBOX)
    expect(await accounts.whoseMailbox(ticket)).toMatchObject({ email: MAILBOX })
    expect((await accounts.get(carol.id))?.emailVerifiedAt).toBeNull()
    const verified = await accounts.verifyEmail(ticket)
    expect(verified).toMatchObject({ id: carol.id, email: MAILBOX, allowReplies: true })
    expect(verified.emailVerifiedAt).not.toBeNull()
    expect(await refusalOf(accounts.verifyEmail(ticket))).toBe('gone')
    const asked = accounts.requestVerification(verified, { locale: 'en' })
    expect(await refusalOf(asked)).toBe('conflict')
  })

  test('is not verified by a link of another purpose, made up, or a day old', async () => {
    const { accounts, advance } = world
    const ticket = await changed(carol, MAILBOX)
    const reset = await accounts.resetTicket('carol')
    for (const wrong of [reset, 'A'.repeat(32), '', 'x'.repeat(10_000)]) {
      expect(await refusalOf(accounts.verifyEmail(wrong))).toBe('gone')
    }
    expect(await refusalOf(accounts.resetPassword(ticket, 'another password'))).toBe('gone')
    advance(24 * HOUR_MS)
    expect(await refusalOf(accounts.verifyEmail(ticket))).toBe('gone')
    expect((await accounts.get(carol.id))?.emailVerifiedAt).toBeNull()
  })

  test('loses its verification and its links when another takes its place', async () => {
    const { accounts } = world
    const first = await changed(carol, MAILBOX)
    const pending = await changed(carol, 'new@example.com')
    expect(await refusalOf(accounts.verifyEmail(first))).toBe('gone')
    await accounts.verifyEmail(pending)
    await changed(carol, MAILBOX, 2)
    expect(await accounts.get(carol.id)).toMatchObject({ email: MAILBOX, emailVerifiedAt: null })
    const removed = await accounts.changeEmail(carol, null, { password: PASSWORD, locale: 'en' })
    expect(removed).toMatchObject({ email: null, emailVerifiedAt: null })
    const asked = accounts.requestVerification(removed, { locale: 'en' })
    expect(await refusalOf(asked)).toBe('conflict')
  })

  test('does not become verified by the link of the one before it, whatever comes first', async () => {
    const { accounts } = world
    const ticket = await changed(carol, MAILBOX)
    const password = { password: PASSWORD, locale: 'en' } as const
    await Promise.all([
      refusalOf(accounts.verifyEmail(ticket)),
      accounts.changeEmail(carol, 'new@example.com', password),
    ])
    const now = await accounts.get(carol.id)
    if (now?.emailVerifiedAt !== null) expect(now?.email).toBe(MAILBOX)
  })

  test('is changed by who knows the password alone', async () => {
    const { accounts } = world
    const wrong = { password: 'not this one', locale: 'en' } as const
    await expect(accounts.changeEmail(carol, MAILBOX, wrong)).rejects.toMatchObject({
      code: 'invalid_field',
      field: 'password',
    })
    expect((await accounts.get(carol.id))?.email).toBeNull()
  })

  test('is verified for one account: who has it takes it off there first', async () => {
    const { accounts } = world
    await accounts.verifyEmail(await changed(carol, MAILBOX))
    const dave = await signUp('dave')
    const ticket = await changed(dave, 'Carol@example.com')
    await expect(accounts.verifyEmail(ticket)).rejects.toMatchObject({
      code: 'conflict',
      reason: 'account.fault.emailTaken',
    })
    expect((await accounts.get(dave.id))?.emailVerifiedAt).toBeNull()
    await accounts.changeEmail(carol, null, { password: PASSWORD, locale: 'en' })
    expect((await accounts.verifyEmail(ticket)).id).toBe(dave.id)
  })
})

describe('mail to verify a mailbox', () => {
  beforeEach(() => open('memory'))

  test('comes again when it is asked for, and not without end', async () => {
    const { accounts, mailsTo } = world
    await changed(carol, MAILBOX)
    let refused: string | undefined
    let asked = 0
    for (; refused === undefined && asked < 20; asked++) {
      refused = await refusalOf(accounts.requestVerification(carol, { locale: 'en' }))
    }
    expect(refused).toBe('rate_limited')
    expect(asked).toBeLessThanOrEqual(4)
    const mails = await mailsTo(MAILBOX, asked)
    const tickets = mails.map((mail) => ticketIn(mail, 'verify'))
    expect(new Set(tickets).size).toBe(tickets.length)
    expect(await accounts.whoseMailbox(tickets[0] ?? '')).not.toBeNull()
  })

  test('fills nobody’s mailbox, however many accounts say that it is theirs', async () => {
    const codes: (string | undefined)[] = []
    for (const username of ['m1', 'm2', 'm3', 'm4', 'm5', 'm6']) {
      const account = await signUp(username)
      const change = world.accounts.changeEmail(account, 'victim@example.com', {
        password: PASSWORD,
        locale: 'en',
      })
      codes.push(await refusalOf(change))
    }
    expect(codes.slice(0, 4)).toEqual([undefined, undefined, undefined, undefined])
    expect(codes.slice(4)).toEqual(['rate_limited', 'rate_limited'])
  })

  test('goes out though somebody stopped all messages to the mailbox', async () => {
    const { keys, store, mailsTo } = world
    const endpoint = keys.endpoint(endpointOf({ channel: 'email', value: MAILBOX }))
    await store.consent.suppress(endpoint, null, 'stop', null)
    await changed(carol, MAILBOX)
    expect(await mailsTo(MAILBOX)).toHaveLength(1)
  })
})

test('where nothing can carry mail, it is said so', async () => {
  world = await openWorld('memory', { signUp: 'open' }, { email: null })
  const account = await signUp('carol', MAILBOX)
  const asked = world.accounts.requestVerification(account, { locale: 'en' })
  expect(await refusalOf(asked)).toBe('wrong_state')
  const reset = world.accounts.requestReset('carol', { ip: IP, locale: 'en' })
  expect(await refusalOf(reset)).toBe('wrong_state')
})
