import { randomBytes } from 'node:crypto'
import { afterEach, describe, expect, test } from 'vitest'
import { createSystemClock } from '#adapters/clock/system.ts'
import { createMemoryStore } from '#adapters/stores/memory/store.ts'
import { accountsOn } from '#test/fixtures/accounts.ts'
import { userNamed } from '../linking/world.ts'
import { IP, openWorld, PASSWORD, refusalOf, STORES, type World } from './world.ts'

const options = { invitation: null, ip: IP, locale: 'en' } as const
let world: World
afterEach(() => world.close())

const carol = { username: 'carol', displayName: 'Carol', password: PASSWORD }
const invited = (invitation: string) => ({ ...options, invitation })

describe.each(STORES)('signing up, on %s', (kind) => {
  test('takes an invitation, which makes one account', async () => {
    world = await openWorld(kind)
    const { accounts, ann } = world
    const { ticket, forMs } = await accounts.invite(ann)
    expect(forMs).toBe(7 * 24 * 3_600_000)
    expect(await accounts.peekTicket(ticket, 'invitation')).toBe(true)
    const account = await accounts.register(carol, invited(ticket))
    expect(account).toMatchObject({
      username: 'carol',
      role: 'member',
      vouched: false,
      locale: null,
    })
    expect((await accounts.signIn('carol', PASSWORD, IP))?.id).toBe(account.id)
    expect(await accounts.peekTicket(ticket, 'invitation')).toBe(false)
    const again = accounts.register({ ...carol, username: 'dave' }, invited(ticket))
    expect(await refusalOf(again)).toBe('gone')
  })

  test('has one winner where an invitation is used by many at once', async () => {
    world = await openWorld(kind)
    const { accounts, ann, store } = world
    const { ticket } = await accounts.invite(ann)
    const codes = await Promise.all(
      ['c1', 'c2', 'c3', 'c4'].map((username) =>
        refusalOf(accounts.register({ username, password: PASSWORD }, invited(ticket))),
      ),
    )
    expect(codes.sort()).toEqual(['gone', 'gone', 'gone', undefined])
    expect(await store.accounts.count()).toBe(2)
  })

  test.each(['admin', 'support', 'paypal', 'te1egram', 'paypal.com', 'passalong-team'])(
    'takes no username that reads as somebody well known, whatever the name: %s',
    async (username) => {
      world = await openWorld(kind, { signUp: 'open' })
      const { accounts, store } = world
      const refused = accounts.register({ ...carol, username }, options)
      await expect(refused).rejects.toMatchObject({ code: 'invalid_field', field: 'username' })
      expect(await store.accounts.count()).toBe(1)
    },
  )

  test('leaves the invitation good where nothing comes of it', async () => {
    world = await openWorld(kind)
    const { accounts, ann } = world
    const { ticket } = await accounts.invite(ann)
    const faults = [
      [{ ...carol, username: 'ann' }, 'name_taken'],
      [{ ...carol, displayName: 'PayPal Support' }, 'invalid_field'],
      [{ ...carol, displayName: 'Αnn' }, 'name_taken'],
      [{ ...carol, password: 'short' }, 'weak_password'],
      [{ ...carol, password: undefined }, 'weak_password'],
      [{ ...carol, email: 'nonsense' }, 'invalid_field'],
    ] as const
    for (const [signUp, code] of faults) {
      expect(await refusalOf(accounts.register(signUp, invited(ticket)))).toBe(code)
    }
    expect(await accounts.peekTicket(ticket, 'invitation')).toBe(true)
    await accounts.register(carol, invited(ticket))
  })

  test('leaves the invitation good for the other of two who want one name at once', async () => {
    world = await openWorld(kind)
    const { accounts, ann } = world
    const [one, other] = [await accounts.invite(ann), await accounts.invite(ann)]
    const tickets = [one.ticket, other.ticket]
    const named = (n: number) => ({ ...carol, displayName: `Carol the ${n}th` })
    const codes = await Promise.all(
      tickets.map((ticket, n) => refusalOf(accounts.register(named(n + 5), invited(ticket)))),
    )
    expect([...codes].sort()).toEqual(['name_taken', undefined])
    const left = tickets[codes.indexOf('name_taken')] ?? ''
    expect(await accounts.peekTicket(left, 'invitation')).toBe(true)
  })

  test('is refused without an invitation, with one made up, and with one that is too old', async () => {
    world = await openWorld(kind)
    const { accounts, ann, advance } = world
    expect(await refusalOf(accounts.register(carol, options))).toBe('forbidden')
    expect(await refusalOf(accounts.register(carol, invited('A'.repeat(32))))).toBe('gone')
    const { ticket } = await accounts.invite(ann)
    advance(7 * 24 * 3_600_000)
    expect(await refusalOf(accounts.register(carol, invited(ticket)))).toBe('gone')
    expect(await accounts.byUsername('carol')).toBeNull()
  })

  test('takes no invitation where it is open', async () => {
    world = await openWorld(kind, { signUp: 'open' })
    const { accounts } = world
    expect(accounts.signUp).toBe('open')
    expect(await accounts.register(carol, options)).toMatchObject({ username: 'carol' })
  })

  test('takes nobody, and nobody invites, where it is closed', async () => {
    world = await openWorld(kind, { signUp: 'closed' })
    const { accounts, ann } = world
    expect(await refusalOf(accounts.invite(ann))).toBe('forbidden')
    expect(await refusalOf(accounts.register(carol, options))).toBe('forbidden')
    expect(await refusalOf(accounts.register(carol, invited('A'.repeat(32))))).toBe('forbidden')
  })

  test('mails to the mailbox that was given, which counts for nothing before', async () => {
    world = await openWorld(kind, { signUp: 'open' })
    const { accounts, mailsTo, engine } = world
    const email = 'carol@example.com'
    const account = await accounts.register({ ...carol, email }, { ...options, locale: 'zh-CN' })
    expect(account).toMatchObject({ email, emailVerifiedAt: null })
    const [mail] = await mailsTo(email)
    expect(mail?.subject).toBe('Passalong：请确认你的电子邮箱')
    const request = { url: 'https://example.org/a', recipients: [email] }
    const sent = engine.sharing.accept(account, request, { frontEnd: 'api', locale: 'en' })
    expect(await refusalOf(sent)).toBe('unverified')
  })
})

describe('signing up without end', () => {
  test('is refused to one client after some accounts, and not to others', async () => {
    world = await openWorld('memory', { signUp: 'open' })
    const { accounts } = world
    const codes: (string | undefined)[] = []
    for (let n = 0; n < 12; n++) {
      const signUp = { username: `m${n}`, password: 'weak' }
      codes.push(await refusalOf(accounts.register(signUp, options)))
    }
    expect(codes.at(-1)).toBe('rate_limited')
    const elsewhere = accounts.register(carol, { ...options, ip: '198.51.100.1' })
    expect(await refusalOf(elsewhere)).toBeUndefined()
  })

  test('is refused to who invites: a few a day, and only once verified', async () => {
    world = await openWorld('memory', { signUp: 'open' })
    const { accounts, store } = world
    const member = await accounts.register(carol, options)
    expect(await refusalOf(accounts.invite(member))).toBe('unverified')
    await store.identities.link(userNamed('Carol'), member.id, null)
    for (let n = 0; n < 5; n++) expect(await refusalOf(accounts.invite(member))).toBeUndefined()
    expect(await refusalOf(accounts.invite(member))).toBe('rate_limited')
  })

  test('cannot make the first account, which is the operator’s', async () => {
    world = await openWorld('memory', { signUp: 'open' })
    const empty = createMemoryStore({}, { clock: createSystemClock(), randomBytes })
    const accounts = accountsOn(empty, { signUp: 'open' })
    expect(await refusalOf(accounts.register(carol, options))).toBe('forbidden')
    expect(await accounts.count()).toBe(0)
  })
})
