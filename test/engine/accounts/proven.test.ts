import { randomBytes } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import { createOutboxChannel } from '#adapters/channels/outbox/outbox.ts'
import { createSystemClock } from '#adapters/clock/system.ts'
import { createMemoryStore } from '#adapters/stores/memory/store.ts'
import type { Account } from '#core/account.ts'
import type { ChannelName } from '#core/address.ts'
import type { PlatformUser } from '#core/identity.ts'
import type { Instant } from '#core/ids.ts'
import { all, type TestEngine, until } from '#test/fixtures/engine.ts'
import { useTestEngine } from '#test/fixtures/use-engine.ts'
import { RENDERING } from '../../core/message/sample.ts'
import { userNamed } from '../linking/world.ts'
import { IP, PASSWORD, refusalOf } from './world.ts'

const start = useTestEngine()
const user = userNamed('Carol', { handle: 'carol_s', name: 'Carol Smith', id: '4711' })

/** Channels whose messages are kept as they would go out. */
async function open(channels: readonly ChannelName[] = ['telegram', 'email']): Promise<TestEngine> {
  const store = createMemoryStore({}, { clock: createSystemClock(), randomBytes })
  const kept = channels.map((name) =>
    createOutboxChannel({ name }, { outbox: store.outbox, settings: RENDERING }),
  )
  return start(kept, { signUp: 'open' }, { store: () => store })
}

async function stranger({ engine }: TestEngine): Promise<Account> {
  const options = { invitation: null, ip: IP, locale: 'en' } as const
  const names = { username: 'carol', displayName: 'Carol Smith' }
  return engine.accounts.register({ ...names, password: PASSWORD }, options)
}

async function shareAs(t: TestEngine, sender: Account, recipient: string) {
  const request = { url: 'https://example.org/a', recipients: [recipient] }
  const options = { frontEnd: 'api', locale: 'en' } as const
  const { share } = await t.engine.sharing.accept(sender, request, options)
  return until(async () => {
    const now = await t.engine.sharing.get(sender, share.id)
    return all('accepted')(now) ? now : undefined
  })
}

/** What the message says of its sender. */
async function senderIn(t: TestEngine, sender: Account, recipient: string): Promise<string> {
  const { deliveries } = await shareAs(t, sender, recipient)
  const rendered = await t.engine.sharing.rendered(sender, deliveries[0]?.id ?? '')
  const text = 'text' in rendered ? rendered.text : ''
  return /.*(?= sent you a link)/.exec(text)?.[0] ?? ''
}

const link = (t: TestEngine, account: Account, more: Partial<PlatformUser> = {}) =>
  t.store.identities.link({ ...user, ...more }, account.id, null)

describe('an account for which nobody vouches', () => {
  test('writes to strangers once an identity is linked, and no more when it is unlinked', async () => {
    const t = await open()
    const carol = await stranger(t)
    expect(await refusalOf(shareAs(t, carol, 'bob@example.org'))).toBe('unverified')
    await link(t, carol)
    await shareAs(t, carol, 'bob@example.org')
    await t.engine.linking.unlink(user, carol.id, 'page')
    expect(await refusalOf(shareAs(t, carol, 'dave@example.org'))).toBe('unverified')
  })

  test('is proved by no name of a terminal', async () => {
    const t = await open()
    const carol = await stranger(t)
    await link(t, carol, { platform: 'console' })
    expect(await refusalOf(shareAs(t, carol, 'bob@example.org'))).toBe('unverified')
  })

  test('does not write to a mailbox because it says that it is its own', async () => {
    const t = await open()
    const carol = await stranger(t)
    const claimed = await t.store.accounts.update(carol.id, { email: 'victim@example.com' })
    const sent = shareAs(t, claimed as Account, 'victim@example.com')
    expect(await refusalOf(sent)).toBe('unverified')
  })
})

describe('beside the sender’s name', () => {
  test('stands the handle that the recipient’s own platform knows, else the mailbox, else the username', async () => {
    const t = await open()
    const carol = await stranger(t)
    await link(t, carol)
    expect(await senderIn(t, carol, 'telegram:815')).toBe('Carol Smith (@carol_s)')
    expect(await senderIn(t, carol, 'bob@example.org')).toBe('Carol Smith (@carol)')
    const verified = { email: 'carol@example.com', emailVerifiedAt: 5 as Instant }
    const known = (await t.store.accounts.update(carol.id, verified)) as Account
    expect(await senderIn(t, known, 'telegram:816')).toBe('Carol Smith (@carol_s)')
    expect(await senderIn(t, known, 'dave@example.org')).toBe('Carol Smith (carol@example.com)')
  })

  test('stands no handle of another platform or workspace, and none where there is none', async () => {
    const t = await open()
    const carol = await stranger(t)
    await link(t, carol, { platform: 'matrix' })
    await link(t, carol, { connection: 'another' as never })
    await link(t, carol, { handle: null })
    // Without `@`: on the recipient's platform that would be somebody there.
    expect(await senderIn(t, carol, 'telegram:815')).toBe('Carol Smith (carol)')
  })
})

describe('“me”', () => {
  const addressOfMe = async (t: TestEngine, sender: Account) => {
    const { deliveries } = await shareAs(t, sender, 'me')
    return deliveries.map(({ channel, address }) => `${channel} ${address}`)
  }

  test('is the verified mailbox, else the first identity that can be written to from here', async () => {
    const t = await open(['telegram', 'email'])
    const carol = await stranger(t)
    await link(t, carol, { platform: 'matrix', id: '@carol:example.org' })
    expect(await refusalOf(shareAs(t, carol, 'me'))).toBe('recipients_rejected')
    await link(t, carol)
    expect(await addressOfMe(t, carol)).toEqual(['telegram 4711'])
    const verified = { email: 'carol@example.com', emailVerifiedAt: 5 as Instant }
    const known = (await t.store.accounts.update(carol.id, verified)) as Account
    expect(await addressOfMe(t, known)).toEqual(['email carol@example.com'])
  })
})
