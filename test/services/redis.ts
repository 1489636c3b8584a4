import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Redis } from 'ioredis'
import { type Breakable, spawnGuarded, startBreakable } from './breakable.ts'
import { steadyPort } from './steady-port.ts'

export interface RedisOptions {
  readonly port?: number
  /** Whether writes outlive a kill (`appendfsync everysec`); off by default, as in Debian's package. */
  readonly appendonly?: boolean
  readonly maxmemoryPolicy?: string
}

export interface RedisServer extends Breakable {
  /** For REDIS_URL; ends in a slash, for a database's number (0 to 1023). */
  readonly url: string
}

/** Why {@link startRedis} cannot; undefined where it can. */
export function missingRedis(): string | undefined {
  const { error } = spawnSync('redis-server', ['--version'])
  return error && 'there is no redis-server (apt-get install redis-server)'
}

/** Redis on an empty data folder. The kernel ends it together with this process. */
export async function startRedis(options: RedisOptions = {}): Promise<RedisServer> {
  const missing = missingRedis()
  if (missing !== undefined) throw new Error(missing)
  const port = options.port ?? (await steadyPort())
  const url = `redis://127.0.0.1:${port}/`
  const folder = mkdtempSync(join(tmpdir(), 'passalong-redis-'))
  const log = join(folder, 'log')
  const settings = {
    port,
    bind: '127.0.0.1',
    dir: folder,
    databases: 1024,
    save: '',
    appendonly: options.appendonly ? 'yes' : 'no',
    'maxmemory-policy': options.maxmemoryPolicy ?? 'noeviction',
  }
  const flags = Object.entries(settings).flatMap(([name, value]) => [`--${name}`, `${value}`])
  const running = await startBreakable({
    name: 'Redis',
    log,
    spawn: () => [spawnGuarded(['redis-server', ...flags], { log })],
    answers: () => answers(url),
    removeData: () => rmSync(folder, { recursive: true, force: true }),
  })
  return { ...running, url }
}

async function answers(url: string): Promise<boolean> {
  const client = new Redis(url, {
    lazyConnect: true,
    retryStrategy: () => null,
    maxRetriesPerRequest: 0,
    connectTimeout: 1_000,
  })
  client.on('error', () => undefined)
  try {
    return (await client.ping()) === 'PONG'
  } catch {
    return false
  } finally {
    client.disconnect()
  }
}
