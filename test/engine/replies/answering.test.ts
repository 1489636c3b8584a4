import { randomBytes } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import { LEASE_MS, type Outcome } from '#core/delivery.ts'
import { fateOf } from '#engine/replies/answer-fate.ts'
import type { Bucket, Rates } from '#ports/rates.ts'
import { all, type TestEngine, until } from '#test/fixtures/engine.ts'
import { faultyStore } from '#test/fixtures/faulty-store.ts'
import { createScriptedChannel, type ScriptedChannel } from '#test/fixtures/scripted-channel.ts'
import { useTestEngine } from '#test/fixtures/use-engine.ts'

const NUMBER = '+8613800138000'
const connection = { channel: 'sms', connection: 'default' as never } as const
const from = { channel: 'sms', value: NUMBER } as const
const start = useTestEngine()

/** Asks for one: what is confirmed to whoever it comes from. */
const ask = (t: TestEngine, value = NUMBER) =>
  t.engine.sink.reply({
    connection,
    from: { ...from, value },
    text: 'STOP',
    inboundId: randomBytes(6).toString('hex'),
  })

let others = 0
/** Has the process look at what is owed now: somebody else asks for one. */
const look = (t: TestEngine) => ask(t, `+86138001390${10 + (others++ % 90)}`)

/** Answers to our number. */
const answersOf = (sms: ScriptedChannel): number =>
  sms.wrote.filter((one) => one.channel === 'sms' && one.to === NUMBER).length

const sent = (sms: ScriptedChannel, count: number) =>
  until(async () => (answersOf(sms) >= count ? true : undefined))

/** What is sent beside the one whose number is ours. */
const sentToOthers = (sms: ScriptedChannel): number => sms.wrote.length - answersOf(sms)

/** Looks once more, and waits until that look is over. */
async function lookedAgain(t: TestEngine, sms: ScriptedChannel): Promise<void> {
  const before = sentToOthers(sms)
  await look(t)
  await until(async () => (sentToOthers(sms) > before ? true : undefined))
}

/** A channel whose first answers to our number come to that. */
function failing(...outcomes: readonly Outcome[]): ScriptedChannel {
  let nth = 0
  return createScriptedChannel({
    name: 'sms',
    send: ({ address }) =>
      (address.value === NUMBER ? outcomes[nth++] : undefined) ?? { kind: 'accepted' },
  })
}

const transient = { kind: 'transient', reason: 'not_reachable', detail: '' } as const
const tried = { attempts: 0, unknowns: 0, ageMs: 0, policy: 'retry' } as const

describe('an answer that is owed', () => {
  test('is tried again where it was not taken, and given up after some failures', async () => {
    const sms = failing(...Array.from({ length: 9 }, () => transient))
    const t = await start([sms])
    await ask(t)
    for (let i = 1; i <= 7; i++) {
      await sent(sms, Math.min(i, 5))
      t.advance(3_600_000)
      await lookedAgain(t, sms)
    }
    expect(answersOf(sms)).toBe(5)
  })

  test('that may have gone out is sent once more, or not at all where the operator says so', async () => {
    const unknown = { kind: 'unknown', detail: '' } as const
    for (const [unknownPolicy, times] of [
      ['retry', 2],
      ['ask', 1],
    ] as const) {
      const sms = failing(unknown, unknown, unknown)
      const t = await start([sms], { unknownPolicy })
      await ask(t)
      for (const count of [1, times, times]) {
        await sent(sms, count)
        t.advance(60_000)
        await lookedAgain(t, sms)
      }
      expect(answersOf(sms)).toBe(times)
      await t.stop()
    }
  })

  test('is sent once more at most after a crash', async () => {
    const faults = faultyStore()
    const sms = createScriptedChannel({ name: 'sms' })
    const t = await start([sms], {}, faults)
    // What a kill right after the send leaves: nothing was written down, the lease runs out.
    faults.breakNext('replies.settle', 1_000)
    await ask(t)
    await sent(sms, 1)
    for (const count of [1, 2, 2, 2]) {
      await sent(sms, count)
      t.advance(LEASE_MS + 1)
      await lookedAgain(t, sms)
    }
    expect(answersOf(sms)).toBe(2)
  })

  test('passes the rates of its channel, waits where it is throttled, and takes its turn again', async () => {
    const bucket = { key: 'sms/number', limit: 1, perMs: 1_000, cost: 1 }
    const sms = createScriptedChannel({ name: 'sms', buckets: [bucket] })
    const asked: Bucket[] = []
    let isOpen = false
    const rates: Rates = {
      async take(buckets) {
        asked.push(...buckets)
        return isOpen ? { ok: true } : { ok: false, bucket: bucket.key, waitMs: 500 }
      },
      async pause() {},
      async close() {},
    }
    const t = await start([sms], {}, { rates })
    await ask(t)
    await until(async () => (asked.length > 0 ? true : undefined))
    expect([asked[0], answersOf(sms)]).toEqual([bucket, 0])
    isOpen = true
    t.advance(600)
    await look(t)
    await sent(sms, 1)
    expect(answersOf(sms)).toBe(1)
  })

  test('waits while its channel is down', async () => {
    const sms = createScriptedChannel({ name: 'sms' })
    const t = await start([sms])
    await t.store.connections.pause(connection, 'bad password')
    await until(async () =>
      (await t.engine.health.channels()).some(({ paused }) => paused) ? true : undefined,
    )
    const share = await t.share(['+8613800138999'])
    await ask(t)
    await t.store.connections.resume(connection)
    await until(async () => (answersOf(sms) > 0 ? true : undefined), 15_000)
    await t.settled(share.id, all('accepted'))
  }, 30_000)

  test.each([
    ['any', false],
    ['any', true],
    [{ single: 'worker' }, false],
    [{ single: 'worker' }, true],
  ] as const)(
    'goes out where its channel lives: %o, one queue for the fleet: %o',
    async (placement, sharedQueue) => {
      const sms = createScriptedChannel({ name: 'sms', caps: { placement } })
      const t = await start([sms], { sharedQueue })
      await ask(t)
      await sent(sms, 1)
    },
  )

  test('stays owed in a process that does not send', async () => {
    const sms = createScriptedChannel({ name: 'sms' })
    const t = await start([sms], { sharedQueue: true, role: 'web' })
    await ask(t)
    const owed = await t.store.replies.claim({ channel: 'sms', limit: 9, leaseMs: 1_000 })
    expect([owed.length, sms.wrote.length]).toEqual([1, 0])
  })

  test('goes out though its number is stopped', async () => {
    const sms = createScriptedChannel({ name: 'sms' })
    const t = await start([sms])
    await sms.sink().stop(from, 'all')
    await ask(t)
    await sent(sms, 1)
  })
})

describe('what becomes of an answer', () => {
  test.each<[Outcome, object]>([
    [{ kind: 'accepted' }, { settlement: { kind: 'done' }, gaveUp: false }],
    [{ kind: 'delivered' }, { settlement: { kind: 'done' }, gaveUp: false }],
    [
      { kind: 'needs-recipient', detail: '' },
      { settlement: { kind: 'done' }, gaveUp: true },
    ],
    [
      { kind: 'permanent', reason: 'blocked', detail: '', suppress: true },
      { settlement: { kind: 'done' }, gaveUp: true },
    ],
    [
      { kind: 'throttled', bucket: 'b', retryAfterMs: 700 },
      { settlement: { kind: 'again', inMs: 700, attempts: 0, unknowns: 0 }, gaveUp: false },
    ],
    [transient, { settlement: { kind: 'again', attempts: 1, unknowns: 0 }, gaveUp: false }],
    [
      { kind: 'unknown', detail: '' },
      { settlement: { kind: 'again', attempts: 0, unknowns: 1 }, gaveUp: false },
    ],
    [
      { kind: 'down', detail: '' },
      { settlement: { kind: 'again', attempts: 0, unknowns: 0 }, gaveUp: false },
    ],
  ])('after %o', (outcome, fate) => {
    expect(fateOf(outcome, tried)).toMatchObject(fate)
  })

  test('is the end of it after a day, whatever it waits for', () => {
    const late = { ...tried, ageMs: 24 * 3_600_000 }
    for (const outcome of [
      transient,
      { kind: 'down', detail: '' },
      { kind: 'throttled', bucket: 'b', retryAfterMs: 5 },
    ] as const) {
      expect(fateOf(outcome, late).gaveUp).toBe(true)
    }
  })
})
