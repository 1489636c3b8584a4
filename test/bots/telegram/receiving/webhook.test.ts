import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { until } from '#test/fixtures/engine.ts'
import { type HookServer, recordingSink, startHookServer } from '#test/fixtures/hook-server.ts'
import type { TelegramUser } from '../../../services/telegram-api/telegram-api.ts'
import { type BotWorld, startBotWorld } from '../bot-world.ts'
import { createGate, createListener, type Listener, textOf } from './listener.ts'

const SECRET = 'a-secret_that_Telegram-knows'

let world: BotWorld
let listener: Listener
let hooks: HookServer
let ann: TelegramUser
let url: string

beforeEach(async () => {
  hooks = await startHookServer()
  url = `${hooks.url}/hooks/telegram`
  listener = createListener()
  world = await startBotWorld({
    conversation: listener,
    webhook: { url, secret: () => SECRET },
  })
  if (!world.bot.hook) throw new Error('there is no hook')
  hooks.serve([world.bot.hook], recordingSink())
  ann = world.telegram.user({ first_name: 'Ann' })
})
afterEach(async () => {
  await world.close()
  await hooks.close()
})

const heard = () => listener.heard.map(textOf)
const statuses = () => world.telegram.webhook.deliveries.map(({ status }) => status)

const call = (body: string, secret?: string) =>
  fetch(url, {
    method: 'POST',
    body,
    headers: secret === undefined ? {} : { 'x-telegram-bot-api-secret-token': secret },
  })

test('Telegram is told where updates go, by which secret, and which; it is asked for none', async () => {
  world.begin()
  ann.says('one')
  await world.telegram.idle()
  expect(heard()).toEqual(['one'])
  const asked = world.telegram.requests.find(({ method }) => method === 'setWebhook')
  expect(asked?.params).toMatchObject({
    url,
    secret_token: SECRET,
    allowed_updates: expect.arrayContaining(['message']),
  })
  expect(world.telegram.requests.map(({ method }) => method)).not.toContain('getUpdates')
})

describe('an update', () => {
  test('is answered once it is stored, and comes again until it is', async () => {
    let tries = 0
    listener.during = async () => {
      if (++tries < 3) throw new Error('away')
    }
    world.begin()
    ann.says('one')
    ann.says('two')
    await world.telegram.idle()
    expect(heard()).toEqual(['one', 'two'])
    expect(statuses()).toEqual([503, 503, 200, 200])
  })

  test('that fails for ever is left out, and holds up nothing', async () => {
    listener.during = (event) =>
      textOf(event) === 'poison' ? Promise.reject(new Error('no')) : Promise.resolve()
    world.begin()
    ann.says('poison')
    ann.says('after')
    await world.telegram.idle()
    expect(heard()).toEqual(['after'])
    expect(statuses()).toEqual([503, 503, 503, 503, 200, 200])
  })

  test('that comes again while it is handled, or later, is handled once', async () => {
    const gate = createGate()
    listener.during = () => gate.passed
    world.begin()
    const { update } = ann.says('one')
    await until(async () => listener.begun[0])
    const again = world.telegram.webhook.again(update!)
    gate.open()
    await world.telegram.idle()
    expect(await again).toBe(200)
    expect(await world.telegram.webhook.again(update!)).toBe(200)
    expect(listener.begun.map(textOf)).toEqual(['one'])
  })

  test('that cannot be read is not asked for again', async () => {
    for (const body of [
      '',
      'x',
      '[]',
      '{"message":{}}',
      '{"update_id":1}',
      '{"update_id":2,"poll":{}}',
    ]) {
      expect((await call(body, SECRET)).status).toBe(200)
    }
    expect(listener.begun).toEqual([])
  })
})

test.each([undefined, '', 'a', `${SECRET}x`, SECRET.toLowerCase()])(
  'whoever says %s in place of the secret finds nothing there',
  async (secret) => {
    const { update } = ann.says('one')
    expect((await call(JSON.stringify(update), secret)).status).toBe(404)
    expect(listener.begun).toEqual([])
  },
)
