import { afterEach, describe, expect, test } from 'vitest'
import type { RenderedEmail } from '#core/message/message.ts'
import { until } from '#test/fixtures/engine.ts'
import { type EmailHarness, openEmail } from '../../adapters/channels/email/harness.ts'
import { IP, openWorld, PASSWORD, ticketIn, type World } from './world.ts'

const MAILBOX = 'carol@example.com'
let world: World
let mail: EmailHarness
afterEach(async () => {
  await world.close()
  await mail.close()
})

async function open(): Promise<void> {
  mail = await openEmail()
  world = await openWorld('memory', { signUp: 'open' }, { email: mail.channel })
}

async function signUp(): Promise<void> {
  const wanted = { username: 'carol', password: PASSWORD, email: MAILBOX }
  await world.accounts.register(wanted, { invitation: null, ip: IP, locale: 'en' })
}

const arrived = (count: number): Promise<readonly RenderedEmail[]> =>
  until(async () => {
    const mails = (await mail.arrived()) as readonly RenderedEmail[]
    return mails.length >= count ? mails : undefined
  })

describe('mail that an account asks for', () => {
  test('comes over SMTP, from the service by name, and its link does what it says', async () => {
    await open()
    await signUp()
    const [verification] = await arrived(1)
    expect(verification).toMatchObject({
      to: { address: MAILBOX, name: null },
      from: { name: 'Passalong' },
      replyTo: null,
      subject: 'Passalong: is this your email address?',
      headers: { 'Auto-Submitted': 'auto-generated' },
    })
    expect(verification?.headers).not.toHaveProperty('List-Unsubscribe')
    const { accounts } = world
    const verified = await accounts.verifyEmail(ticketIn(verification, 'verify'))
    expect(verified.email).toBe(MAILBOX)
    await accounts.requestReset(MAILBOX, { ip: IP, locale: 'zh-CN' })
    const reset = (await arrived(2))[1]
    expect(reset?.subject).toBe('Passalong：设置新密码')
    await accounts.resetPassword(ticketIn(reset, 'reset'), 'a new password')
    expect((await accounts.signIn('carol', 'a new password', IP))?.id).toBe(verified.id)
  })

  test('is tried again where the server is busy, and comes once', async () => {
    await open()
    mail.server.fault({ at: 'rcpt', reply: '450 4.2.0 Greylisted', times: 1 })
    await signUp()
    const [first] = await arrived(1)
    expect(first?.subject).toBe('Passalong: is this your email address?')
  })

  test('keeps nobody waiting, though the server answers nothing', async () => {
    await open()
    mail.server.fault({ at: 'connect', hold: true })
    const begun = performance.now()
    await signUp()
    await world.accounts.requestReset('carol', { ip: IP, locale: 'en' })
    await until(async () => (mail.server.held() > 0 ? true : undefined))
    // The engine stops within its grace all the same.
    await world.stop()
    expect(performance.now() - begun).toBeLessThan(20_000)
    mail.server.fault(null)
  })
})
