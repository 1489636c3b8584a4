import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { Account } from '#core/account.ts'
import type { Instant } from '#core/ids.ts'
import { until } from '#test/fixtures/engine.ts'
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

const MAILBOX = 'carol@example.com'
const options = { ip: IP, locale: 'en' } as const
let world: World
let carol: Account
afterEach(() => world.close())

async function open(kind: (typeof STORES)[number]): Promise<void> {
  world = await openWorld(kind, { signUp: 'open' })
  carol = await member(world, 'carol', { email: MAILBOX, emailVerifiedAt: 5 as Instant })
}

describe.each(STORES)('a password that was forgotten, on %s', (kind) => {
  beforeEach(() => open(kind))

  test.each([' CAROL ', 'Carol@Example.com'])(
    'is set anew by the link that comes to the verified mailbox of %j',
    async (name) => {
      const { accounts, mailsTo, store } = world
      await store.accounts.putSession('a browser', carol.id, '{}', 60_000)
      await accounts.requestReset(name, options)
      const ticket = ticketIn((await mailsTo(MAILBOX))[0], 'reset')
      expect(await accounts.peekTicket(ticket, 'reset')).toBe(true)
      await accounts.resetPassword(ticket, 'a new password')
      expect((await accounts.signIn('carol', 'a new password', IP))?.id).toBe(carol.id)
      expect(await accounts.signIn('carol', PASSWORD, IP)).toBeNull()
      expect(await accounts.sessions(carol.id)).toEqual([])
      expect(await refusalOf(accounts.resetPassword(ticket, 'and another one'))).toBe('gone')
    },
  )

  test('is answered the same whether there is such an account or not', async () => {
    const { accounts, store } = world
    await store.accounts.update(carol.id, { emailVerifiedAt: null })
    for (const name of ['carol', MAILBOX, 'nobody', 'nobody@example.com', '', '@', '\u0000']) {
      expect(await accounts.requestReset(name, { ...options, ip: `192.0.2.${name.length}` })).toBe(
        undefined,
      )
    }
    await accounts.changeEmail(carol, 'after@example.com', { password: PASSWORD, locale: 'en' })
    await world.mailsTo('after@example.com')
    const { items } = await store.outbox.page({ limit: 100, cursor: null })
    expect(items).toHaveLength(1)
  })

  test('is not asked after the store before the answer is given', async () => {
    const { accounts, store } = world
    let looked = 0
    const real = store.accounts.byUsername
    Object.assign(store.accounts, {
      byUsername: (name: string) => {
        looked++
        return real(name)
      },
    })
    const answer = accounts.requestReset('carol', options)
    await answer
    expect(looked).toBe(0)
    await until(async () => (looked > 0 ? true : undefined))
  })

  test('is void after an hour, and once the mailbox is another', async () => {
    const { accounts, mailsTo, advance } = world
    await accounts.requestReset('carol', options)
    const first = ticketIn((await mailsTo(MAILBOX))[0], 'reset')
    await accounts.changeEmail(carol, 'new@example.com', { password: PASSWORD, locale: 'en' })
    expect(await refusalOf(accounts.resetPassword(first, 'a new password'))).toBe('gone')
    const second = await accounts.resetTicket('carol')
    advance(3_600_000)
    expect(await refusalOf(accounts.resetPassword(second, 'a new password'))).toBe('gone')
  })

  test('is not used up by what is refused', async () => {
    const { accounts } = world
    const ticket = await accounts.resetTicket('carol')
    expect(await refusalOf(accounts.resetPassword(ticket, 'short'))).toBe('weak_password')
    expect(await refusalOf(accounts.resetPassword(ticket, 'long enough now'))).toBeUndefined()
  })
})

describe('asking for a new password without end', () => {
  beforeEach(() => open('memory'))

  test.each(['carol', 'nobody'])('is refused for the name %s, known or not', async (name) => {
    const codes: (string | undefined)[] = []
    for (let n = 0; n < 5; n++) {
      const asked = world.accounts.requestReset(name, { ...options, ip: `192.0.2.${n}` })
      codes.push(await refusalOf(asked))
    }
    expect(codes).toEqual([undefined, undefined, undefined, 'rate_limited', 'rate_limited'])
  })

  test('is refused to one client, whatever names it tries', async () => {
    let refused: string | undefined
    let asked = 0
    for (; refused === undefined && asked < 50; asked++) {
      refused = await refusalOf(world.accounts.requestReset(`name${asked}`, options))
    }
    expect(refused).toBe('rate_limited')
    expect(asked).toBe(11)
  })

  test('fills no mailbox, whatever it is asked by', async () => {
    const { accounts, mailsTo, store } = world
    const names = ['carol', 'CAROL@example.com', MAILBOX, 'carol', MAILBOX, 'carol', MAILBOX]
    for (const [n, name] of names.entries()) {
      await accounts.requestReset(name, { ...options, ip: `192.0.2.${n}` }).catch(() => undefined)
    }
    expect((await mailsTo(MAILBOX, 4)).length).toBe(4)
    expect((await store.outbox.page({ limit: 100, cursor: null })).items).toHaveLength(4)
  })
})
