import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { until } from '#test/fixtures/engine.ts'
import { FOLLOWED_MS, type LeaseWatch, watchLease } from '#test/fixtures/lease-watch.ts'
import { guarded } from '#test/services/guarded.ts'
import { type PollServer, startPollServer } from '#test/services/poll-server.ts'
import { freshDatabase, missingDatabase } from '#test/services/shared.ts'
import { skippedFor } from '#test/services/skipped-for.ts'

const PROCESS = new URL('../fixtures/bot-process.ts', import.meta.url).pathname
/** Only against hanging: the store's own times say how soon another followed. */
const GUARD_MS = 60_000
/** Longer than a lease: whoever is frozen for so long has lost it. */
const FROZEN_MS = 13_000

const skipped = skippedFor(await missingDatabase())

const children = new Set<ChildProcess>()
let platform: PollServer
let uri: string
let lease: LeaseWatch
beforeAll(async () => {
  if (skipped) return
  platform = await startPollServer()
  uri = await freshDatabase()
  lease = await watchLease(uri, 'bot/test/default')
  for (let n = 0; n < 3; n++) run()
})
afterAll(async () => {
  for (const child of children) child.kill('SIGKILL')
  await lease?.close()
  await platform?.close()
})

function run(): ChildProcess {
  const [program = '', ...args] = guarded([process.execPath, PROCESS, uri, platform.url])
  const child = spawn(program, args, { stdio: 'inherit' })
  children.add(child)
  child.once('exit', () => children.delete(child))
  return child
}

/** Whoever has polled since, as the process that it is. */
const pollerSince = (at: number): Promise<ChildProcess> =>
  until(async () => {
    const by = platform.polls.findLast((poll) => poll.at >= at)?.by
    return [...children].find((child) => String(child.pid) === by)
  }, GUARD_MS)

const handover = () =>
  until(async () => {
    const [last, next] = lease.handover()
    return last && next && ([last, next] as const)
  }, GUARD_MS)

const wait = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms))

test.skipIf(skipped)(
  'one of three processes polls for a bot, and never two at once',
  async () => {
    const poller = await pollerSince(0)
    await until(async () => platform.polls.length > 2 || undefined, GUARD_MS)
    await wait(3_000)
    expect(new Set(platform.polls.map(({ by }) => by))).toEqual(new Set([String(poller.pid)]))
    expect(platform.refused).toEqual([])
  },
  180_000,
)

test.skipIf(skipped)(
  'killed hard, it is followed within 15 s',
  async () => {
    const poller = await pollerSince(0)
    lease.begin()
    poller.kill('SIGKILL')
    await once(poller, 'exit')
    const killed = performance.now()
    await pollerSince(killed + 1)
    const [last, next] = await handover()
    expect(next.at - last.at).toBeLessThanOrEqual(FOLLOWED_MS)
    console.log(`taken over ${Math.round(performance.now() - killed)} ms after kill -9`)
    expect(platform.refused).toEqual([])
    run()
  },
  180_000,
)

test.skipIf(skipped)(
  'stopped, it is followed at once',
  async () => {
    const poller = await pollerSince(performance.now())
    lease.begin()
    poller.kill('SIGTERM')
    await once(poller, 'exit')
    await pollerSince(performance.now())
    // It handed the name back, so that nobody waited for the lease's end.
    const [last, next] = await handover()
    expect(next.at).toBeLessThan(last.until)
    expect(platform.refused).toEqual([])
    run()
  },
  180_000,
)

test.skipIf(skipped)(
  'frozen past its lease and thawed, it leaves the bot to whoever took it over',
  async () => {
    const frozen = await pollerSince(performance.now())
    frozen.kill('SIGSTOP')
    const since = performance.now()
    await wait(FROZEN_MS)
    const follower = await pollerSince(since + 1_000)
    expect(follower.pid).not.toBe(frozen.pid)
    const thawed = performance.now()
    frozen.kill('SIGCONT')
    await wait(5_000)
    const after = platform.polls.filter(({ at }) => at > thawed)
    expect(new Set(after.map(({ by }) => by))).toEqual(new Set([String(follower.pid)]))
    expect(platform.refused).toEqual([])
  },
  180_000,
)
