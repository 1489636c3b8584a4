import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { Redis } from 'ioredis'
import { afterEach, describe, expect, test } from 'vitest'
import type { Account } from '#core/account.ts'
import type { ShareId } from '#core/ids.ts'
import type { Role } from '#core/role.ts'
import type { Delivery } from '#core/share.ts'
import type { Engine } from '#engine/engine.ts'
import { watchLease } from '#test/fixtures/lease-watch.ts'
import type { SendingMessage, SendingOptions } from '#test/fixtures/sending-process.ts'
import { startSending } from '#test/fixtures/sending-process.ts'
import { missingRedis, startRedis } from '#test/services/redis.ts'
import { freshDatabase, freshRedis, missingDatabase } from '#test/services/shared.ts'
import { skippedFor } from '#test/services/skipped-for.ts'

const missing = (await missingDatabase()) ?? missingRedis()

describe.skipIf(skippedFor(missing))('workers on MongoDB and Redis', { timeout: 120_000 }, () => {
  let fleet: Fleet | undefined
  afterEach(async () => fleet?.end())

  test('with ten shares of 1,000 by one account at 30/s, another’s single delivery goes out among the next', async () => {
    fleet = await startFleet(3, { takesMs: 20, limit: 30 })
    const [ann, bob] = [await fleet.account('ann'), await fleet.account('bob')]
    for (let share = 0; share < 10; share++) await fleet.share(ann, `s${share}`, 1_000)
    await fleet.untilSent(60)
    const from = now()
    await fleet.share(bob, 'single', 1)
    const single = () => fleet?.sent().find(({ to }) => to.startsWith('single'))
    await expect.poll(single, { timeout: 30_000 }).toBeTruthy()
    const { at } = single() ?? { at: 0 }
    const ahead = fleet.sent().filter((sent) => sent.at > from && sent.at < at)
    const after = `${Math.round(at - from)} ms after it was accepted, ${ahead.length} ahead of it`
    console.log(`another's single delivery: ${after}`)
    // The 10,000 alone would take 330 s; so many are two seconds of them, in whatever time a busy machine takes.
    expect(ahead.length).toBeLessThanOrEqual(60)
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

  test('workers stopped in turn, each with another in its place, leave nothing that waits for a lease', async () => {
    const mongodb = await freshDatabase()
    const lease = await watchLease(mongodb, 'feeder')
    fleet = await startFleet(3, { takesMs: 300, limit: null, mongodb })
    const ann = await fleet.account('ann')
    const id = await fleet.share(ann, 'r', 600)
    for (let worker = 0; worker < 3; worker++) {
      await fleet.untilSent(100 * (worker + 1))
      expect(await fleet.stop(worker)).toBe(0)
      await fleet.add()
    }
    const stopped = now()
    const isOut = (one: Delivery) => one.state === 'accepted' && one.attempts === 1
    const left = async () => (await fleet?.deliveries(id))?.filter((one) => !isOut(one))
    await expect.poll(left, { timeout: 120_000, interval: 500 }).toEqual([])
    console.log(`three workers stopped in turn: all out ${Math.round(now() - stopped)} ms later`)
    const sent = fleet.sent()
    expect(sent).toHaveLength(600)
    expect(new Set(sent.map(({ to }) => to)).size).toBe(600)
    // The feeder was among them: nobody waited for its lease either, which is 10 s.
    const [last, next] = lease.handover()
    expect(next?.at).toBeLessThan(last?.until ?? 0)
    console.log(`the longest pause between two messages: ${Math.round(longestPause(sent))} ms`)
    await lease.close()
  })

  test('the process of the bots hears what became of a share that another one sent', async () => {
    fleet = await startFleet(1, { takesMs: 20, limit: null })
    const bots = await fleet.join('bots')
    const ann = await fleet.account('ann')
    const states = new Set<string>()
    const looks: Promise<void>[] = []
    bots.status.subscribe(({ share }) => {
      const look = async () => {
        const { deliveries } = await bots.sharing.get(ann, share)
        for (const { state } of deliveries) states.add(state)
      }
      looks.push(look())
    })
    await fleet.share(ann, 'r', 1)
    await fleet.untilSent(1)
    const [{ at } = { at: 0 }] = fleet.sent()
    await expect.poll(() => [...states], { timeout: 30_000, interval: 20 }).toContain('accepted')
    console.log(`the bots heard of it ${Math.round(now() - at)} ms after it went out`)
    expect(now() - at).toBeLessThan(30_000)
    await Promise.all(looks)
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
      await fleet.untilStill(2_000)
      const before = fleet.sent().length
      await fleet.share(ann, 'meanwhile', 100)
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
  share(from: Account, name: string, recipients: number): Promise<ShareId>
  deliveries(share: ShareId): Promise<readonly Delivery[]>
  sent(): readonly Sent[]
  untilSent(count: number): Promise<void>
  /** Until nothing was sent for so long. */
  untilStill(ms: number): Promise<void>
  signal(worker: number, signal: NodeJS.Signals): void
  /** Ends a worker as whoever runs it does, by SIGTERM: its exit status. */
  stop(worker: number): Promise<number | null>
  /** One worker more. */
  add(): Promise<void>
  /** A process of that role, here; it sends nothing. */
  join(role: Exclude<Role, 'all' | 'worker'>): Promise<Engine>
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
  const here = [web]
  const children: ChildProcess[] = []
  const add = async (): Promise<void> => {
    children.push(await startWorker(options, (one) => sent.push(one)))
  }
  await Promise.all(Array.from({ length: workers }, add))
  return {
    account: (username) =>
      web.engine.accounts.create({ username, password: 'correct horse battery' }),
    async share(from, name, recipients) {
      const request = {
        url: 'https://example.org/a',
        recipients: Array.from({ length: recipients }, (_, n) => `${name}-${n}@example.org`),
      }
      const origin = { frontEnd: 'api', locale: 'en' } as const
      const { share } = await web.engine.sharing.accept(from, request, origin)
      return share.id
    },
    deliveries: (share) => web.store.deliveries.ofShare(share),
    sent: () => sent,
    untilSent: (count) =>
      expect.poll(() => sent.length, { timeout: 60_000 }).toBeGreaterThanOrEqual(count),
    async untilStill(ms) {
      for (let before = -1; before !== sent.length; await sleep(ms)) before = sent.length
    },
    signal: (worker, signal) => void children[worker]?.kill(signal),
    async stop(worker) {
      const child = children[worker]
      if (!child) throw new Error(`no worker ${worker}`)
      child.kill('SIGTERM')
      const [status] = await once(child, 'exit')
      return status
    },
    add,
    async join(role) {
      const joined = await startSending(role, options, () => undefined)
      here.push(joined)
      return joined.engine
    },
    async end() {
      for (const child of children) child.kill('SIGKILL')
      await Promise.all(here.map((one) => one.stop()))
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

/** Between two messages that went out one after the other, ms. */
function longestPause(sent: readonly Sent[]): number {
  const times = sent.map(({ at }) => at).sort((one, other) => one - other)
  return Math.max(...times.slice(1).map((at, i) => at - (times[i] ?? at)))
}

const now = (): number => performance.timeOrigin + performance.now()
