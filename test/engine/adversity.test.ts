import { describe, expect, test } from 'vitest'
import { LEASE_MS } from '#core/delivery.ts'
import type { DeliveryId } from '#core/ids.ts'
import { sharePlan } from '#test/contracts/store/plans.ts'
import { all, until } from '#test/fixtures/engine.ts'
import { faultyStore } from '#test/fixtures/faulty-store.ts'
import { createScriptedChannel } from '#test/fixtures/scripted-channel.ts'
import { useTestEngine } from '#test/fixtures/use-engine.ts'

const start = useTestEngine()

describe('a store that fails at one step', () => {
  test('what a send came to is written down, though the bounce could not be', async () => {
    const faults = faultyStore()
    const channel = createScriptedChannel({
      send: () => ({ kind: 'permanent', reason: 'no_such_recipient', detail: '', suppress: true }),
    })
    const t = await start([channel], {}, faults)
    faults.breakNext('consent.suppress', 1)
    const { id } = await t.share(['bob@example.org'])
    await t.settled(id, all('failed'))
    expect(channel.sent).toHaveLength(1)
  })

  test('a connection that is down keeps its delivery queued, though that could not be stored', async () => {
    const faults = faultyStore()
    const channel = createScriptedChannel({
      send: (_c, nth) => (nth === 1 ? { kind: 'down', detail: '535' } : { kind: 'accepted' }),
    })
    const t = await start([channel], { unknownPolicy: 'ask' }, faults)
    faults.breakNext('connections.pause', 1)
    const { id } = await t.share(['bob@example.org'])
    await t.settled(id, (share) => share.deliveries[0]?.error?.code === 'connection_down')
  })

  test('an alert that hangs holds no lease', async () => {
    const email = createScriptedChannel({ send: () => ({ kind: 'down', detail: '535' }) })
    const sms = createScriptedChannel({ name: 'sms', send: () => new Promise(() => {}) })
    const t = await start([email, sms], { operator: '+8613800138000' })
    const { id } = await t.share(['bob@example.org'])
    await until(async () => (sms.sent.length > 0 ? true : undefined))
    await t.settled(id, all('queued'))
  })

  test('a settlement is written down as soon as the store works again', async () => {
    const faults = faultyStore()
    const channel = createScriptedChannel()
    const t = await start([channel], {}, faults)
    faults.breakNext('deliveries.settle', 2)
    const { id } = await t.share(['bob@example.org'])
    await t.settled(id, all('accepted'))
    expect(channel.sent).toHaveLength(1)
  })

  test('a claim whose answer was lost is asked for again, and sends once', async () => {
    const faults = faultyStore()
    const channel = createScriptedChannel()
    const t = await start([channel], { unknownPolicy: 'ask' }, faults)
    faults.loseNextAnswers('deliveries.claim', 2)
    const { id } = await t.share(['bob@example.org'])
    const share = await t.settled(id, all('accepted'))
    expect(share.deliveries[0]).toMatchObject({ attempts: 1 })
    expect(channel.sent).toHaveLength(1)
  })

  test('a claim that never gets an answer is given up when its lease is over', async () => {
    const faults = faultyStore()
    const channel = createScriptedChannel()
    const t = await start([channel], {}, faults)
    faults.loseNextAnswers('deliveries.claim', 2)
    const { id } = await t.share(['bob@example.org'])
    await t.settled(id, all('sending'))
    t.advance(LEASE_MS + 1)
    const share = await t.settled(id, all('accepted'))
    expect(share.deliveries[0]).toMatchObject({ attempts: 2 })
    expect(channel.sent).toHaveLength(1)
  })

  test('the feeder, the sweep and the status go on after faults', async () => {
    const faults = faultyStore()
    const channel = createScriptedChannel()
    const t = await start([channel], {}, faults)
    const told: string[] = []
    t.engine.status.subscribe((change) => told.push(change.share))
    faults.breakNext('deliveries.due', 2)
    faults.breakNext('shares.revise', 2)
    faults.breakNext('deliveries.claim', 1)
    const { id } = await t.share(['bob@example.org'])
    await t.settled(id, all('accepted'))
    await until(async () => (told.includes(id) ? true : undefined))
  })
})

test('a channel that heeds no signal keeps no slot, and a stop writes down that it is unknown', async () => {
  const channel = createScriptedChannel({ send: () => new Promise(() => {}) })
  const t = await start([channel], { unknownPolicy: 'ask' })
  const { id } = await t.share(['bob@example.org'])
  await t.settled(id, all('sending'))
  await t.engine.stop(20)
  expect((await t.engine.sharing.get(t.ann, id)).deliveries[0]?.state).toBe('unknown')
})

test('what is sent in place of a delivery stands in its share, and is one’s own', async () => {
  const t = await start([createScriptedChannel()])
  const share = await t.share(['bob@example.org'])
  const other = await t.share(['carol@example.org'])
  const add = (replaces: string) =>
    t.engine.sharing.addRecipients(t.ann, share.id, ['dan@example.org'], {
      frontEnd: 'api',
      locale: 'en',
      replaces: replaces as DeliveryId,
    })
  for (const wrong of [other.deliveries[0]!.id, `${share.id}-9`, 'nonsense']) {
    await expect(add(wrong)).rejects.toMatchObject({ code: 'not_found' })
  }
  expect((await add(share.deliveries[0]!.id)).share.deliveries).toHaveLength(2)
})

describe('a lease that ran out', () => {
  test('past the deadline its outcome is unknown, not failed', async () => {
    const gate = Promise.withResolvers<void>()
    const channel = createScriptedChannel({
      send: async () => {
        await gate.promise
        return { kind: 'accepted' }
      },
    })
    const t = await start([channel])
    const { id } = await t.share(['bob@example.org'])
    await t.settled(id, all('sending'))
    t.advance(73 * 3_600_000)
    const share = await t.settled(id, (now) => now.deliveries[0]?.state !== 'sending')
    expect(share.deliveries[0]).toMatchObject({
      state: 'unknown',
      error: { code: 'outcome_unknown' },
    })
    gate.resolve()
  })
})

test('a probe that hangs keeps no other connection down, and no stop waiting', async () => {
  let up = false
  const email = createScriptedChannel({ send: () => ({ kind: 'down', detail: '535' }) })
  const sms = createScriptedChannel({
    name: 'sms',
    send: () => (up ? { kind: 'accepted' } : { kind: 'down', detail: '535' }),
    probe: () => (up ? { up: true } : { up: false, detail: '535' }),
  })
  const hanging = { ...email, probe: () => new Promise<never>(() => {}) }
  const t = await start([hanging, sms])
  const { id } = await t.share(['bob@example.org', '+8613800138000'])
  await t.settled(id, (share) =>
    share.deliveries.every((delivery) => delivery.error?.code === 'connection_down'),
  )
  up = true
  void t.engine.health.probe()
  await t.settled(id, (share) => share.deliveries[1]?.state === 'accepted')
  const from = performance.now()
  await t.stop()
  expect(performance.now() - from).toBeLessThan(5_000)
})

test('what waits for a channel that is set up no longer says so', async () => {
  const t = await start([])
  const plan = sharePlan({ account: t.ann.id })
  await t.store.shares.accept(plan)
  const share = await t.engine.sharing.get(t.ann, plan.id)
  expect(share.deliveries[0]).toMatchObject({
    state: 'queued',
    error: { code: 'channel_not_configured' },
  })
})

describe('a bucket that is paused for long', () => {
  test('holds nobody else back, not even of the same account', async () => {
    const channel = createScriptedChannel({
      caps: { concurrency: 1 },
      send: ({ address }) =>
        address.value.startsWith('busy')
          ? { kind: 'throttled', bucket: 'busy', retryAfterMs: 3_600_000 }
          : { kind: 'accepted' },
    })
    const bucketed = {
      ...channel,
      buckets: (address: { value: string }) => [
        { key: address.value.slice(0, 4), limit: 1_000, perMs: 1_000, burst: 100, cost: 1 },
      ],
    }
    const t = await start([bucketed])
    const busy = await t.share(Array.from({ length: 200 }, (_, i) => `busy${i}@example.org`))
    await until(async () => (channel.sent.length > 0 ? true : undefined))
    const { id } = await t.share(['free@example.org'])
    await t.settled(id, all('accepted'))
    const waiting = await t.engine.sharing.get(t.ann, busy.id)
    expect(waiting.deliveries.filter((d) => d.error?.code === 'throttled').length).toBeGreaterThan(
      64,
    )
  })
})
