import { setTimeout as sleep } from 'node:timers/promises'
import { Redis } from 'ioredis'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { createSystemClock } from '#adapters/clock/system.ts'
import { createBullDispatcher } from '#adapters/dispatchers/bull/bull.ts'
import { DEFAULT_CONNECTION } from '#core/address.ts'
import type { DeliveryId } from '#core/ids.ts'
import type { Dispatcher, Job } from '#ports/dispatcher.ts'
import type { Logger } from '#ports/logger.ts'
import { quiet } from '#test/fixtures/quiet.ts'
import { startTcpProxy } from '#test/fixtures/tcp-proxy.ts'
import { missingRedis, type RedisServer, startRedis } from '#test/services/redis.ts'
import { skippedFor } from '#test/services/skipped-for.ts'

describe.skipIf(skippedFor(missingRedis()))('a Redis that fails', { timeout: 240_000 }, () => {
  let server: RedisServer
  let dispatchers: Dispatcher[] = []
  const told: string[] = []
  const tell = (_fields: object, message: string): void => void told.push(message)
  const logger: Logger = { ...quiet, error: tell, warn: tell, info: tell }

  beforeEach(async () => {
    server = await startRedis()
    told.length = 0
  })
  afterEach(async () => {
    await Promise.all(dispatchers.map((dispatcher) => dispatcher.stop(100)))
    dispatchers = []
    await server.stop()
  })

  async function open(run: (job: Job) => Promise<void>, url = server.url): Promise<Dispatcher> {
    const dispatcher = await createBullDispatcher({ url }, { clock: createSystemClock(), logger })
    dispatchers.push(dispatcher)
    await dispatcher.start([{ channel: 'email', concurrency: 4 }], {
      admit: async () => ({ kind: 'go' }),
      run,
    })
    return dispatcher
  }

  const untilTold = (words: string): Promise<void> =>
    expect.poll(() => told.join('\n'), { timeout: 60_000 }).toContain(words)

  /** Work that is rung for as long as it is due, as the feeder does; with so many left it stands until released. */
  async function startWork(count: number, { url, holdAt = 0 }: WorkOptions = {}): Promise<Work> {
    const gate = Promise.withResolvers<void>()
    const due = new Map(jobsOf('ann', count).map((job) => [job.id, job]))
    const dispatcher = await open(async ({ id }) => {
      await sleep(10)
      if (due.size <= holdAt) await gate.promise
      due.delete(id)
    }, url)
    const ring = (): void => void dispatcher.ring([...due.values()].slice(0, 64))
    dispatcher.onIdle(ring)
    const timer = setInterval(ring, 200)
    ring()
    return {
      dispatcher,
      left: () => due.size,
      release: gate.resolve,
      async untilLeft(most, ms = 60_000) {
        await expect.poll(() => due.size, { timeout: ms }).toBeLessThanOrEqual(most)
        if (most === 0) clearInterval(timer)
      },
    }
  }

  test('killed and started again, empty: ringing and knocking wait for nothing, and work goes on', async () => {
    const work = await startWork(200, { holdAt: 100 })
    await work.untilLeft(150)
    await server.kill()
    await sleep(200)
    const from = performance.now()
    await work.dispatcher.ring(jobsOf('bob', 50))
    work.dispatcher.knock()
    expect(performance.now() - from).toBeLessThan(5_000)
    await untilTold('Redis is gone')
    expect(work.left()).toBeGreaterThan(0)
    work.release()
    await server.restart()
    await work.untilLeft(0)
    expect(told.filter((message) => message.includes('Redis is gone'))).toHaveLength(1)
  })

  test('frozen and thawed: ringing and knocking wait for nothing, and work goes on', async () => {
    const work = await startWork(200, { holdAt: 100 })
    await work.untilLeft(150)
    server.freeze()
    const from = performance.now()
    await work.dispatcher.ring(jobsOf('bob', 50))
    work.dispatcher.knock()
    expect(performance.now() - from).toBeLessThan(5_000)
    await sleep(6_000)
    expect(work.left()).toBeGreaterThan(0)
    work.release()
    server.thaw()
    await work.untilLeft(0)
  })

  test('flushed, with its scripts: nothing is lost, and work goes on within seconds', async () => {
    const work = await startWork(400, { holdAt: 250 })
    await work.untilLeft(300)
    const redis = new Redis(server.url)
    for (let i = 0; i < 5; i++) {
      await redis.flushall()
      await redis.script('FLUSH')
      await sleep(50)
    }
    const before = work.left()
    expect(before).toBeGreaterThan(0)
    work.release()
    await work.untilLeft(before - 50, 20_000)
    await work.untilLeft(0)
    redis.disconnect()
  })

  test('what a flush left of a job, without its place in the queue, holds it back no longer than a while', async () => {
    const [job] = jobsOf('ann', 1)
    if (!job) throw new Error('no job')
    const redis = new Redis(server.url)
    await redis.hset(`passalong:queue:email:${job.id}:1`, 'processedOn', '1')
    redis.disconnect()
    const work = await startWork(1)
    await sleep(1_000)
    expect(work.left()).toBe(1)
    await work.untilLeft(0)
  })

  test('a job whose entry was evicted while it waited runs all the same', async () => {
    const deps = { clock: createSystemClock(), logger: quiet }
    const feeder = await createBullDispatcher({ url: server.url }, deps)
    dispatchers.push(feeder)
    await feeder.start([], { admit: async () => ({ kind: 'gone' }), run: async () => {} })
    await feeder.ring(jobsOf('ann', 1))
    const redis = new Redis(server.url)
    const evict = () => redis.del(`passalong:queue:email:${jobsOf('ann', 1)[0]?.id}:1`)
    await expect.poll(evict).toBe(1)
    redis.disconnect()
    const ran: string[] = []
    await open(async ({ id }) => void ran.push(id))
    const ranAfterRinging = async () => {
      await feeder.ring(jobsOf('ann', 1))
      return ran.length
    }
    await expect.poll(ranAfterRinging, { timeout: 15_000 }).toBeGreaterThan(0)
  })

  test('an entry that stands among those that are over holds its job back no longer than a while', async () => {
    const [job] = jobsOf('ann', 1)
    const redis = new Redis(server.url)
    await redis.hset(`passalong:queue:email:${job?.id}:1`, 'finishedOn', '1')
    await redis.zadd('passalong:queue:email:completed', 1, `${job?.id}:1`)
    redis.disconnect()
    const work = await startWork(1)
    await work.untilLeft(0, 25_000)
  })

  test('flushed while jobs ran: a stop later on waits for none of them', async () => {
    const ending = Promise.withResolvers<void>()
    const one = await open(() => ending.promise)
    await one.ring(jobsOf('ann', 8))
    await expect.poll(() => one.size().running).toBeGreaterThan(0)
    const redis = new Redis(server.url)
    await redis.flushall()
    redis.disconnect()
    ending.resolve()
    await sleep(4_000)
    const other = await open(async () => {})
    // One that has nothing to let go takes as long beside it; what could not be let go would be waited for by 1.5 s.
    const [took, without] = await Promise.all([timeOf(one.stop(5_000)), timeOf(other.stop(5_000))])
    expect(took).toBeLessThan(without + 1_000)
  })

  test('full: said once, and once more when there is room and work goes on', async () => {
    const client = new Redis(server.url)
    const work = await startWork(200, { holdAt: 100 })
    await work.untilLeft(150)
    await client.config('SET', 'maxmemory', '1')
    work.release()
    await untilTold('cannot be rung')
    await sleep(1_000)
    expect(told.filter((message) => message.includes('cannot be rung'))).toHaveLength(1)
    await client.config('SET', 'maxmemory', '0')
    client.disconnect()
    await work.untilLeft(0)
    expect(told.filter((message) => message.includes('rung again'))).toHaveLength(1)
  })

  test('absent at the start: said so within seconds', async () => {
    await server.kill()
    const from = performance.now()
    await expect(open(async () => undefined)).rejects.toMatchObject({ code: 'unavailable' })
    expect(performance.now() - from).toBeLessThan(10_000)
  })

  test('gone when a process stops: it stops all the same', async () => {
    const work = await startWork(100)
    await work.untilLeft(90)
    await server.kill()
    const from = performance.now()
    await work.dispatcher.stop(200)
    dispatchers = []
    expect(performance.now() - from).toBeLessThan(15_000)
  })

  test('its password is changed, and changed back: no process ends, and knocks are heard again', async () => {
    const admin = new Redis(server.url)
    await admin.config('SET', 'requirepass', 'first')
    await admin.auth('first')
    const url = server.url.replace('//', '//:first@')
    const work = await startWork(200, { url, holdAt: 100 })
    const other = await open(async () => undefined, url)
    let heard = 0
    other.onIdle(() => heard++)
    await admin.config('SET', 'requirepass', 'second')
    await admin.call('CLIENT', 'KILL', 'TYPE', 'normal')
    await admin.call('CLIENT', 'KILL', 'TYPE', 'pubsub')
    await sleep(1_000)
    expect(work.left()).toBeGreaterThan(0)
    work.release()
    await admin.config('SET', 'requirepass', 'first')
    await work.untilLeft(0)
    await sleep(1_000)
    heard = 0
    work.dispatcher.knock()
    await expect.poll(() => heard).toBeGreaterThan(0)
    admin.disconnect()
  })

  test('made a replica while its address leads to another by now: work goes on there', async () => {
    const next = await startRedis()
    const proxy = await startTcpProxy(Number(new URL(server.url).port))
    const work = await startWork(300, { url: `redis://127.0.0.1:${proxy.port}/`, holdAt: 200 })
    await work.untilLeft(250)
    work.release()
    proxy.lead(Number(new URL(next.url).port))
    const admin = new Redis(server.url)
    await admin.call('REPLICAOF', '127.0.0.1', new URL(next.url).port)
    await work.untilLeft(0)
    admin.disconnect()
    await Promise.all([proxy.close(), next.stop()])
  })

  test('whose connections have died without a word: they are given up, and work goes on', async () => {
    const proxy = await startTcpProxy(Number(new URL(server.url).port))
    const work = await startWork(300, { url: `redis://127.0.0.1:${proxy.port}/`, holdAt: 200 })
    await work.untilLeft(250)
    proxy.silence()
    work.release()
    await work.untilLeft(0)
    await proxy.close()
  })

  test('whose user may not listen: that is told once, and with the right given work goes on', async () => {
    const admin = new Redis(server.url)
    await admin.call('ACL', 'SETUSER', 'fleet', 'on', '>secret', '~passalong:*', '+@all')
    const url = server.url.replace('redis://', 'redis://fleet:secret@')
    const work = await startWork(50, { url })
    await untilTold('hands out no jobs')
    await sleep(3_000)
    expect(work.left()).toBe(50)
    expect(told.filter((message) => message.includes('hands out no jobs'))).toHaveLength(1)
    await admin.call('ACL', 'SETUSER', 'fleet', '&passalong:*')
    await work.untilLeft(0)
    admin.disconnect()
  })

  test('a knock in one process is heard in another, whatever strangers say', async () => {
    const [one, other] = [await open(async () => undefined), await open(async () => undefined)]
    let heard = 0
    other.onIdle(() => heard++)
    const stranger = new Redis(server.url)
    await stranger.publish('passalong:wire:0', 'nothing that we say')
    stranger.disconnect()
    one.knock()
    await expect.poll(() => heard).toBeGreaterThan(0)
  })

  test('what a process holds when it stops is taken up by another at once', async () => {
    const ran: string[] = []
    const one = await open(() => new Promise((resolve) => setTimeout(resolve, 300)))
    await one.ring(jobsOf('ann', 10))
    await expect.poll(() => one.size().running).toBe(4)
    const other = await open(async ({ id }) => void ran.push(id))
    const left = jobsOf('ann', 10).slice(4)
    await one.stop(2_000)
    await other.ring(left)
    await expect.poll(() => new Set(ran).size, { timeout: 30_000 }).toBe(6)
  })
})

async function timeOf(work: Promise<void>): Promise<number> {
  const from = performance.now()
  await work
  return performance.now() - from
}

interface WorkOptions {
  readonly url?: string
  readonly holdAt?: number
}

interface Work {
  readonly dispatcher: Dispatcher
  left(): number
  release(): void
  untilLeft(most: number, ms?: number): Promise<void>
}

function jobsOf(account: string, count: number): Job[] {
  return Array.from({ length: count }, (_, n) => ({
    id: `${account.padEnd(15, '0')}-${n}` as DeliveryId,
    epoch: 1,
    lane: { channel: 'email', connection: DEFAULT_CONNECTION, account },
  }))
}
