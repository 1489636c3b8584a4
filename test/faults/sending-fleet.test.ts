import { type ChildProcess, fork } from 'node:child_process'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { Redis } from 'ioredis'
import { afterEach, describe, expect, test } from 'vitest'
import type { Account } from '#core/account.ts'
import type { SendingMessage, SendingOptions } from '#test/fixtures/sending-process.ts'
import { startSending } from '#test/fixtures/sending-process.ts'
import { missingRedis, startRedis } from '#test/services/redis.ts'
import { freshDatabase, freshRedis, missingDatabase } from '#test/services/shared.ts'
import { skippedFor } from '#test/services/skipped-for.ts'

const missing = (await missingDatabase()) ?? missingRedis()

describe.skipIf(skippedFor(missing))('workers on MongoDB and Redis', { timeout: 120_000 }, () => {
  let fleet: Fleet | undefined
  afterEach(async () => fleet?.end())

  test('with ten shares of 1,000 by one account at 30/s, another’s single delivery is out within two seconds', async () => {
    fleet = await startFleet(3, { takesMs: 20, limit: 30 })
    const [ann, bob] = [await fleet.account('ann'), await fleet.account('bob')]
    for (let share = 0; share < 10; share++) await fleet.share(ann, `s${share}`, 1_000)
    await fleet.untilSent(60)
    const from = now()
    await fleet.share(bob, 'single', 1)
    const single = () => fleet?.sent().find(({ to }) => to.startsWith('single'))
    await expect.poll(single, { timeout: 20_000 }).toBeTruthy()
    const after = (single()?.at ?? 0) - from
    console.log(`another's single delivery: ${Math.round(after)} ms after it was accepted`)
    expect(after).toBeLessThan(2_000)
  })

  test('what a frozen worker holds is sent by others, and by nobody twice when it thaws', async () => {
    fleet = await startFleet(3, { takesMs: 100, limit: 40 })
    const ann = await fleet.account('ann')
    await fleet.share(ann, 'r', 600)
    await fleet.untilSent(100)
    fleet.signal(0, 'SIGSTOP')
    await sleep(12_000)
    fleet.signal(0, 'SIGCONT')
    await fleet.untilSent(600)
    await sleep(1_000)
    const to = fleet.sent().map((sent) => sent.to)
    expect(to).toHaveLength(600)
    expect(new Set(to).size).toBe(600)
  })

  test('what a killed worker held is sent by others; only what was going out may go out twice', async () => {
    fleet = await startFleet(3, { takesMs: 100, limit: 40 })
    const ann = await fleet.account('ann')
    await fleet.share(ann, 'r', 300)
    await fleet.untilSent(100)
    fleet.signal(0, 'SIGKILL')
    const distinct = () => new Set(fleet?.sent().map((sent) => sent.to)).size
    // The leases of what it was sending last longer than this test.
    await expect.poll(distinct, { timeout: 40_000 }).toBeGreaterThanOrEqual(300 - 8)
    expect(fleet.sent().length).toBe(distinct())
  })

  test('with Redis killed and back empty, or flushed, sending pauses, accepting goes on, and all is sent once', async () => {
    const redis = await startRedis()
    fleet = await startFleet(3, { takesMs: 20, limit: 60, redis: redis.url })
    try {
      const ann = await fleet.account('ann')
      await fleet.share(ann, 'r', 300)
      await fleet.untilSent(60)
      await redis.kill()
      // What has its place already goes out.
      await sleep(1_500)
      const before = fleet.sent().length
      const from = now()
      await fleet.share(ann, 'meanwhile', 100)
      expect(now() - from).toBeLessThan(2_000)
      await sleep(1_500)
      expect(fleet.sent()).toHaveLength(before)
      await redis.restart()
      await fleet.untilSent(before + 60)
      const client = new Redis(redis.url)
      await client.flushall()
      client.disconnect()
      await fleet.untilSent(400)
      await sleep(500)
      const to = fleet.sent().map((sent) => sent.to)
      expect(to).toHaveLength(400)
      expect(new Set(to).size).toBe(400)
    } finally {
      await redis.stop()
    }
  })
})

interface Sent {
  readonly to: string
  readonly at: number
}

interface Fleet {
  account(name: string): Promise<Account>
  /** One share to so many new recipients. */
  share(from: Account, name: string, recipients: number): Promise<void>
  sent(): readonly Sent[]
  untilSent(count: number): Promise<void>
  signal(worker: number, signal: NodeJS.Signals): void
  end(): Promise<void>
}

/** Workers in processes of their own; what is shared is accepted here. */
async function startFleet(
  workers: number,
  over: Pick<SendingOptions, 'takesMs' | 'limit'> & Partial<SendingOptions>,
): Promise<Fleet> {
  const options = { mongodb: await freshDatabase(), redis: await freshRedis(), ...over }
  const sent: Sent[] = []
  const web = await startSending('web', options, () => undefined)
  const children = await Promise.all(
    Array.from({ length: workers }, () => startWorker(options, (one) => sent.push(one))),
  )
  return {
    account: (username) =>
      web.engine.accounts.create({ username, password: 'correct horse battery' }),
    async share(from, name, recipients) {
      const request = {
        url: 'https://example.org/a',
        recipients: Array.from({ length: recipients }, (_, n) => `${name}-${n}@example.org`),
      }
      await web.engine.sharing.accept(from, request, { frontEnd: 'api', locale: 'en' })
    },
    sent: () => sent,
    untilSent: (count) =>
      expect.poll(() => sent.length, { timeout: 60_000 }).toBeGreaterThanOrEqual(count),
    signal: (worker, signal) => void children[worker]?.kill(signal),
    async end() {
      for (const child of children) child.kill('SIGKILL')
      await web.stop()
    },
  }
}

function startWorker(options: SendingOptions, onSent: (sent: Sent) => void): Promise<ChildProcess> {
  const program = join(import.meta.dirname, '../fixtures/sending-process.ts')
  const child = fork(program, [JSON.stringify(options)])
  return new Promise((resolve, reject) => {
    child.on('message', (message: SendingMessage) => {
      if (message.kind === 'ready') resolve(child)
      else onSent(message)
    })
    child.on('exit', () => reject(new Error('a worker ended')))
  })
}

const now = (): number => performance.timeOrigin + performance.now()
