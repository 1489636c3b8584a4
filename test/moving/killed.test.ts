import { cpSync, existsSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import mongoose from 'mongoose'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { createSystemClock } from '#adapters/clock/system.ts'
import { openFileSpool } from '#adapters/spool/file.ts'
import { createMongoStore } from '#adapters/stores/mongo/store.ts'
import { createSqliteStore } from '#adapters/stores/sqlite/store.ts'
import type { Code } from '#core/ids.ts'
import { randomBytes } from '#test/contracts/store/harness.ts'
import { sharePlan } from '#test/contracts/store/plans.ts'
import { startCutProxy } from '#test/fixtures/cut-proxy.ts'
import { quiet } from '#test/fixtures/quiet.ts'
import { runCli, runJson, spawnCli } from '#test/fixtures/run-cli.ts'
import { makeDataDir, type ProductEnv } from '#test/fixtures/running-server.ts'
import { freshDatabase, missingDatabase } from '#test/services/shared.ts'
import { skippedFor } from '#test/services/skipped-for.ts'
import { steadyPort } from '#test/services/steady-port.ts'

const SHARES = 20
const EACH = 400
let data: ReturnType<typeof makeDataDir>
let env: ProductEnv

beforeEach(() => {
  data = makeDataDir()
  env = { DATA_DIR: data.path }
})
afterEach(() => data.remove())

/** The codes of what was put into the data folder. */
async function fill(shares: number): Promise<readonly Code[]> {
  const deps = { clock: createSystemClock(), randomBytes }
  const store = createSqliteStore({ dataDir: data.path }, deps)
  const codes: Code[] = []
  for (let i = 0; i < shares; i++) {
    const plan = sharePlan({ to: Array.from({ length: EACH }, () => ({})) })
    await store.shares.accept(plan)
    codes.push(...plan.deliveries.map(({ code }) => code))
  }
  await store.close()
  return codes
}

describe.skipIf(skippedFor(await missingDatabase()))('the command that moves', () => {
  test('is killed again and again, and comes to its end', async () => {
    const [uri, codes] = await Promise.all([freshDatabase(), fill(SHARES)])
    const connection = await mongoose.createConnection(uri).asPromise()
    const copied = (): Promise<number> => connection.collection('deliveries').countDocuments()
    let kills = 0
    for (const enough of [1, 3_000, 6_000, SHARES * EACH]) {
      const run = spawnCli(env, ['move', '--to', uri])
      while ((await copied()) < enough && run.child.exitCode === null) await sleep(5)
      if ((await run.kill('SIGKILL')) === 'SIGKILL') kills++
    }
    await connection.close()
    expect(kills).toBe(4)

    const moved = await runJson(env, ['move', '--to', uri])
    expect(moved.kinds).toMatchObject({
      share: { count: SHARES },
      delivery: { count: SHARES * EACH },
    })
    const store = await createMongoStore({ uri: () => uri }, { logger: quiet, randomBytes })
    for (const code of codes.filter((_, i) => i % 40 === 0)) {
      expect(await store.visits.resolve(code)).toMatchObject({ code })
    }
    await store.close()
  }, 300_000)

  test('leaves no moment when servers may work on both, whatever write it is killed at', async () => {
    const [uri] = await Promise.all([freshDatabase(), fill(1)])
    const connection = await mongoose.createConnection(uri).asPromise()
    const finished = () => connection.collection('moves').findOne({ finished: true })
    const at = await steadyPort()
    let runs = 0
    // One write is done again, the second goes on from there: so the last is one that is cut.
    while (!(await finished())) {
      const proxy = await startCutProxy(uri, at)
      proxy.arm({ write: (runs++ % 2) + 1, applied: true })
      const run = spawnCli(env, ['move', '--to', proxy.uri])
      await Promise.race([proxy.cut, run.ended()])
      await run.kill('SIGKILL')
      await proxy.close()
      expect(proxy.isCut()).toBe(true)
    }
    await connection.close()
    const refused = await runCli(env, ['token', 'create', 'ann'])
    expect(refused).toMatchObject({ status: 1, out: '' })
    expect(refused.err).toContain('was cut off at its end')
    const elsewhere = await runCli(env, ['move', '--to', await freshDatabase()])
    expect(elsewhere).toMatchObject({ status: 1, out: '' })
    expect(elsewhere.err).toContain('was cut off at its end')
    const proxy = await startCutProxy(uri, at)
    const again = await runCli(env, ['move', '--to', proxy.uri])
    await proxy.close()
    expect(again).toMatchObject({ status: 0 })
    expect((await runCli(env, ['token', 'create', 'ann'])).err).toContain('was moved to')
  }, 300_000)

  test('says what to do next, and that the folder is left for good', async () => {
    const [uri] = await Promise.all([freshDatabase(), fill(2)])
    const moved = await runCli(env, ['move', '--to', uri])
    expect(moved.status).toBe(0)
    expect(moved.out).toContain('2 shares')
    expect(moved.err).toContain('MONGODB_URI')
    expect(moved.err).toContain('session-secret')
    const after = await runCli(env, ['token', 'create', 'ann'])
    expect(after.status).toBe(1)
    expect(after.err).toContain('was moved to')
  })

  test('takes MONGODB_URI where a command line could be read by others', async () => {
    const [uri] = await Promise.all([freshDatabase(), fill(1)])
    const secret = { SESSION_SECRET: 'x'.repeat(32) }
    const moved = await runCli({ ...env, ...secret, MONGODB_URI: uri }, ['move'])
    expect(moved).toMatchObject({ status: 0 })
    expect(moved.err).not.toContain('session-secret')
    expect(moved.out + moved.err).not.toContain(secret.SESSION_SECRET)
  })

  test('warns where the session secret that is set is not the one of the folder', async () => {
    const [uri] = await Promise.all([freshDatabase(), fill(1)])
    const kept = 'k'.repeat(43)
    writeFileSync(join(data.path, 'session-secret'), `${kept}\n`, { mode: 0o600 })
    const moved = await runCli({ ...env, SESSION_SECRET: 'x'.repeat(32) }, ['move', '--to', uri])
    expect(moved).toMatchObject({ status: 0 })
    expect(moved.err).toContain('stop links and suppressions are void')
    expect(moved.out + moved.err).not.toContain(kept)
  })

  test('leaves a database alone that holds what is not ours, whatever it is called', async () => {
    const [uri] = await Promise.all([freshDatabase(), fill(1)])
    const connection = await mongoose.createConnection(uri).asPromise()
    const names = ['sessions', 'tickets', 'orders']
    for (const name of names) await connection.collection(name).insertOne({ customer: 1 })
    const refused = await runCli(env, ['move', '--to', uri])
    expect(refused).toMatchObject({ status: 1, out: '' })
    expect(refused.err).toContain('holds other data')
    for (const name of names) expect(await connection.collection(name).countDocuments()).toBe(1)
    expect((await connection.listCollections()).map(({ name }) => name).sort()).toEqual(
      names.toSorted(),
    )
    await connection.close()
  }, 120_000)

  test('takes what a copy of the folder brought there for what it is: other data', async () => {
    const uri = await freshDatabase()
    await fill(1)
    // As a server's start does: from here on the folder has a name, which a copy bears too.
    await (await openFileSpool({ dir: join(data.path, 'spool') }, { logger: quiet })).close()
    const copy = makeDataDir()
    cpSync(data.path, copy.path, { recursive: true })
    expect(await runCli({ DATA_DIR: copy.path }, ['move', '--to', uri])).toMatchObject({
      status: 0,
    })
    await fill(1)
    const real = await runCli(env, ['move', '--to', uri])
    expect(real).toMatchObject({ status: 1, out: '' })
    expect(real.err).toContain('holds other data')
    expect(existsSync(join(data.path, 'moved'))).toBe(false)

    // Gone back, worked on, and moved again.
    rmSync(join(copy.path, 'moved'))
    const again = await runCli({ DATA_DIR: copy.path }, ['move', '--to', uri])
    expect(again).toMatchObject({ status: 1, out: '' })
    expect(existsSync(join(copy.path, 'moved'))).toBe(false)
    copy.remove()
  }, 240_000)

  test('says what is wrong: no database named, none there, no data', async () => {
    await fill(1)
    expect(await runCli(env, ['move'])).toMatchObject({ status: 2, out: '' })
    expect(await runCli(env, ['move', '--to', 'redis://x'])).toMatchObject({ status: 2, out: '' })
    const nobody = await runCli(env, ['move', '--to', 'mongodb://bob:geheim@127.0.0.1:1/x'])
    expect(nobody).toMatchObject({ status: 1, out: '' })
    expect(nobody.err).toContain('127.0.0.1:1/x')
    expect(nobody.err).not.toContain('geheim')
    const nothing = { DATA_DIR: `${data.path}/nothing` }
    expect((await runCli(nothing, ['move', '--to', 'mongodb://127.0.0.1:1/x'])).err).toContain(
      'no data',
    )
  })
})
