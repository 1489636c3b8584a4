import { randomBytes } from 'node:crypto'
import { afterEach, describe, expect, test } from 'vitest'
import { createOutboxChannel } from '#adapters/channels/outbox/outbox.ts'
import { createSystemClock } from '#adapters/clock/system.ts'
import { createMemoryStore } from '#adapters/stores/memory/store.ts'
import type { Account } from '#core/account.ts'
import { endpointOf } from '#core/address.ts'
import type { Instant } from '#core/ids.ts'
import type { RenderedEmail } from '#core/message/message.ts'
import { all, type TestEngine, until } from '#test/fixtures/engine.ts'
import { createScriptedChannel } from '#test/fixtures/scripted-channel.ts'
import { useTestEngine } from '#test/fixtures/use-engine.ts'
import { type EmailHarness, openEmail } from '../../adapters/channels/email/harness.ts'
import { RENDERING } from '../../core/message/sample.ts'

const NUMBER = '+8613800138000'
const connection = { channel: 'sms', connection: 'default' as never } as const
const start = useTestEngine()
let mail: EmailHarness | undefined
afterEach(async () => {
  await mail?.close()
  mail = undefined
})

function textTo(t: TestEngine, text: string, inboundId = randomBytes(6).toString('hex')) {
  const from = { channel: 'sms', value: NUMBER } as const
  return t.engine.sink.reply({ connection, from, text, inboundId })
}

async function shareAs(t: TestEngine, sender: Account, recipients = [NUMBER]) {
  const request = { url: 'https://example.org/a', title: 'A <page>', recipients }
  const options = { frontEnd: 'api', locale: 'en' } as const
  const { share } = await t.engine.sharing.accept(sender, request, options)
  await until(async () => {
    const now = await t.engine.sharing.get(sender, share.id)
    return all('accepted')(now) ? now : undefined
  })
  return share
}

async function member(t: TestEngine, username: string, email: string | null): Promise<Account> {
  const account = await t.engine.accounts.create({ username, password: 'correct horse battery' })
  if (email === null) return account
  const verified = { email, emailVerifiedAt: 5 as Instant }
  return (await t.store.accounts.update(account.id, verified)) as Account
}

const repliesOf = async (t: TestEngine, sender: Account, id: string) =>
  (await t.engine.sharing.replies(sender, id, { limit: 50, cursor: null })).items

async function arrivedNow(): Promise<readonly RenderedEmail[]> {
  return ((await mail?.arrived()) ?? []) as readonly RenderedEmail[]
}

const arrived = (count: number): Promise<readonly RenderedEmail[]> =>
  until(async () => {
    const mails = await arrivedNow()
    return mails.length >= count ? mails : undefined
  })

describe('a reply', () => {
  test('stands on the share that the number was written to by last, for its sender alone', async () => {
    const t = await start([createScriptedChannel({ name: 'sms' })])
    const bob = await member(t, 'bob', null)
    const first = await shareAs(t, t.ann)
    const second = await shareAs(t, bob)
    const { revision } = await t.engine.sharing.get(bob, second.id)
    await textTo(t, 'thanks!')
    expect(await repliesOf(t, t.ann, first.id)).toEqual([])
    expect(await repliesOf(t, bob, second.id)).toMatchObject([
      { text: 'thanks!', recipient: NUMBER, channel: 'sms', delivery: `${second.id}-0` },
    ])
    await expect(repliesOf(t, t.ann, second.id)).rejects.toMatchObject({ code: 'not_found' })
    await until(async () =>
      (await t.engine.sharing.get(bob, second.id)).revision > revision ? true : undefined,
    )
  })

  test('is kept once, however often it comes', async () => {
    const t = await start([createScriptedChannel({ name: 'sms' })])
    const share = await shareAs(t, t.ann)
    await Promise.all(Array.from({ length: 10 }, () => textTo(t, 'hello', 'same')))
    await textTo(t, 'hello', 'same')
    expect(await repliesOf(t, t.ann, share.id)).toHaveLength(1)
  })

  test('of any bytes and length is kept, cleaned and bounded', async () => {
    const t = await start([createScriptedChannel({ name: 'sms' })])
    const share = await shareAs(t, t.ann)
    const texts = [
      'x'.repeat(10_000),
      '\0\u0007\uD800\u202Eabc',
      '<script>alert(1)</script>',
      `${'👨‍👩‍👧'.repeat(2_000)}`,
      randomBytes(5_000).toString('latin1'),
      '\u{1F600}'.repeat(70),
      '',
    ]
    for (const text of texts) await textTo(t, text)
    const kept = await repliesOf(t, t.ann, share.id)
    expect(kept).toHaveLength(texts.length)
    const byText = kept.map(({ text }) => text ?? '')
    expect(Math.max(...byText.map(({ length }) => length))).toBeLessThanOrEqual(2_000)
    expect(byText).toEqual(expect.arrayContaining(['abc', '<script>alert(1)</script>', '']))
    for (const text of byText) expect(text.isWellFormed()).toBe(true)
  })

  test('from a number that nobody wrote to is kept and acknowledged', async () => {
    const t = await start([createScriptedChannel({ name: 'sms' })])
    await textTo(t, 'who are you?', 'lost')
    const { replies } = t.store
    expect(await replies.claim({ channel: 'email', limit: 5, leaseMs: 1 })).toEqual([])
    await textTo(t, 'who are you?', 'lost')
  })

  test('goes to the sender by mail, as from whom they wrote to, and names no one to answer to', async () => {
    mail = await openEmail()
    const t = await start([createScriptedChannel({ name: 'sms' }), mail.channel])
    const bob = await member(t, 'bob', 'bob@example.com')
    await t.engine.contacts.create(bob.id, { kind: 'person', name: 'Mum', addresses: [NUMBER] })
    const share = await shareAs(t, bob, ['mum'])
    await textTo(t, 'I <3 it\nthank you')
    const [got] = await arrived(1)
    expect(got).toMatchObject({
      to: { address: 'bob@example.com' },
      replyTo: null,
      subject: 'Mum (mum): I <3 it thank you',
      headers: { 'Auto-Submitted': 'auto-generated' },
    })
    expect(got?.from.name).toContain('Mum')
    expect(got?.messageId).toMatch(/^<reply-[0-9a-f]{32}@/)
    expect(got?.text).toContain('> I <3 it\n> thank you')
    expect(got?.text).toContain(`https://passalong.example.org/shares/${share.id}`)
    expect(got?.html).toContain('I &lt;3 it<br>\nthank you')
    expect(got?.html).toContain('A &lt;page&gt;')
    expect(got?.text).not.toContain(NUMBER)
  })

  test('goes by mail a few times an hour for one delivery; the page has the rest', async () => {
    mail = await openEmail()
    const t = await start([createScriptedChannel({ name: 'sms' }), mail.channel])
    const bob = await member(t, 'bob', 'bob@example.com')
    const share = await shareAs(t, bob)
    for (let i = 0; i < 20; i++) await textTo(t, `again ${i}`)
    await arrived(5)
    expect(await repliesOf(t, bob, share.id)).toHaveLength(20)
    t.advance(3_600_001)
    await textTo(t, 'an hour later')
    expect((await arrived(6)).at(-1)?.text).toContain('> an hour later')
    t.advance(200_000)
    expect(await t.store.replies.claim({ channel: 'email', limit: 5, leaseMs: 1 })).toEqual([])
    expect(await arrivedNow()).toHaveLength(6)
  })

  test('goes to no mailbox that is not known to be the sender’s, or wants no mail', async () => {
    mail = await openEmail()
    const t = await start([createScriptedChannel({ name: 'sms' }), mail.channel])
    const unverified = await member(t, 'eve', null)
    await t.store.accounts.update(unverified.id, { email: 'eve@example.com' })
    const stopped = await member(t, 'dan', 'dan@example.com')
    const address = { channel: 'email', value: 'dan@example.com' } as const
    await t.store.consent.suppress(t.keys.endpoint(endpointOf(address)), null, 'stop', null)
    const bob = await member(t, 'bob', 'bob@example.com')
    for (const sender of [unverified, stopped, bob]) {
      const share = await shareAs(t, sender)
      await textTo(t, `to ${sender.username}`)
      expect(await repliesOf(t, sender, share.id)).toHaveLength(1)
    }
    await arrived(1)
    const { replies } = t.store
    t.advance(200_000)
    expect(await replies.claim({ channel: 'email', limit: 5, leaseMs: 1 })).toEqual([])
    expect((await arrivedNow()).map(({ to }) => to.address)).toEqual(['bob@example.com'])
  })

  test('is owed to nobody by mail where mail goes to the outbox', async () => {
    const clock = createSystemClock()
    const store = createMemoryStore({}, { clock, randomBytes })
    const outbox = createOutboxChannel(
      { name: 'email' },
      { outbox: store.outbox, settings: RENDERING },
    )
    const sms = createScriptedChannel({ name: 'sms' })
    const t = await start([sms, outbox], {}, { store: () => store })
    const bob = await member(t, 'bob', 'bob@example.com')
    const share = await shareAs(t, bob)
    await textTo(t, 'hello')
    expect(await repliesOf(t, bob, share.id)).toHaveLength(1)
    expect((await t.store.outbox.page({ limit: 5, cursor: null })).items).toEqual([])
  })
})
