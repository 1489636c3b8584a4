import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Account } from '#core/account.ts'
import type { Engine } from '#engine/engine.ts'
import type { Store } from '#ports/store/store.ts'
import { all, until } from '#test/fixtures/engine.ts'
import { FOLLOWED_MS, type LeaseWatch, watchLease } from '#test/fixtures/lease-watch.ts'
import { createFleetEngine } from '#test/fixtures/single-placed.ts'
import { guarded } from '#test/services/guarded.ts'
import { missingRedis } from '#test/services/redis.ts'
import { freshDatabase, freshRedis, missingDatabase } from '#test/services/shared.ts'
import { type SingleBind, startSingleBind } from '#test/services/single-bind.ts'
import { skippedFor } from '#test/services/skipped-for.ts'

const PROCESS = new URL('../fixtures/single-placed-process.ts', import.meta.url).pathname
/** Only against hanging: the store's own times say how soon another followed. */
const GUARD_MS = 60_000
/** Longer than a lease. */
const FROZEN_MS = 13_000

const skipped = skippedFor((await missingDatabase()) ?? missingRedis())

const children = new Set<ChildProcess>()
let provider: SingleBind
let start: () => ChildProcess
let web: { engine: Engine; store: Store }
let ann: Account
let lease: LeaseWatch
beforeAll(async () => {
  if (skipped) return
  provider = await startSingleBind()
  const [mongodbUri, redisUrl] = [await freshDatabase(), await freshRedis()]
  lease = await watchLease(mongodbUri, 'channel/sms')
  web = await createFleetEngine('web', { mongodbUri, redisUrl, providerPort: provider.port })
  await web.engine.start()
  ann = await web.engine.accounts.create({ username: 'ann', password: 'correct horse battery' })
  start = () => {
    const command = [process.execPath, PROCESS, mongodbUri, redisUrl, String(provider.port)]
    const [program = '', ...args] = guarded(command)
    const child = spawn(program, args, { stdio: 'inherit' })
    children.add(child)
    child.once('exit', () => children.delete(child))
    return child
  }
  for (let n = 0; n < 3; n++) start()
}, 180_000)
afterAll(async () => {
  for (const child of children) child.kill('SIGKILL')
  await lease?.close()
  await web?.engine.stop(500)
  await web?.store.close()
  await provider?.close()
})

let number = 13_800_000_000
/** Shares with somebody new, and tells which process sent it. */
async function sender(): Promise<string> {
  const recipients = [`+86${number++}`]
  const request = { url: 'https://example.org/a', recipients }
  const { share } = await web.engine.sharing.accept(ann, request, { frontEnd: 'api', locale: 'en' })
  await until(async () => {
    const now = await web.engine.sharing.get(ann, share.id)
    return all('accepted')(now) || undefined
  }, GUARD_MS)
  const sends = provider.sent.filter(({ delivery }) => delivery === share.deliveries[0]?.id)
  expect(sends).toHaveLength(1)
  return sends[0]?.by ?? ''
}

const childOf = (by: string): ChildProcess => {
  const child = [...children].find(({ pid }) => String(pid) === by)
  if (!child) throw new Error(`${by} is none of the processes`)
  return child
}

test.skipIf(skipped)(
  'one of three workers connects, and sends what all of them are given',
  async () => {
    const first = await sender()
    for (let n = 0; n < 5; n++) expect(await sender()).toBe(first)
    expect(provider.binds).toEqual([first])
  },
  180_000,
)

test.skipIf(skipped)(
  'killed hard, another connects within 15 s and sends the rest',
  async () => {
    const first = await sender()
    lease.begin()
    childOf(first).kill('SIGKILL')
    const killed = performance.now()
    expect(await sender()).not.toBe(first)
    const [last, next] = lease.handover()
    expect(next?.at).toBeLessThanOrEqual((last?.at ?? 0) + FOLLOWED_MS)
    console.log(`sent by another ${Math.round(performance.now() - killed)} ms after kill -9`)
    expect(provider.refused).toEqual([])
    start()
  },
  180_000,
)

test.skipIf(skipped)(
  'stopped, it lets go before another connects',
  async () => {
    const first = await sender()
    const child = childOf(first)
    lease.begin()
    child.kill('SIGTERM')
    await once(child, 'exit')
    expect(await sender()).not.toBe(first)
    // It handed the name back: nobody waited for the lease's end.
    const [last, next] = lease.handover()
    expect(next?.at).toBeLessThan(last?.until ?? 0)
    expect(provider.refused).toEqual([])
    start()
  },
  180_000,
)

test.skipIf(skipped)(
  'frozen past its lease and thawed, it sends nothing any more',
  async () => {
    const frozen = await sender()
    childOf(frozen).kill('SIGSTOP')
    provider.drop(frozen)
    await new Promise((resolve) => setTimeout(resolve, FROZEN_MS))
    const follower = await sender()
    expect(follower).not.toBe(frozen)
    childOf(frozen).kill('SIGCONT')
    for (let n = 0; n < 8; n++) expect(await sender()).toBe(follower)
    expect(provider.refused).toEqual([])
  },
  240_000,
)
