import { randomBytes } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { createMongoStore } from '#adapters/stores/mongo/store.ts'
import { until } from '#test/fixtures/engine.ts'
import { type Fleet, startFleet } from '#test/fixtures/fleet.ts'
import type { Member } from '#test/fixtures/fleet-member.ts'
import { FOLLOWED_MS, type LeaseWatch, watchLease } from '#test/fixtures/lease-watch.ts'
import { quiet } from '#test/fixtures/quiet.ts'
import { missingRedis } from '#test/services/redis.ts'
import { freshDatabase, freshRedis, missingDatabase } from '#test/services/shared.ts'
import { skippedFor } from '#test/services/skipped-for.ts'
import { type SmtpSink, startSmtpSink } from '#test/services/smtp-sink.ts'
import {
  startTelegramApi,
  type TelegramApi,
  type TelegramUser,
  TOKEN,
} from '#test/services/telegram-api/telegram-api.ts'
import { userOf } from '../../bots/telegram/reading/person.ts'

const skipped = skippedFor((await missingDatabase()) ?? missingRedis())

let telegram: TelegramApi
let sink: SmtpSink
let fleet: Fleet
let lease: LeaseWatch
let ann: TelegramUser

beforeAll(async () => {
  if (skipped) return
  telegram = await startTelegramApi()
  sink = await startSmtpSink()
  ann = telegram.user({ first_name: 'Ann' })
  const uri = await freshDatabase()
  fleet = await startFleet(['worker', 'bots', 'bots'], {
    MONGODB_URI: uri,
    REDIS_URL: await freshRedis(),
    SMTP_URL: sink.url,
    MAIL_FROM: 'share@example.org',
    TELEGRAM_BOT_TOKEN: TOKEN,
    TELEGRAM_API_ROOT: telegram.url,
    UNDO_SECONDS: '0',
    LOG_LEVEL: 'debug',
  })
  await link(uri, ann)
  lease = await watchLease(uri, 'bot/telegram/default')
}, 180_000)
afterAll(async () => {
  await fleet?.dispose()
  await lease?.close()
  await sink?.close()
  await telegram?.close()
})

/** She writes for the operator. */
async function link(uri: string, { user }: TelegramUser): Promise<void> {
  const store = await createMongoStore({ uri: () => uri }, { logger: quiet, randomBytes })
  const operator = await store.accounts.operator()
  if (!operator) throw new Error('there is no operator')
  await store.identities.link(userOf(user), operator.id, null)
  await store.close()
}

/** Whichever has the bot. */
const active = (): Promise<Member> =>
  until(async () =>
    fleet.members.find(
      (member) => member.isUp() && member.output().includes('bot/telegram/default'),
    ),
  )

describe.skipIf(skipped)('two processes have one bot', () => {
  test('killed hard, the one that asks is followed by the other: what was said is answered, and what was sent is told on', async () => {
    ann.says('https://example.org/a bob@example.org -- first')
    await ann.reads('first')
    await ann.presses('Send')
    await ann.reads('✓ bob@example.org')

    await sink.fault({ at: 'end', delayMs: 2_000 })
    ann.says('https://example.org/a carol@example.org -- second')
    await ann.reads('second')
    await ann.presses('Send')
    const killed = await active()
    lease.begin()
    await killed.end('SIGKILL')
    const at = performance.now()
    ann.says('https://example.org/a dave@example.org -- third')

    await ann.reads('third')
    await ann.reads('✓ carol@example.org')
    const again = telegram.requests.find(
      ({ method, at: asked }) => method === 'getUpdates' && asked > at,
    )
    const [last, next] = await until(async () => {
      const [before, after] = lease.handover()
      return before && after && ([before, after] as const)
    })
    expect(next.at - last.at).toBeLessThanOrEqual(FOLLOWED_MS)
    expect(telegram.queue.conflicts).toBe(0)
    console.log(`asked again ${Math.round((again?.at ?? 0) - at)} ms after kill -9`)
    expect(ann.sees().map(({ text }) => /first|second|third/.exec(text ?? '')?.[0])).toEqual([
      'first',
      'second',
      'third',
    ])
    for (const { output } of fleet.members) expect(output()).not.toContain(TOKEN)
  }, 180_000)
})
