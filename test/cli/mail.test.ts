import { once } from 'node:events'
import { createServer, type Server } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { runCli, runJson } from '#test/fixtures/run-cli.ts'
import { makeDataDir, type ProductEnv, startServer } from '#test/fixtures/running-server.ts'
import { type FaultyServer, startSmtpServer } from '#test/services/smtp-server.ts'
import type { ShareJson } from '#web/api/share-schemas.ts'

const AUTH = { user: 'ann', pass: 'right' }
const SHARE = ['share', 'https://example.org/a', '--to', 'bob@example.org']
let data: ReturnType<typeof makeDataDir>
let smtp: FaultyServer
let env: ProductEnv

beforeEach(async () => {
  data = makeDataDir()
  smtp = await startSmtpServer({ auth: AUTH, keep: true })
  env = { DATA_DIR: data.path, SMTP_URL: `smtp://ann:right@127.0.0.1:${smtp.port}` }
  await runCli(env, ['account', 'create', 'ann', '--email', 'ann@example.org'])
})
afterEach(async () => {
  await smtp.close()
  data.remove()
})

describe('with an SMTP server set', () => {
  test('a share from the shell goes out by itself, with a link of its own', async () => {
    const shared = (await runJson(env, SHARE)) as unknown as ShareJson
    expect(shared.deliveries[0]).toMatchObject({ state: 'accepted', via: 'email' })
    expect(smtp.received).toHaveLength(1)
    expect(smtp.received[0]).toMatchObject({ to: ['bob@example.org'] })
    expect(smtp.received[0]?.raw).toContain(shared.deliveries[0]?.link)
  })

  test('a refusal is tried again while the command waits', async () => {
    smtp.fault({ at: 'rcpt', reply: '452 4.3.1 Out of storage', times: 1 })
    const shared = (await runJson(env, SHARE)) as unknown as ShareJson
    expect(shared.deliveries[0]).toMatchObject({ state: 'accepted', attempts: 2 })
    expect(smtp.received).toHaveLength(1)
  })

  test('doctor signs in, and says what to do when it is not let in', async () => {
    expect((await runCli(env, ['doctor'])).out).toMatch(/✓ SMTP_URL: 127\.0\.0\.1/)
    smtp.setPassword('changed')
    const { status, out } = await runCli(env, ['doctor'])
    expect(status).toBe(1)
    expect(out).toMatch(/✗ SMTP_URL: .*password/)
    expect(out).not.toContain('right@')
  })

  test('the server warns that its links lead nowhere for others', async () => {
    const server = await startServer(env)
    expect(server.out).toMatch(/Sending: email/)
    expect(server.out).toMatch(/! Links lead to http:\/\/localhost:\d+, which only this machine/)
    expect(await server.kill()).toBe(0)
  })
})

/** npm's own repeat of a signal, which is none, comes within a second. */
const NO_REPEAT_MS = 1_200

describe('with an SMTP server that takes the connection and says nothing', () => {
  let silent: Server
  let connected: Promise<unknown>
  let slow: ProductEnv

  beforeEach(async () => {
    silent = createServer(() => {}).listen(0, '127.0.0.1')
    connected = once(silent, 'connection')
    await once(silent, 'listening')
    const { port } = silent.address() as { port: number }
    slow = { ...env, SMTP_URL: `smtp://127.0.0.1:${port}` }
  })
  afterEach(() => silent.close())

  test('a stop is not held up for long', async () => {
    const server = await startServer(slow)
    await runCli(slow, SHARE)
    await connected
    const begun = performance.now()
    expect(await server.kill()).toBe(0)
    expect(performance.now() - begun).toBeLessThan(15_000)
  })

  test('a second Ctrl-C, a little later, ends the server at once', async () => {
    const server = await startServer(slow)
    await runCli(slow, SHARE)
    await connected
    server.child.kill('SIGINT')
    await expect.poll(() => server.err, { timeout: 30_000 }).toContain('"stopping"')
    await sleep(NO_REPEAT_MS)
    const begun = performance.now()
    // By itself it would wait some seconds more for the send, and end with 0.
    expect(await server.kill('SIGINT')).toBe(1)
    expect(performance.now() - begun).toBeLessThan(8_000)
  })
})
