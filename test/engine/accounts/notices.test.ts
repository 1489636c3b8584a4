import { afterEach, describe, expect, test } from 'vitest'
import type { Account } from '#core/account.ts'
import { DEFAULT_CONNECTION } from '#core/address.ts'
import type { PlatformUser } from '#core/identity.ts'
import { IP, openWorld, PASSWORD, STORES, ticketIn, type World } from './world.ts'

const MAILBOX = 'carol@example.com'
let world: World
afterEach(() => world.close())

/** Carol, whose mailbox is proved by the first mail to it. */
async function open(kind: (typeof STORES)[number] = 'memory'): Promise<Account> {
  world = await openWorld(kind, { signUp: 'open' })
  const { accounts } = world
  const wanted = { username: 'carol', password: PASSWORD, email: MAILBOX }
  await accounts.register(wanted, { invitation: null, ip: IP, locale: 'en' })
  return accounts.verifyEmail(ticketIn((await world.mailsTo(MAILBOX))[0], 'verify'))
}

const userNamed = (handle: string | null, name = 'Eve'): PlatformUser => ({
  ...{ platform: 'telegram', connection: DEFAULT_CONNECTION, id: '666' },
  ...{ handle, name },
})

/** The newest of so many mails. */
const newest = async (count: number): Promise<string> =>
  (await world.mailsTo(MAILBOX, count)).at(-1)?.text ?? ''

async function link(account: Account, user: PlatformUser): Promise<void> {
  const { linking } = world.engine
  const { secret } = await linking.beginInChat(user, { move: false })
  const { pin } = await linking.agreeOnPage(secret, account)
  await linking.finishInChat(user, pin)
}

describe.each(STORES)('whoever holds an account on the %s store', (kind) => {
  test('is told of each change in who comes to it, at the mailbox that is theirs', async () => {
    const carol = await open(kind)
    const { accounts, linking } = world.engine
    await link(carol, userNamed('eve'))
    expect(await newest(2)).toMatch(/^@eve on Telegram was linked: whoever writes there/)
    const { ticket } = await accounts.signInTicket(carol)
    await accounts.signInOnce(ticket)
    expect(await newest(3)).toMatch(/^Somebody signed in by a link from a linked chat\./)
    await linking.unlink(userNamed('eve'), carol.id, 'page')
    expect(await newest(4)).toMatch(/^@eve on Telegram was unlinked/)
    await accounts.createToken(carol.id, 'shell')
    expect(await newest(5)).toMatch(/^An API token was made\./)
    await accounts.changePassword(carol, { old: PASSWORD, fresh: 'another good one' }, '')
    expect(await newest(6)).toMatch(/^A new password was set\./)
    await accounts.requestReset('carol', { ip: IP, locale: 'en' })
    const reset = (await world.mailsTo(MAILBOX, 7)).at(-1)
    await accounts.resetPassword(ticketIn(reset, 'reset'), 'yet another one')
    expect(await newest(8)).toMatch(/^A new password was set\./)
  })

  test('is told of another mailbox at the one that was theirs until then', async () => {
    const carol = await open(kind)
    const proof = { password: PASSWORD, locale: 'en' } as const
    await world.accounts.changeEmail(carol, 'eve@example.com', proof)
    expect(await newest(2)).toMatch(/^The email address was changed: this one is no longer/)
    expect((await world.mailsTo('eve@example.com')).map(({ subject }) => subject)).toEqual([
      'Passalong: is this your email address?',
    ])
  })
})

describe('a notice', () => {
  test('is in the language and time zone of the account, and leads where that can be mended', async () => {
    const carol = await open()
    const set = { locale: 'zh-CN', timeZone: 'Asia/Shanghai' } as const
    await world.accounts.update(carol.id, set)
    await world.accounts.createToken(carol.id, 'shell')
    const text = await newest(2)
    expect(text).toMatch(/^新建了一个 API 令牌。时间：\d{4}年\d+月\d+日 GMT\+8\s\d+:\d\d/)
    expect(text).toMatch(/\n\S+\/account\/security\n/)
    expect(text).not.toContain('pal_')
  })

  test.each([null, 'a\r\nBcc: x@example.org', '<b>eve</b>', 'https://evil.example'])(
    'holds nothing of a handle that is none (%j), and nothing of a name',
    async (handle) => {
      const carol = await open()
      await link(carol, userNamed(handle, 'Your account is locked, call +1 900 555'))
      const mail = (await world.mailsTo(MAILBOX, 2)).at(-1)
      expect(mail?.text).toMatch(/^A user on Telegram was linked/)
      expect(JSON.stringify(mail)).not.toMatch(/Bcc|evil|<b>eve|locked/)
      expect(mail?.subject).toBe('Passalong: a change in your account')
    },
  )

  test('goes to no mailbox that nobody has proved', async () => {
    world = await openWorld('memory', { signUp: 'open' })
    const wanted = { username: 'carol', password: PASSWORD, email: MAILBOX }
    const carol = await world.accounts.register(wanted, {
      ...{ invitation: null, ip: IP, locale: 'en' },
    })
    await world.mailsTo(MAILBOX)
    await world.accounts.createToken(carol.id, 'shell')
    await world.engine.stop(1_000)
    expect(await world.mailsTo(MAILBOX)).toHaveLength(1)
  })

  test('is not sent without end, however often something is changed', async () => {
    const carol = await open()
    for (let n = 0; n < 40; n++) {
      const { info } = await world.accounts.createToken(carol.id, `shell ${n}`)
      await world.accounts.revokeToken(carol.id, info.id)
    }
    await world.mailsTo(MAILBOX, 11)
    await world.engine.stop(1_000)
    expect((await world.mailsTo(MAILBOX, 11)).length).toBeLessThan(15)
  })
})
