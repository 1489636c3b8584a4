import { cpSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { runCli, runJson } from '#test/fixtures/run-cli.ts'
import {
  makeDataDir,
  type ProductEnv,
  type RunningServer,
  startServer,
} from '#test/fixtures/running-server.ts'

const A_SHARE = ['share', 'https://example.org/a', '--to', 'bob@example.org']
let data: ReturnType<typeof makeDataDir>
let other: ReturnType<typeof makeDataDir>
let env: ProductEnv
let server: RunningServer | undefined

beforeEach(async () => {
  data = makeDataDir()
  other = makeDataDir()
  env = { DATA_DIR: data.path }
  await runJson(env, ['account', 'create', 'ann', '--password-stdin'], 'correct horse\n')
})
afterEach(async () => {
  await server?.kill('SIGKILL')
  server = undefined
  data.remove()
  other.remove()
})

const file = (): string => join(other.path, 'backup')

describe('backup and restore', () => {
  test('go back to the backup that was made beside a running server, secret and all', async () => {
    server = await startServer(env)
    const kept = await runJson(env, A_SHARE)
    const made = await runJson(env, ['backup', file()])
    expect(made).toMatchObject({ file: file(), accounts: 1, shares: 1, deliveries: 1 })
    const later = await runJson(env, A_SHARE)

    const refused = await runCli(env, ['restore', file()])
    expect(refused).toMatchObject({ status: 1, out: '' })
    expect(refused.err).toContain('Stop it first')
    await server.kill()

    const restored = await runJson(env, ['restore', file()])
    expect(restored).toMatchObject({ madeAt: made.madeAt, shares: 1 })
    expect(restored).not.toHaveProperty('sessionSecret')
    server = await startServer(env)
    expect(await runJson(env, ['status', String(kept.id)])).toMatchObject({ id: kept.id })
    expect((await runCli(env, ['status', String(later.id)])).status).toBe(1)
    const secretOf = (folder: string): string =>
      readFileSync(join(folder, 'session-secret'), 'utf8')
    expect(secretOf(data.path)).toBe(secretOf(String(restored.aside)))
  })

  test('move everything to another folder', async () => {
    const kept = await runJson(env, A_SHARE)
    const backup = await runCli(env, ['backup', file()])
    expect(backup.out).toContain('1 account, 1 share, 1 delivery')
    expect(backup.err).toContain('session secret')
    const elsewhere = { DATA_DIR: join(other.path, 'data') }
    const restored = await runCli(elsewhere, ['restore', file()])
    expect(restored).toMatchObject({ status: 0, err: '' })
    expect(await runJson(elsewhere, ['status', String(kept.id)])).toMatchObject({ id: kept.id })
  })

  test('say what is wrong in the reader’s language, and change nothing', async () => {
    expect((await runCli(env, ['backup', file()])).status).toBe(0)
    const there = await runCli({ ...env, LANG: 'zh_CN.UTF-8' }, ['backup', file()])
    expect(there).toMatchObject({ status: 1, out: '' })
    expect(there.err).toContain('--force')
    expect(there.err).toContain('已存在')
    cpSync(join(data.path, 'passalong.db'), join(other.path, 'copy'))
    const damaged = await runCli(env, ['restore', join(other.path, 'copy')])
    expect(damaged.err).toContain('not a whole backup')
    const missing = await runCli(env, ['restore', join(other.path, 'missing')])
    expect(missing.err).toContain('cannot be read')
    expect(await runJson(env, ['backup', join(other.path, 'again')])).toMatchObject({ accounts: 1 })
  })

  test('warn of a session secret that is set to another one', async () => {
    await runJson(env, ['backup', file()])
    const secret = { ...env, SESSION_SECRET: 'x'.repeat(32) }
    expect((await runCli(secret, ['restore', file()])).err).toContain('SESSION_SECRET')
    expect((await runCli(env, ['restore', file()])).err).toBe('')
  })

  test('are for the embedded store, and for the machine that it is on', async () => {
    const mongodb = {
      ...env,
      MONGODB_URI: 'mongodb://127.0.0.1:1/x',
      SESSION_SECRET: 'x'.repeat(32),
    }
    expect((await runCli(mongodb, ['backup', file()])).err).toContain('mongodump')
    expect((await runCli(mongodb, ['restore', file()])).err).toContain('mongorestore')
    const remote = { ...env, PASSALONG_URL: 'http://127.0.0.1:1', PASSALONG_TOKEN: 'x' }
    expect((await runCli(remote, ['backup', file()])).status).toBe(2)
  })
})
