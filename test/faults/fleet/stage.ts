import { type Fleet, startFleet } from '#test/fixtures/fleet.ts'
import type { Role } from '#test/fixtures/fleet-member.ts'
import type { ProductEnv } from '#test/fixtures/running-server.ts'
import { startTcpProxy, type TcpProxy } from '#test/fixtures/tcp-proxy.ts'
import { type DocumentDb, startDocumentDb } from '#test/services/document-db.ts'
import { type RedisOptions, type RedisServer, startRedis } from '#test/services/redis.ts'
import { type SmtpSink, startSmtpSink } from '#test/services/smtp-sink.ts'
import { createLedger, type Ledger } from './ledger.ts'

/** A fleet and all that it stands on, each of it the scenario's own to break. */
export interface Stage {
  readonly fleet: Fleet
  readonly ledger: Ledger
  readonly sink: SmtpSink
  readonly database: DocumentDb
  /** Between every process and the database. */
  readonly line: TcpProxy
  readonly redis: RedisServer
  /** Ends with the scenario, whether it came to its end or failed: nothing of it goes on. */
  readonly over: AbortSignal
}

export interface StageSettings {
  readonly roles: readonly Role[]
  /** What the mail server takes for a message, ms. */
  readonly mailMs: number
  readonly redis?: RedisOptions
  readonly environment?: ProductEnv
}

/** Starts it all; what `later` is given must be called, last first, whatever happened. */
export async function setStage(
  settings: StageSettings,
  later: (end: () => Promise<void>) => void,
): Promise<Stage> {
  const database = await startDocumentDb()
  later(database.stop)
  const redis = await startRedis(settings.redis)
  later(redis.stop)
  const sink = await startSmtpSink()
  later(sink.close)
  const place = new URL(database.uri)
  const line = await startTcpProxy(Number(place.port))
  later(line.close)
  place.port = String(line.port)
  place.pathname = '/fleet'
  const fleet = await startFleet(settings.roles, {
    MONGODB_URI: place.href,
    REDIS_URL: redis.url,
    SMTP_URL: sink.url,
    MAIL_FROM: 'share@example.org',
    ...settings.environment,
  })
  later(fleet.dispose)
  const ending = new AbortController()
  later(async () => ending.abort())
  await sink.fault({ at: 'end', delayMs: settings.mailMs })
  const over = ending.signal
  return { fleet, ledger: createLedger(fleet, sink, over), sink, database, line, redis, over }
}
