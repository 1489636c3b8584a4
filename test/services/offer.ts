import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { addressOf, startDatabase } from './database.ts'
import { type RedisOptions, startRedis } from './redis.ts'

/** What an asker gets: where a database of its own is, empty, or why there is none. */
export type Offered = { readonly uri: string } | { readonly missing: string }

export interface Offer {
  /** Answers /database and /redis with {@link Offered}. */
  readonly url: string
  /** Ends the servers that were started. */
  close(): Promise<void>
}

interface Startable {
  stop(): Promise<void>
}

/** Starts a server when the first asks for it, and hands every asker a database of its own on it. */
export async function startOffer(redisOptions: RedisOptions = {}): Promise<Offer> {
  const prefix = `passalong-test-${randomBytes(4).toString('hex')}-`
  const database = lazily(() => startDatabase(prefix))
  const redis = lazily(() => startRedis(redisOptions))
  const offers: Readonly<Record<string, () => Promise<string>>> = {
    '/database': numbered(async (number) => addressOf((await database.get()).uri, prefix + number)),
    '/redis': numbered(async (number) => (await redis.get()).url + number),
  }

  const server = createServer(async ({ url = '' }, response) => {
    const offered = await outcomeOf(offers[url]?.())
    response.setHeader('Content-Type', 'application/json').end(JSON.stringify(offered))
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    async close() {
      server.close()
      server.closeAllConnections()
      await Promise.all([database.stop(), redis.stop()])
    },
  }
}

function numbered<T>(offer: (number: number) => T): () => T {
  let next = 0
  return () => offer(next++)
}

async function outcomeOf(uri: Promise<string> | undefined): Promise<Offered> {
  try {
    return uri === undefined ? { missing: 'nobody offers that' } : { uri: await uri }
  } catch (error) {
    return { missing: (error as Error).message }
  }
}

function lazily<T extends Startable>(start: () => Promise<T>) {
  let started: Promise<T> | undefined
  return {
    get() {
      started ??= start()
      return started
    },
    async stop() {
      const server = await started?.catch(() => undefined)
      await server?.stop()
    },
  }
}
