import { randomBytes } from 'node:crypto'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { createSystemClock } from '#adapters/clock/system.ts'
import { createSqliteStore } from '#adapters/stores/sqlite/store.ts'
import { createServerUnderTest, type ServerUnderTest } from '#test/fixtures/server.ts'
import {
  startTelegramApi,
  type TelegramApi,
  type TelegramUser,
  TOKEN,
} from '#test/services/telegram-api/telegram-api.ts'
import { userOf } from '../../bots/telegram/reading/person.ts'

/** People who share at the same time. */
const PEOPLE = 12

const WAYS = [
  { way: 'polling', more: {} },
  { way: 'a webhook', more: { TELEGRAM_WEBHOOK_SECRET: 'a-secret_of-ours' } },
]

interface Share {
  readonly id: string
  readonly note: string
  readonly deliveries: readonly { readonly state: string }[]
}

describe.each(WAYS)('by $way, the server is killed hard while people share', ({ more }) => {
  let telegram: TelegramApi
  let server: ServerUnderTest
  let people: readonly TelegramUser[]

  beforeEach(async () => {
    telegram = await startTelegramApi()
    server = await createServerUnderTest({
      TELEGRAM_BOT_TOKEN: TOKEN,
      TELEGRAM_API_ROOT: telegram.url,
      UNDO_SECONDS: '0',
      LOG_LEVEL: 'trace',
      ...more,
    })
    people = Array.from({ length: PEOPLE }, (_, n) =>
      telegram.user({ first_name: `Person ${n}`, username: `person_${n}` }),
    )
    await linkAll(server.dataDir, people)
    await server.start()
  })
  afterEach(async () => {
    await server.dispose()
    await telegram.close()
  })

  /** Once so many of the updates that there are were taken. */
  async function killAfter(taken: number): Promise<void> {
    const before = telegram.queue.pending.length
    await telegram.waitFor(() => telegram.queue.pending.length <= before - taken)
    await server.end('SIGKILL')
    await server.start()
  }

  async function shares(): Promise<readonly Share[]> {
    const answer = await server.api('GET', '/shares?limit=100')
    const { shares } = (await answer.json()) as { shares: readonly Share[] }
    return shares
  }

  test('and nothing that they do is lost, and nothing is sent twice', async () => {
    for (const [n, one] of people.entries())
      one.says(`https://example.org/a to@example.org -- note ${n}`)
    await killAfter(PEOPLE / 3)
    for (const [n, one] of people.entries()) await one.reads(`note ${n}`)
    await telegram.idle()

    for (const one of people) void one.presses('Send')
    await killAfter(PEOPLE / 3)
    await telegram.idle()
    for (const one of people) await one.reads('✓ to@example.org')

    const made = await shares()
    expect(made.map(({ note }) => note).toSorted()).toEqual(
      people.map((_, n) => `note ${n}`).toSorted(),
    )
    expect(server.output()).not.toContain(TOKEN)
    expect(server.output()).not.toContain('a-secret_of-ours')
  })
})

/** Each writes for the operator. */
async function linkAll(dataDir: string, people: readonly TelegramUser[]): Promise<void> {
  const store = createSqliteStore({ dataDir }, { clock: createSystemClock(), randomBytes })
  const operator = await store.accounts.operator()
  if (!operator) throw new Error('there is no operator')
  for (const { user } of people) await store.identities.link(userOf(user), operator.id, null)
  await store.close()
}
