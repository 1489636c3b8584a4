import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { Api, Bot, GrammyError, HttpError, InputFile } from 'grammy'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import {
  REFUSALS,
  startTelegramApi,
  type TelegramApi,
  type TelegramUser,
  TOKEN,
} from './telegram-api.ts'

let telegram: TelegramApi
let api: Api
let ann: TelegramUser

beforeEach(async () => {
  telegram = await startTelegramApi()
  api = new Api(TOKEN, { apiRoot: telegram.url })
  ann = telegram.user({ first_name: 'Ann', username: 'annlee', language_code: 'en' })
})

afterEach(() => telegram.close())

const refusalOf = async (asked: Promise<unknown>): Promise<GrammyError> => {
  const error = await asked.catch((thrown: unknown) => thrown)
  expect(error).toBeInstanceOf(GrammyError)
  return error as GrammyError
}

describe('a bot on grammY', () => {
  test('polls, answers and is pressed', async () => {
    const bot = new Bot(TOKEN, { client: { apiRoot: telegram.url } })
    bot.command('start', (ctx) =>
      ctx.reply(`Hello ${ctx.match}`, {
        reply_markup: { inline_keyboard: [[{ text: 'Go', callback_data: 'go' }]] },
      }),
    )
    bot.on('callback_query:data', async (ctx) => {
      await ctx.editMessageText('Gone')
      await ctx.answerCallbackQuery({ text: ctx.callbackQuery.data })
    })
    const running = bot.start()
    ann.starts('xyz')
    await ann.reads('Hello xyz')
    expect(await ann.presses('Go')).toMatchObject({ text: 'go' })
    expect(ann.sees().map(({ text }) => text)).toEqual(['Gone'])
    await bot.stop()
    await running
  })

  test('gets pictures through', async () => {
    ann.starts()
    await api.sendPhoto(ann.id, new InputFile(Buffer.from('png'), 'qr.png'), {
      caption: 'Scan me',
      caption_entities: [{ type: 'bold', offset: 0, length: 4 }],
    })
    expect(ann.sees()[0]).toMatchObject({ caption: 'Scan me', caption_entities: [{ length: 4 }] })
  })
})

describe('updates', () => {
  test('are told again until a later offset is asked for', async () => {
    const first = ann.says('one').update?.update_id ?? 0
    ann.says('two')
    expect(await api.getUpdates()).toHaveLength(2)
    expect(await api.getUpdates({ offset: first })).toHaveLength(2)
    expect(await api.getUpdates({ offset: first + 1 })).toMatchObject([
      { message: { text: 'two' } },
    ])
    expect(await api.getUpdates({ offset: first + 2 })).toEqual([])
  })

  test('are waited for', async () => {
    const asked = api.getUpdates({ timeout: 20 })
    await telegram.waitFor(() => telegram.queue.polled)
    ann.says('now')
    expect(await asked).toMatchObject([{ message: { text: 'now' } }])
  })

  test('that nobody asked for do not come', async () => {
    await api.getUpdates({ allowed_updates: ['callback_query'] })
    expect(ann.says('hello').update).toBeNull()
    expect(telegram.queue.pending).toEqual([])
  })

  test('of all kinds are what the types of others say', async () => {
    const bob = telegram.user({ first_name: 'Bob' })
    const chat = { id: -1_005, type: 'channel' as const, title: 'News', username: 'news' }
    const date = 1
    for (const forwardedFrom of [
      { type: 'user' as const, date, sender_user: bob.user },
      { type: 'hidden_user' as const, date, sender_user_name: 'Eve' },
      { type: 'chat' as const, date, sender_chat: { ...chat, type: 'supergroup' as const } },
      { type: 'channel' as const, date, chat, message_id: 5 },
    ]) {
      ann.says('https://example.org/a', { forwardedFrom })
    }
    const group = telegram.group('Family')
    const said = ann.says(['look ', { text: 'here', url: 'https://example.org' }], { in: group })
    ann.edits(said, ['or ', { text: 'Bob', user: bob.user }])
    ann.says('this', { in: group, replyTo: said.message })
    ann.showsPhoto('see example.org/x', { album: 'a1' })
    ann.sendsContact({ phone_number: '+8613800138000', first_name: 'Carl', user_id: 5 })
    void ann.asks('https://example.org')
    ann.chooses({ inline_query_id: '1', results: [{ type: 'article', id: 'r' } as never] }, 'x')
    ann.blocks()
    ann.unblocks()
    expect(telegram.takeViolations()).toEqual([])
    expect(telegram.queue.pending).toHaveLength(13)
  })

  test.each([
    [
      '/share@passalong_bot https://example.org/a @bob bob@example.org +8613800138000',
      ['bot_command', 'url', 'mention', 'email', 'phone_number'],
    ],
    ['see example.org, or not', ['url']],
  ])('%s has its entities', (text, types) => {
    expect(ann.says(text).message.entities?.map(({ type }) => type)).toEqual(types)
  })
})

describe('one asks for updates at a time', () => {
  test('the poll that was there ends with 409', async () => {
    const first = refusalOf(api.getUpdates({ timeout: 20 }))
    await telegram.waitFor(() => telegram.queue.polled)
    const second = api.getUpdates({ timeout: 20 })
    expect(await first).toMatchObject({
      error_code: 409,
      description: REFUSALS.otherPoller().message,
    })
    ann.says('hello')
    expect(await second).toHaveLength(1)
    expect(telegram.queue.conflicts).toBe(1)
  })

  test('nobody may while there is a webhook', async () => {
    await api.setWebhook('http://127.0.0.1:1/hook')
    expect(await refusalOf(api.getUpdates())).toMatchObject({
      error_code: 409,
      description: REFUSALS.webhookIsActive().message,
    })
    await api.deleteWebhook()
    expect(await api.getUpdates()).toEqual([])
  })
})

describe('a webhook', () => {
  async function listen(answer: (body: string) => number) {
    const got: { body: string; secret: unknown }[] = []
    const server = createServer(async (request, response) => {
      let body = ''
      for await (const chunk of request) body += chunk
      got.push({ body, secret: request.headers['x-telegram-bot-api-secret-token'] })
      response.writeHead(answer(body)).end()
    })
    server.listen(0, '127.0.0.1')
    await once(server, 'listening')
    const { port } = server.address() as AddressInfo
    return { got, url: `http://127.0.0.1:${port}/hook`, close: () => server.close() }
  }

  test('gets what there is with its secret, and again until it says 200', async () => {
    let calls = 0
    const hook = await listen(() => (++calls < 4 ? 503 : 200))
    ann.says('one')
    ann.says('two')
    await api.setWebhook(hook.url, { secret_token: 'a-secret' })
    await telegram.idle()
    expect(hook.got.map(({ secret }) => secret)).toEqual(Array(5).fill('a-secret'))
    const statuses = telegram.webhook.deliveries.map(({ status }) => status)
    expect(statuses).toEqual([503, 503, 503, 200, 200])
    expect(await api.getWebhookInfo()).toMatchObject({
      url: hook.url,
      pending_update_count: 0,
      last_error_message: 'Wrong response from the webhook: 503 Service Unavailable',
    })
    hook.close()
  })
})

describe('who cannot be written to', () => {
  function blocked(user: TelegramUser): number {
    user.blocks()
    return user.id
  }

  function gone(user: TelegramUser): number {
    user.leavesTelegram()
    return user.id
  }

  test.each([
    ['a stranger', () => ann.id, REFUSALS.neverStarted()],
    ['nobody', () => 999, REFUSALS.noChat()],
    ['a name', () => '@annlee', REFUSALS.noChat()],
    ['who has blocked the bot', () => blocked(ann), REFUSALS.blocked()],
    ['who has left', () => gone(ann), REFUSALS.deactivated()],
  ])('is %s', async (_who, id, refusal) => {
    expect(await refusalOf(api.sendMessage(id(), 'hello'))).toMatchObject({
      error_code: refusal.code,
      description: refusal.message,
    })
  })

  test('is a group that goes on under another id', async () => {
    const group = telegram.group('Family')
    const next = group.upgrades()
    const error = await refusalOf(api.sendMessage(group.id, 'hello'))
    expect(error.parameters).toEqual({ migrate_to_chat_id: next.id })
    await api.sendMessage(next.id, 'hello')
  })
})

describe('messages', () => {
  beforeEach(() => void ann.starts())

  test('are changed and deleted, and not twice', async () => {
    const { message_id: id } = await api.sendMessage(ann.id, 'one')
    await api.editMessageText(ann.id, id, 'two')
    const refusals = [
      await refusalOf(api.editMessageText(ann.id, id, 'two')),
      await refusalOf(api.editMessageCaption(ann.id, id, { caption: 'x' })),
      await api
        .deleteMessage(ann.id, id)
        .then(() => refusalOf(api.editMessageText(ann.id, id, 'x'))),
      await refusalOf(api.deleteMessage(ann.id, id)),
    ]
    expect(refusals.map(({ description }) => description)).toEqual([
      REFUSALS.notModified().message,
      REFUSALS.noCaption().message,
      REFUSALS.noEdited().message,
      REFUSALS.noDeleted().message,
    ])
  })

  test('bring keys to pick people by, until their message goes', async () => {
    const bob = telegram.user({ first_name: 'Bob', username: 'bob' })
    const { message_id: id } = await api.sendMessage(ann.id, 'Who?', {
      reply_markup: {
        keyboard: [
          [{ text: 'Pick', request_users: { request_id: 3, max_quantity: 2, request_name: true } }],
        ],
      },
    })
    expect(ann.picks([bob]).message.users_shared).toEqual({
      request_id: 3,
      users: [{ user_id: bob.id, first_name: 'Bob' }],
    })
    await api.deleteMessage(ann.id, id)
    expect(() => ann.picks([bob])).toThrow('no picker')
  })
})

describe('faults', () => {
  beforeEach(() => void ann.starts())

  test('befall one method in one chat', async () => {
    telegram.fault({ refuse: REFUSALS.tooManyRequests(3) }, { method: 'sendMessage', chat: ann.id })
    await api.getMe()
    const error = await refusalOf(api.sendMessage(ann.id, 'hello'))
    expect(error.parameters).toEqual({ retry_after: 3 })
    await api.sendMessage(ann.id, 'hello')
  })

  test('come from what stands before Telegram, too', async () => {
    telegram.fault({ html: 502 })
    await expect(api.sendMessage(ann.id, 'hello')).rejects.toBeInstanceOf(HttpError)
  })

  test.each([
    ['before', 0],
    ['after', 1],
  ] as const)('cut a connection %s the message is there', async (cut, count) => {
    telegram.fault({ cut })
    await expect(api.sendMessage(ann.id, 'hello')).rejects.toBeInstanceOf(HttpError)
    expect(ann.sees()).toHaveLength(count)
  })

  test('are a token that was revoked', async () => {
    telegram.token = 'another'
    expect(await refusalOf(api.getMe())).toMatchObject({
      error_code: 401,
      description: 'Unauthorized',
    })
  })
})

describe('what is not as documented is noticed', () => {
  beforeEach(() => void ann.starts())
  afterEach(() => void telegram.takeViolations())

  test('close tells it', async () => {
    const other = await startTelegramApi()
    await new Api(TOKEN, { apiRoot: other.url })
      .setMyName({ nothing: true } as never)
      .catch(() => 0)
    await expect(other.close()).rejects.toThrow('violations of the Bot API:\nSetMyNameParams')
  })

  const button = (more: object) => ({
    reply_markup: { inline_keyboard: [[{ text: 'Go', ...more }]] } as never,
  })

  test.each<[string, RegExp, () => Promise<unknown>]>([
    [
      'a parameter that there is not',
      /additional/,
      () => api.sendMessage(ann.id, 'a', { txt: 1 } as never),
    ],
    ['a parameter of another type', /must be string/, () => api.sendMessage(ann.id, 5 as never)],
    ['a long text', /too long/, () => api.sendMessage(ann.id, 'a'.repeat(4_097))],
    ['no text', /empty/, () => api.sendMessage(ann.id, ' ')],
    [
      'an entity in the middle of a character',
      /UTF-16/,
      () => api.sendMessage(ann.id, 'a😀', { entities: [{ type: 'bold', offset: 0, length: 2 }] }),
    ],
    [
      'an entity beyond the text',
      /UTF-16/,
      () => api.sendMessage(ann.id, 'abc', { entities: [{ type: 'bold', offset: 2, length: 2 }] }),
    ],
    [
      'a long caption',
      /caption is too long/,
      () => api.sendPhoto(ann.id, 'x', { caption: 'a'.repeat(1_025) }),
    ],
    [
      '65 bytes behind a button',
      /BUTTON_DATA/,
      () => api.sendMessage(ann.id, 'a', button({ callback_data: '好'.repeat(22) })),
    ],
    [
      'a button that leads to this machine',
      /Wrong HTTP URL/,
      () => api.sendMessage(ann.id, 'a', button({ url: 'http://127.0.0.1:8080/r/x' })),
    ],
    ['a button that does nothing', /BUTTON_TYPE/, () => api.sendMessage(ann.id, 'a', button({}))],
    [
      'a command with a capital',
      /32 of a-z/,
      () => api.setMyCommands([{ command: 'Share', description: 'x' }]),
    ],
    ['a long description', /too long/, () => api.setMyShortDescription('a'.repeat(121))],
    [
      'a method that there is not',
      /Not Found/,
      () => (api.raw as never as Record<string, () => Promise<unknown>>).sendNothing!(),
    ],
  ])('%s', async (_what, words, ask) => {
    await ask().catch(() => undefined)
    expect(telegram.takeViolations().join()).toMatch(words)
  })

  test('a long toast, 51 results', async () => {
    const pressed = ann.pressesData('x', await api.sendMessage(ann.id, 'a'))
    await refusalOf(api.answerCallbackQuery(telegram.queries.open[0]!, { text: 'a'.repeat(201) }))
    await api.answerCallbackQuery(telegram.queries.open[0]!)
    await pressed
    void ann.asks('x')
    const result = (id: number) => ({
      type: 'article' as const,
      id: String(id),
      title: 't',
      input_message_content: { message_text: 'm' },
    })
    const many = Array.from({ length: 51 }, (_, at) => result(at))
    await refusalOf(api.answerInlineQuery(telegram.queries.open[0]!, many))
    expect(telegram.takeViolations()).toHaveLength(2)
  })

  test('an update that Telegram would not send', () => {
    telegram.push('callback_query', { id: '1' } as never)
    expect(telegram.takeViolations().join()).toContain('must have required property')
  })
})
