import { randomBytes } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { createSystemClock } from '#adapters/clock/system.ts'
import { createSqliteStore } from '#adapters/stores/sqlite/store.ts'
import { DEFAULT_CONNECTION } from '#core/address.ts'
import type { ShareView } from '#engine/engine.ts'
import { all, until } from '#test/fixtures/engine.ts'
import { createServerUnderTest, type ServerUnderTest } from '#test/fixtures/server.ts'
import { type BotApi, startBotApi } from '../adapters/channels/telegram/bot-api.ts'

const TOKEN = '4711:AAsecret-of-the-bot_0123456789'
const BOB = 4712

/** Shared by the API, from the server as it is run. */
describe('Telegram', () => {
  let telegram: BotApi
  let server: ServerUnderTest

  beforeAll(async () => {
    telegram = await startBotApi(TOKEN)
    server = await createServerUnderTest({
      TELEGRAM_BOT_TOKEN: TOKEN,
      TELEGRAM_API_ROOT: telegram.url,
      LOG_LEVEL: 'trace',
    })
    await knowBob(server.dataDir)
    await server.start()
  })
  afterAll(async () => {
    await server?.dispose()
    await telegram?.close()
  })

  async function share(recipients: readonly string[]): Promise<ShareView> {
    const request = { url: 'https://example.org/a', note: 'look at this', recipients }
    const answer = await server.api('POST', '/shares', request)
    expect(answer.status).toBe(202)
    return answer.json() as Promise<ShareView>
  }

  const once = (id: string, holds: (share: ShareView) => boolean): Promise<ShareView> =>
    until(async () => {
      const answer = await server.api('GET', `/shares/${id}`)
      const now = (await answer.json()) as ShareView
      return holds(now) ? now : undefined
    })

  test('brings a link to who has started the bot, by name and by number', async () => {
    const { id } = await share(['telegram:@bob', 'telegram:4713'])
    const { deliveries } = await once(id, all('accepted'))
    expect(deliveries.map(({ address, via }) => [address, via])).toEqual([
      ['4712', 'telegram'],
      ['4713', 'telegram'],
    ])
    const [toBob] = telegram.sent().filter(({ chat_id }) => chat_id === BOB)
    expect(toBob?.text).toMatch(/^Ann Lee.*look at this/s)
    expect(toBob?.text).toContain(deliveries[0]?.link)
  })

  test('waits for who never started it, and says so', async () => {
    const { id } = await share(['telegram:@nobody'])
    const { deliveries } = await once(id, all('waiting'))
    expect(deliveries[0]?.error?.code).toBe('recipient_must_start')
    telegram.fault({ code: 400, description: 'Bad Request: chat not found' })
    await once((await share(['telegram:815'])).id, all('waiting'))
  })

  test('is down when the token is refused, and keeps what is queued', async () => {
    telegram.token = 'another'
    const { id } = await share(['telegram:@bob'])
    const waits = await once(id, ({ deliveries }) => deliveries[0]?.error !== null)
    expect(waits.deliveries[0]).toMatchObject({
      state: 'queued',
      error: { code: 'connection_down' },
    })
    const answer = await server.api('GET', '/channels')
    expect(await answer.text()).toContain('Unauthorized')
    telegram.token = TOKEN
  })

  test('leaves the token in no line that is printed', () => {
    expect(server.output()).toContain('Unauthorized')
    expect(server.output()).not.toContain(TOKEN)
  })
})

/** He started the bot some time ago. */
async function knowBob(dataDir: string): Promise<void> {
  const store = createSqliteStore({ dataDir }, { clock: createSystemClock(), randomBytes })
  const user = { platform: 'telegram', connection: DEFAULT_CONNECTION } as const
  await store.people.meet({ ...user, id: `${BOB}`, handle: 'Bob', name: 'Bob' }, { chat: `${BOB}` })
  await store.close()
}
