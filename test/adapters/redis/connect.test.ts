import { createServer } from 'node:net'
import { describe, expect, test } from 'vitest'
import { connectRedis } from '#adapters/redis/connect.ts'
import { inspectRedis } from '#adapters/redis/inspect.ts'
import { rootMessage } from '#core/errors.ts'
import type { Logger } from '#ports/logger.ts'
import { quiet } from '#test/fixtures/quiet.ts'
import { missingRedis, startRedis } from '#test/services/redis.ts'
import { skippedFor } from '#test/services/skipped-for.ts'
import { steadyPort } from '#test/services/steady-port.ts'

describe('at the start', () => {
  test('a Redis that is not there is said to be so, by host and port and without its password', async () => {
    const port = await steadyPort()
    const error = await refusalOf(`redis://ann:s3cret@127.0.0.1:${port}/2`)
    expect(error.message).toContain(`127.0.0.1:${port}`)
    expect(error.message).not.toContain('s3cret')
    expect(rootMessage(error)).toContain('ECONNREFUSED')
  })

  test('one that never answers is given up within seconds', async () => {
    const silent = createServer().listen(0, '127.0.0.1')
    await new Promise((resolve) => silent.once('listening', resolve))
    const address = silent.address()
    if (address === null || typeof address === 'string') throw new Error('no port')
    await refusalOf(`redis://127.0.0.1:${address.port}/`)
    silent.close()
  })
})

describe.skipIf(skippedFor(missingRedis()))('a Redis that is there', () => {
  test('is looked at for what may lose jobs', async () => {
    const [safe, unsafe] = await Promise.all([
      startRedis({ appendonly: true }),
      startRedis({ maxmemoryPolicy: 'allkeys-lru' }),
    ])
    const look = ({ url }: { url: string }) => inspectRedis({ url }, { logger: quiet })
    expect(await look(safe)).toMatchObject({
      reachable: true,
      maxmemoryPolicy: 'noeviction',
      appendonly: true,
      version: expect.stringMatching(/^\d+\.\d+\.\d+$/),
    })
    expect(await look(unsafe)).toMatchObject({ maxmemoryPolicy: 'allkeys-lru', appendonly: false })
    await Promise.all([safe.stop(), unsafe.stop()])
    expect(await look(safe)).toMatchObject({ reachable: false })
  })

  test('is not called silent because this process was held up while it answered', async () => {
    const server = await startRedis()
    const connecting = connectRedis({ url: server.url }, { logger: quiet })
    holdUp(8, 600)
    const redis = await connecting
    redis.disconnect()
    await server.stop()
  })

  test('that goes and comes back is told of once', async () => {
    const told: string[] = []
    const tell = (_fields: object, message: string) => void told.push(message)
    const logger: Logger = { ...quiet, error: tell, info: tell }
    const server = await startRedis()
    const redis = await connectRedis({ url: server.url }, { logger })
    await server.kill()
    await new Promise((resolve) => setTimeout(resolve, 700))
    await server.restart()
    expect(await redis.ping()).toBe('PONG')
    redis.disconnect()
    await server.stop()
    expect(told).toHaveLength(2)
    expect(told[1]).toBe('Redis is back')
  })
})

/** Blocks the event loop again and again, as modules do that are being loaded. */
function holdUp(times: number, ms: number): void {
  const until = performance.now() + ms
  while (performance.now() < until);
  if (times > 1) setImmediate(() => holdUp(times - 1, ms))
}

async function refusalOf(url: string): Promise<Error> {
  const from = performance.now()
  const error = await connectRedis({ url }, { logger: quiet }).then(
    () => new Error('it connected'),
    (refused: Error) => refused,
  )
  expect(error).toMatchObject({ code: 'unavailable', reason: 'setup.cannot.redis' })
  expect(performance.now() - from).toBeLessThan(10_000)
  return error
}
