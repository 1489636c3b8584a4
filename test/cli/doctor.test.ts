import { chmodSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { Redis } from 'ioredis'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { checkNode } from '#src/cli/checks/machine.ts'
import { runCli } from '#test/fixtures/run-cli.ts'
import { makeDataDir, type ProductEnv, startServer } from '#test/fixtures/running-server.ts'
import { missingRedis, type RedisOptions, startRedis } from '#test/services/redis.ts'
import { skippedFor } from '#test/services/skipped-for.ts'

let data: ReturnType<typeof makeDataDir>
let env: ProductEnv

beforeEach(() => {
  data = makeDataDir()
  env = { DATA_DIR: data.path }
})
afterEach(() => data.remove())

interface Check {
  readonly about: string
  readonly verdict: string
  readonly detail: string
}

async function doctor(more: ProductEnv = {}): Promise<{ status: unknown; checks: Check[] }> {
  const { status, out } = await runCli({ ...env, ...more }, ['doctor', '--json'])
  return { status, checks: JSON.parse(out).checks }
}

function about(checks: readonly Check[], name: string): Check | undefined {
  return checks.find((check) => check.about === name)
}

test('nothing is wrong with an empty environment', async () => {
  const { status, checks } = await doctor()
  expect(status).toBe(0)
  expect(checks.filter(({ verdict }) => verdict === 'fault')).toEqual([])
  expect(about(checks, 'SMTP_URL')?.verdict).toBe('off')
})

test('a running server is seen and asked at its address', async () => {
  const server = await startServer(env)
  try {
    const { checks } = await doctor({ PORT: new URL(server.url).port })
    expect(about(checks, 'server')?.verdict).toBe('ok')
    expect(checks.filter(({ about }) => about === 'BASE_URL').map((one) => one.verdict)).toEqual([
      'ok',
      'ok',
    ])
  } finally {
    await server.kill()
  }
})

test('a server that was started with another PORT is told from one that cannot be reached', async () => {
  const server = await startServer(env)
  try {
    const { status, checks } = await doctor({ PORT: '1' })
    expect(status).toBe(1)
    const reached = checks.find((one) => one.about === 'BASE_URL' && one.verdict === 'fault')
    expect(reached?.detail).toContain('another PORT')
  } finally {
    await server.kill()
  }
})

describe('each fault is found, with what to do', () => {
  test('settings', async () => {
    const { status, checks } = await doctor({ PORT: 'x', TRACKING: 'y' })
    expect(status).toBe(1)
    expect(checks.map(({ about }) => about)).toEqual(['PORT', 'TRACKING'])
  })

  test('a port that something else uses', async () => {
    const other = createServer().listen(0, '127.0.0.1')
    await new Promise((resolve) => other.once('listening', resolve))
    const { port } = other.address() as { port: number }
    const { status, checks } = await doctor({ PORT: String(port) })
    other.close()
    expect(status).toBe(1)
    expect(about(checks, 'PORT')?.detail).toContain('set PORT')
  })

  test('an SMTP server that is not there', async () => {
    const { status, checks } = await doctor({ SMTP_URL: 'smtp://user:hunter2@127.0.0.1:9' })
    expect(status).toBe(1)
    expect(about(checks, 'SMTP_URL')).toMatchObject({ verdict: 'fault' })
    expect(JSON.stringify(checks)).not.toContain('hunter2')
  })

  test('links to this machine in mail that goes out', async () => {
    const { checks } = await doctor({ SMTP_URL: 'smtp://127.0.0.1:9' })
    expect(about(checks, 'BASE_URL')).toMatchObject({
      verdict: 'warning',
      detail: expect.stringContaining('Set BASE_URL'),
    })
  })

  test('a data folder that others can look into', async () => {
    chmodSync(data.path, 0o755)
    const { checks } = await doctor()
    expect(about(checks, 'DATA_DIR')).toMatchObject({
      verdict: 'warning',
      detail: expect.stringContaining('chmod 700'),
    })
  })

  test('a data folder whose data was moved', async () => {
    writeFileSync(join(data.path, 'moved'), 'db.example.org/passalong\n')
    const { status, checks } = await doctor()
    expect(status).toBe(1)
    const fault = checks.find((one) => one.about === 'DATA_DIR' && one.verdict === 'fault')
    expect(fault?.detail).toContain('was moved to db.example.org/passalong')
  })

  test('https without a proxy to believe, but only where pages are served', async () => {
    const fleet = {
      BASE_URL: 'https://share.example.org',
      MONGODB_URI: 'mongodb://127.0.0.1:1/x',
      REDIS_URL: 'redis://127.0.0.1:1',
      SESSION_SECRET: 'x'.repeat(32),
    }
    const [web, worker] = await Promise.all(
      ['web', 'worker'].map((ROLE) => doctor({ ...fleet, ROLE })),
    )
    expect(about(web?.checks ?? [], 'TRUSTED_PROXIES')?.verdict).toBe('warning')
    expect(about(worker?.checks ?? [], 'TRUSTED_PROXIES')).toBeUndefined()
  })

  test('an operator who cannot be understood', async () => {
    const { status, checks } = await doctor({ OPERATOR: 'not@an@address' })
    expect(status).toBe(1)
    expect(about(checks, 'OPERATOR')?.verdict).toBe('fault')
  })

  test('an old Node', () => {
    expect(checkNode('20.20.0').verdict).toBe('fault')
    expect(checkNode('24.14.9').verdict).toBe('fault')
    expect(checkNode('24.15.0').verdict).toBe('ok')
    expect(checkNode('26.0.0').verdict).toBe('ok')
  })
})

describe.skipIf(skippedFor(missingRedis()))(
  'what Redis says of itself',
  { timeout: 30_000 },
  () => {
    /** What doctor says of a Redis that is set up so, and then told this. No database stands beside it. */
    async function redisChecks(
      options: RedisOptions,
      commands: readonly (readonly [string, ...string[]])[] = [],
      user = '',
    ): Promise<readonly Check[]> {
      const redis = await startRedis(options)
      try {
        const client = new Redis(redis.url)
        for (const [command, ...args] of commands) await client.call(command, ...args)
        client.disconnect()
        const { checks } = await doctor({
          MONGODB_URI: 'mongodb://127.0.0.1:1/x',
          REDIS_URL: redis.url.replace('//', `//${user}`),
          SESSION_SECRET: 'x'.repeat(32),
        })
        return checks.filter((check) => check.about === 'REDIS_URL')
      } finally {
        await redis.stop()
      }
    }

    test('one that evicts keys and keeps nothing over a restart is warned of, twice', async () => {
      const checks = await redisChecks({ maxmemoryPolicy: 'allkeys-lru', appendonly: false })
      expect(checks).toEqual([
        expect.objectContaining({ verdict: 'ok' }),
        expect.objectContaining({
          verdict: 'warning',
          detail: expect.stringContaining('maxmemory-policy is allkeys-lru'),
        }),
        expect.objectContaining({
          verdict: 'warning',
          detail: expect.stringContaining('Set appendonly yes'),
        }),
      ])
    })

    test('one that keeps all it is given is fine', async () => {
      const checks = await redisChecks({ maxmemoryPolicy: 'noeviction', appendonly: true })
      expect(checks.map(({ verdict }) => verdict)).toEqual(['ok'])
    })

    test.each([
      ['is a replica', 'READONLY', [['REPLICAOF', '127.0.0.1', '1']], ''],
      ['is full', 'OOM', [['CONFIG', 'SET', 'maxmemory', '1']], ''],
      [
        'lets nobody listen',
        'NOPERM',
        [['ACL', 'SETUSER', 'ann', 'on', '>pw', '~*', '+@all']],
        'ann:pw@',
      ],
    ] as const)('one that %s takes no work', async (_case, why, commands, user) => {
      const checks = await redisChecks({}, commands, user)
      expect(checks).toEqual([
        expect.objectContaining({ verdict: 'fault', detail: expect.stringContaining(why) }),
      ])
    })
  },
)
