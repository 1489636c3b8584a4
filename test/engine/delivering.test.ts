import { describe, expect, test } from 'vitest'
import { LEASE_MS } from '#core/delivery.ts'
import type { SendContext } from '#ports/channel.ts'
import { all, until } from '#test/fixtures/engine.ts'
import { createScriptedChannel } from '#test/fixtures/scripted-channel.ts'
import { useTestEngine } from '#test/fixtures/use-engine.ts'
import { bob, createShyChannel } from './reaching/people.ts'

const start = useTestEngine()

describe('sending', () => {
  test('each recipient gets one message with a link of their own', async () => {
    const channel = createScriptedChannel()
    const t = await start([channel])
    const { id } = await t.share(['bob@example.org', 'carol@example.org'])
    const share = await t.settled(id, all('accepted'))
    expect(channel.sent).toHaveLength(2)
    expect(new Set(share.deliveries.map((delivery) => delivery.link)).size).toBe(2)
    expect(channel.sent.map((context) => context.link).sort()).toEqual(
      share.deliveries.map((delivery) => delivery.link).sort(),
    )
  })

  test('a transient fault is tried again when its time has come', async () => {
    const channel = createScriptedChannel({
      send: (_c, nth) =>
        nth === 1
          ? { kind: 'transient', reason: 'retrying', detail: '451 try later' }
          : { kind: 'accepted' },
    })
    const t = await start([channel])
    const { id } = await t.share(['bob@example.org'])
    const waiting = await t.settled(id, (share) => share.deliveries[0]?.error !== null)
    expect(waiting.deliveries[0]).toMatchObject({ state: 'queued', error: { code: 'retrying' } })
    expect(channel.sent).toHaveLength(1)
    t.advance(10_000)
    const done = await t.settled(id, all('accepted'))
    expect(done.deliveries[0]).toMatchObject({ attempts: 2, error: null })
  })

  test('a throttled bucket makes everybody wait who needs it, and spends no attempt', async () => {
    const bucket = { key: 'bot', limit: 1_000, perMs: 1_000, cost: 1 }
    const channel = createScriptedChannel({
      buckets: [bucket],
      caps: { concurrency: 1 },
      send: (_c, nth) =>
        nth === 1
          ? { kind: 'throttled', bucket: 'bot', retryAfterMs: 5_000 }
          : { kind: 'accepted' },
    })
    const t = await start([channel])
    const { id } = await t.share(['bob@example.org', 'carol@example.org'])
    await until(async () => (channel.sent.length === 1 ? true : undefined))
    await new Promise((resolve) => setTimeout(resolve, 100))
    expect(channel.sent).toHaveLength(1)
    t.advance(5_001)
    const share = await t.settled(id, all('accepted'))
    expect(share.deliveries.map((delivery) => delivery.attempts)).toEqual([1, 1])
  })

  test('a permanent failure says why, and one that names the mailbox keeps others from it', async () => {
    const channel = createScriptedChannel({
      send: () => ({
        kind: 'permanent',
        reason: 'no_such_recipient',
        detail: '550 5.1.1 no such user',
        suppress: true,
      }),
    })
    const t = await start([channel])
    const first = await t.share(['bob@example.org'])
    const failed = await t.settled(first.id, all('failed'))
    expect(failed.deliveries[0]?.error?.code).toBe('no_such_recipient')
    const second = await t.share(['BOB+tag@Example.org'])
    await t.settled(second.id, all('suppressed'))
    expect(channel.sent).toHaveLength(1)
  })

  test('an unknown outcome is sent again once and then left to the sender, who may retry', async () => {
    let unknown = true
    const channel = createScriptedChannel({
      send: () => (unknown ? { kind: 'unknown', detail: 'cut' } : { kind: 'accepted' }),
    })
    const t = await start([channel])
    const { id } = await t.share(['bob@example.org'])
    await until(async () => (channel.sent.length === 1 ? true : undefined))
    t.advance(60_000)
    const uncertain = await t.settled(id, all('unknown'))
    expect(channel.sent).toHaveLength(2)
    unknown = false
    const again = await t.engine.sharing.retry(t.ann, uncertain.deliveries[0]!.id)
    expect(again.state).toBe('queued')
    await t.settled(id, all('accepted'))
  })

  test('UNKNOWN_OUTCOME=ask never sends twice by itself', async () => {
    const channel = createScriptedChannel({ send: () => ({ kind: 'unknown', detail: 'cut' }) })
    const t = await start([channel], { unknownPolicy: 'ask' })
    const { id } = await t.share(['bob@example.org'])
    await t.settled(id, all('unknown'))
    expect(channel.sent).toHaveLength(1)
  })

  test('a channel that throws leaves an unknown outcome, not a lost delivery', async () => {
    const channel = createScriptedChannel({
      send: () => {
        throw new Error('a bug')
      },
    })
    const t = await start([channel], { unknownPolicy: 'ask' })
    const { id } = await t.share(['bob@example.org'])
    await t.settled(id, all('unknown'))
  })

  test('who must act first is waited for, and written to as soon as they can be reached', async () => {
    const channel = createScriptedChannel({
      name: 'telegram',
      send: (context) =>
        context.reach ? { kind: 'accepted' } : { kind: 'needs-recipient', detail: '403' },
    })
    const t = await start([channel])
    const { id } = await t.share(['telegram:@bobby'])
    const waiting = await t.settled(id, all('waiting'))
    expect(waiting.deliveries[0]?.error?.code).toBe('recipient_must_start')
    await channel.sink().reach({ channel: 'telegram', value: '@bobby' }, { chat: '4711' })
    await t.settled(id, all('accepted'))
    expect(channel.sent[1]?.reach).toEqual({ chat: '4711' })
  })

  test('what cannot be delivered fails at its deadline', async () => {
    const channel = createScriptedChannel({
      send: () => ({ kind: 'transient', reason: 'retrying', detail: 'busy' }),
    })
    const t = await start([channel])
    const { id } = await t.share(['bob@example.org'])
    await until(async () => (channel.sent.length === 1 ? true : undefined))
    t.advance(73 * 3_600_000)
    const failed = await t.settled(id, all('failed'))
    expect(failed.deliveries[0]?.error?.code).toBe('deadline')
  })
})

describe('a connection that is down', () => {
  test('keeps its deliveries queued, says so, and goes on by itself when it is back', async () => {
    let up = false
    const channel = createScriptedChannel({
      send: () => (up ? { kind: 'accepted' } : { kind: 'down', detail: '535 bad password' }),
      probe: () => (up ? { up: true } : { up: false, detail: '535 bad password' }),
      caps: { concurrency: 1 },
    })
    const t = await start([channel])
    const { id } = await t.share(['bob@example.org', 'carol@example.org'])
    const waiting = await t.settled(id, (share) =>
      share.deliveries.every((delivery) => delivery.error?.code === 'connection_down'),
    )
    expect(waiting.deliveries.map((d) => [d.state, d.attempts])).toEqual([
      ['queued', 0],
      ['queued', 0],
    ])
    const health = await t.engine.health.channels()
    expect(health.find((entry) => entry.channel === 'email')).toMatchObject({
      healthy: false,
      paused: { detail: '535 bad password' },
    })
    const before = channel.sent.length
    await new Promise((resolve) => setTimeout(resolve, 300))
    expect(channel.sent.length).toBe(before)
    up = true
    await t.engine.health.probe()
    await t.settled(id, all('accepted'))
  })

  test('alerts the operator on another channel', async () => {
    const email = createScriptedChannel({ send: () => ({ kind: 'down', detail: '535' }) })
    const sms = createScriptedChannel({ name: 'sms' })
    const t = await start([email, sms], { operator: '+8613800138000' })
    await t.share(['bob@example.org'])
    await until(async () => (sms.sent.length > 0 ? true : undefined))
    expect(sms.sent[0]?.address).toEqual({ channel: 'sms', value: '+8613800138000' })
  })

  test('alerts an operator who is named by a handle, once it is known whose it is', async () => {
    const email = createScriptedChannel({ send: () => ({ kind: 'down', detail: '535' }) })
    const telegram = createShyChannel()
    telegram.come(bob)
    const t = await start([email, telegram], { operator: 'telegram:@bob' })
    await t.share(['ann@example.org'])
    await until(async () => (telegram.sent.length > 0 ? true : undefined))
    expect(telegram.sent[0]?.address).toEqual({ channel: 'telegram', value: bob.id })
  })

  test('alerts an operator whose number is written as at home', async () => {
    const email = createScriptedChannel({ send: () => ({ kind: 'down', detail: '535' }) })
    const sms = createScriptedChannel({ name: 'sms' })
    const t = await start([email, sms], { operator: '138 0013 8000', defaultRegion: 'CN' })
    await t.share(['bob@example.org'])
    await until(async () => (sms.sent.length > 0 ? true : undefined))
    expect(sms.sent[0]?.address).toEqual({ channel: 'sms', value: '+8613800138000' })
  })
})

describe('taking back', () => {
  test('cancelling stops what has not left', async () => {
    const channel = createScriptedChannel()
    const t = await start([channel])
    const { id } = await t.share(['bob@example.org'], { sendAt: Date.now() + 3_600_000 })
    const share = await t.engine.sharing.cancel(t.ann, id)
    expect(share.deliveries[0]?.state).toBe('cancelled')
    t.advance(3_700_000)
    await new Promise((resolve) => setTimeout(resolve, 300))
    expect(channel.sent).toHaveLength(0)
  })

  test('cancelling a share that has left changes nothing, and people may still be added', async () => {
    const channel = createScriptedChannel()
    const t = await start([channel])
    const { id } = await t.share(['bob@example.org'])
    await t.settled(id, all('accepted'))
    const share = await t.engine.sharing.cancel(t.ann, id)
    expect(share.cancelledAt).toBeNull()
    const options = { frontEnd: 'api', locale: 'en' } as const
    await t.engine.sharing.addRecipients(t.ann, id, ['carol@example.org'], options)
    await t.settled(id, (now) => now.deliveries.length === 2 && all('accepted')(now))
  })

  test('the undo window holds a share back, and cancelling within it sends nothing', async () => {
    const channel = createScriptedChannel()
    const t = await start([channel])
    const request = { url: 'https://example.org/a', recipients: ['bob@example.org'] }
    const options = { frontEnd: 'web', locale: 'en', undo: true } as const
    const { share } = await t.engine.sharing.accept(t.ann, request, options)
    expect(share.deliveries[0]?.state).toBe('scheduled')
    await t.engine.sharing.cancel(t.ann, share.id)
    t.advance(20_000)
    await new Promise((resolve) => setTimeout(resolve, 300))
    expect(channel.sent).toHaveLength(0)
    const { share: second } = await t.engine.sharing.accept(t.ann, request, options)
    t.advance(10_001)
    await t.settled(second.id, all('accepted'))
  })

  test('recalling kills the link and takes the message away where the platform can', async () => {
    const channel = createScriptedChannel()
    const t = await start([channel])
    const { id } = await t.share(['bob@example.org'])
    const { deliveries } = await t.settled(id, all('accepted'))
    await t.engine.sharing.recall(t.ann, id)
    expect(channel.recalled).toEqual(['p-1'])
    const code = deliveries[0]!.link.split('/r/')[1]!
    expect(
      await t.engine.visiting.visit({ code, method: 'GET', ip: '', headers: {}, viewer: null }),
    ).toEqual({ kind: 'gone', why: 'recalled' })
  })

  test('recalled while it is being sent: it ends recalled, and the message is taken away', async () => {
    const gate = Promise.withResolvers<void>()
    const channel = createScriptedChannel({
      send: async () => {
        await gate.promise
        return { kind: 'accepted' }
      },
    })
    const t = await start([channel])
    const { id } = await t.share(['bob@example.org'])
    const sending = await t.settled(id, all('sending'))
    await expect(t.engine.sharing.cancelDelivery(t.ann, sending.deliveries[0]!.id)).rejects.toThrow(
      expect.objectContaining({ code: 'in_flight' }),
    )
    await t.engine.sharing.recallDelivery(t.ann, sending.deliveries[0]!.id)
    gate.resolve()
    await t.settled(id, all('recalled'))
    await until(async () => (channel.recalled.length === 1 ? true : undefined))
  })

  test('a share cancelled while one is being sent sends no other attempt of it', async () => {
    const gate = Promise.withResolvers<void>()
    const channel = createScriptedChannel({
      send: async () => {
        await gate.promise
        return { kind: 'transient', reason: 'retrying', detail: 'busy' }
      },
    })
    const t = await start([channel])
    const { id } = await t.share(['bob@example.org'])
    await t.settled(id, all('sending'))
    await t.engine.sharing.cancel(t.ann, id)
    gate.resolve()
    await t.settled(id, all('cancelled'))
    expect(channel.sent).toHaveLength(1)
  })
})

describe('leases', () => {
  test('a send that outlives its lease cannot settle, and its outcome is unknown', async () => {
    const gate = Promise.withResolvers<void>()
    const contexts: SendContext[] = []
    const channel = createScriptedChannel({
      send: async (context, nth) => {
        contexts.push(context)
        if (nth === 1) await gate.promise
        return { kind: 'accepted' }
      },
    })
    const t = await start([channel])
    const { id } = await t.share(['bob@example.org'])
    await t.settled(id, all('sending'))
    t.advance(LEASE_MS + 1)
    const done = await t.settled(id, all('accepted'))
    expect(contexts).toHaveLength(2)
    expect(contexts[0]?.idempotencyKey).toBe(contexts[1]?.idempotencyKey)
    expect(done.deliveries[0]?.attempts).toBe(2)
    gate.resolve()
    await new Promise((resolve) => setTimeout(resolve, 50))
    expect((await t.engine.sharing.get(t.ann, id)).deliveries[0]?.attempts).toBe(2)
  })
})

describe('receipts', () => {
  test('that come before the answer to the send are not lost', async () => {
    const gate = Promise.withResolvers<void>()
    const channel = createScriptedChannel({
      send: async () => {
        await gate.promise
        return { outcome: { kind: 'accepted' }, providerIds: ['early'] }
      },
    })
    const t = await start([channel])
    const { id } = await t.share(['bob@example.org'])
    await t.settled(id, all('sending'))
    const connection = channel.connections[0]!
    const verdict = { state: 'delivered', reason: null, detail: null } as const
    await channel.sink().receipt({ connection, providerId: 'early', verdict })
    gate.resolve()
    await t.settled(id, all('delivered'))
    const late = { state: 'failed', reason: 'bounced', detail: null } as const
    await channel.sink().receipt({ connection, providerId: 'early', verdict: late })
    expect((await t.engine.sharing.get(t.ann, id)).deliveries[0]?.state).toBe('delivered')
  })
})

describe('fairness', () => {
  test('with 10,000 of one account in a slow queue, another’s single one goes out next', async () => {
    const order: string[] = []
    const bucket = { key: 'bot', limit: 100, perMs: 1_000, cost: 1 }
    const channel = createScriptedChannel({
      buckets: [bucket],
      send: (context) => {
        order.push(context.address.value)
        return { kind: 'accepted' }
      },
    })
    const t = await start([channel], { maxRecipients: 10_000 })
    const bob = await t.engine.accounts.create({ username: 'bob', password: 'another long one' })
    const crowd = Array.from({ length: 10_000 }, (_, i) => `r${i}@example.org`)
    await t.share(crowd)
    await until(async () => (order.length > 20 ? true : undefined))
    await t.engine.sharing.accept(
      bob,
      { url: 'https://example.org/b', recipients: ['single@example.net'] },
      { frontEnd: 'api', locale: 'en' },
    )
    const before = order.length
    await until(async () => (order.includes('single@example.net') ? true : undefined))
    expect(order.indexOf('single@example.net') - before).toBeLessThanOrEqual(5)
  })
})

describe('status', () => {
  test('every change raises the revision and is told, coalesced', async () => {
    const channel = createScriptedChannel()
    const t = await start([channel])
    const seen: number[] = []
    t.engine.status.subscribe((change) => seen.push(change.revision))
    const { id } = await t.share(Array.from({ length: 50 }, (_, i) => `r${i}@example.org`))
    await t.settled(id, all('accepted'))
    await until(async () => (seen.length > 0 ? true : undefined))
    await new Promise((resolve) => setTimeout(resolve, 600))
    expect(seen.length).toBeLessThan(10)
    expect([...seen].sort((a, b) => a - b)).toEqual(seen)
    expect((await t.engine.sharing.get(t.ann, id)).revision).toBe(seen.at(-1))
  })
})
