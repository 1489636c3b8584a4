import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { ShareView } from '#engine/engine.ts'
import { all, until } from '#test/fixtures/engine.ts'
import { createServerUnderTest, type ServerUnderTest } from '#test/fixtures/server.ts'
import {
  startTelegramApi,
  type TelegramApi,
  type TelegramUser,
  TOKEN,
} from '#test/services/telegram-api/telegram-api.ts'

/** Shared by the API, from the server as it is run. */
describe('Telegram', () => {
  let telegram: TelegramApi
  let bob: TelegramUser
  let eve: TelegramUser
  let server: ServerUnderTest

  beforeAll(async () => {
    telegram = await startTelegramApi()
    bob = telegram.user({ first_name: 'Bob', username: 'Bob' })
    eve = telegram.user({ first_name: 'Eve' })
    server = await createServerUnderTest({
      TELEGRAM_BOT_TOKEN: TOKEN,
      TELEGRAM_API_ROOT: telegram.url,
      LOG_LEVEL: 'trace',
    })
    await server.start()
    for (const user of [bob, eve]) {
      user.starts()
      await user.reads(/./)
    }
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
    const { id } = await share(['telegram:@bob', `telegram:${eve.id}`])
    const { deliveries } = await once(id, all('accepted'))
    expect(deliveries.map(({ address, via }) => [address, via])).toEqual([
      [String(bob.id), 'telegram'],
      [String(eve.id), 'telegram'],
    ])
    const { text } = await bob.reads(deliveries[0]!.link)
    expect(text).toMatch(/^Ann Lee.*look at this/s)
    await eve.reads(deliveries[1]!.link)
  })

  test('waits for who never started it, and says so', async () => {
    const stranger = telegram.user({ first_name: 'Sue' })
    const { id } = await share(['telegram:@nobody', `telegram:${stranger.id}`])
    const { deliveries } = await once(id, all('waiting'))
    for (const { error } of deliveries) expect(error?.code).toBe('recipient_must_start')
  })

  test('sends nothing more to who pressed Stop', async () => {
    await eve.presses('Stop these messages')
    await once((await share([`telegram:${eve.id}`])).id, all('suppressed'))
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
