import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { inspect } from 'node:util'
import { InputFile } from 'grammy'
import pino from 'pino'
import { afterEach, describe, expect, test } from 'vitest'
import {
  endingWith,
  openTelegram,
  type TelegramClient,
  type TelegramConfig,
} from '#adapters/telegram/client.ts'
import {
  type TelegramError,
  TelegramRefusal,
  TelegramTokenMissing,
  TelegramUnreached,
} from '#adapters/telegram/errors.ts'

const TOKEN = '4711:AAsecret-of-the-bot_0123456789'

const closing: (() => Promise<unknown>)[] = []
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close()
})

type Answer = (response: ServerResponse, request: IncomingMessage, body: string) => void

interface Server {
  readonly url: string
  /** `POST /bot…/sendMessage`, with what came. */
  readonly asked: { readonly path: string; readonly body: string }[]
}

async function serve(answer: Answer): Promise<Server> {
  const asked: Server['asked'] = []
  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = []
    for await (const chunk of request) chunks.push(chunk as Buffer)
    const body = Buffer.concat(chunks).toString()
    asked.push({ path: `${request.method} ${request.url}`, body })
    answer(response, request, body)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  closing.push(async () => {
    server.closeAllConnections()
    await new Promise((resolve) => server.close(resolve))
  })
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, asked }
}

/** Where nobody listens. */
async function nowhere(): Promise<string> {
  const { url } = await serve(json(null))
  await closing.pop()?.()
  return url
}

async function open(apiRoot: string, over: Partial<TelegramConfig> = {}): Promise<TelegramClient> {
  const client = await openTelegram({ token: () => TOKEN, apiRoot, ...over })
  closing.push(client.close)
  return client
}

const json =
  (value: unknown, status = 200): Answer =>
  (response) =>
    response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(value))

const refusal = (code: number, description: string, parameters?: object): Answer =>
  json({ ok: false, error_code: code, description, parameters }, code)

/** What the request failed with; it must. */
async function faultOf(client: TelegramClient, signal?: AbortSignal): Promise<TelegramError> {
  const asked = client.api.sendMessage(1, 'words of a person', {}, signal && endingWith(signal))
  return asked.then(
    () => Promise.reject(new Error('it did not fail')),
    (error: TelegramError) => error,
  )
}

describe('a request', () => {
  test('names the bot by its token in the path, and what is said in the body', async () => {
    const { url, asked } = await serve(json({ ok: true, result: { message_id: 7 } }))
    const { api } = await open(`${url}/`)
    expect(await api.sendMessage(1, 'hello')).toMatchObject({ message_id: 7 })
    expect(asked[0]?.path).toBe(`POST /bot${TOKEN}/sendMessage`)
    expect(JSON.parse(asked[0]!.body)).toEqual({ chat_id: 1, text: 'hello' })
  })

  test('may carry a file', async () => {
    const { url, asked } = await serve(json({ ok: true, result: { message_id: 7 } }))
    const { api } = await open(url)
    await api.sendPhoto(1, new InputFile(Buffer.from('a picture'), 'qr.png'))
    expect(asked[0]?.body).toContain('a picture')
    expect(asked[0]?.body).toContain('filename=qr.png')
  })

  test('reads the token anew each time', async () => {
    const { url, asked } = await serve(json({ ok: true, result: {} }))
    let token = 'first'
    const { api } = await open(url, { token: () => token })
    await api.getMe()
    token = 'second'
    await Promise.all([api.getMe(), api.getWebhookInfo()])
    expect(asked.map(({ path }) => path.split('/')[1])).toEqual([
      'botfirst',
      'botsecond',
      'botsecond',
    ])
  })

  test('goes out after the connections were closed, too', async () => {
    const { url } = await serve(json({ ok: true, result: { id: 1 } }))
    const client = await open(url)
    await client.api.getMe()
    await client.close()
    expect(await client.api.getMe()).toEqual({ id: 1 })
  })
})

describe('a failure says who failed', () => {
  test('Telegram, which refused: with its code, words and parameters', async () => {
    const wait = { retry_after: 3, migrate_to_chat_id: -100123 }
    const { url } = await serve(refusal(429, 'Too Many Requests: retry after 3', wait))
    const error = await faultOf(await open(url))
    expect(error).toBeInstanceOf(TelegramRefusal)
    expect(error).toMatchObject({
      method: 'sendMessage',
      code: 429,
      description: 'Too Many Requests: retry after 3',
      parameters: { retryAfterMs: 3_000, migratedTo: '-100123' },
    })
  })

  test('the network, before anything went out', async () => {
    const error = await faultOf(await open(await nowhere()))
    expect(error).toBeInstanceOf(TelegramUnreached)
    expect(error).toMatchObject({ fault: { code: 'ECONNREFUSED', syscall: 'connect' } })
  })

  test.each<[string, Answer]>([
    ['the network, in the middle', (response) => response.destroy()],
    [
      'the network, in the answer',
      (response) =>
        response.writeHead(200, { 'content-length': 99 }).write('{', () => response.destroy()),
    ],
    ['a proxy with a page of its own', (response) => response.writeHead(502).end('<h1>Bad</h1>')],
    ['a proxy with JSON of its own', json({ error: 'oops' }, 502)],
    ['a proxy that says nothing', json(null)],
    [
      'a proxy that sends elsewhere',
      (response) => response.writeHead(302, { location: '/x' }).end(),
    ],
  ])('%s: it may have gone out', async (_name, answer) => {
    const { url, asked } = await serve(answer)
    const error = await faultOf(await open(url))
    expect(error).toBeInstanceOf(TelegramUnreached)
    expect(error).not.toMatchObject({ fault: { syscall: 'connect' } })
    expect(asked).toHaveLength(1)
  })

  test('the other side, which says nothing for too long', async () => {
    const { url } = await serve(() => {})
    expect(await faultOf(await open(url, { timeoutMs: 200 }))).toBeInstanceOf(TelegramUnreached)
  })

  test('nobody: it was given up', async () => {
    const { url, asked } = await serve(() => {})
    const client = await open(url)
    const given = new AbortController()
    const failing = faultOf(client, given.signal)
    await expect.poll(() => asked.length, { timeout: 20_000 }).toBe(1)
    given.abort()
    expect(await failing).toBeInstanceOf(TelegramUnreached)
  })

  test.each<[string, () => string]>([
    ['empty', () => ''],
    [
      'not to be read',
      () => {
        throw new Error('/run/secrets/token: no such file')
      },
    ],
  ])('we, whose token is %s', async (_name, token) => {
    const { url, asked } = await serve(json({ ok: true, result: {} }))
    expect(await faultOf(await open(url, { token }))).toBeInstanceOf(TelegramTokenMissing)
    expect(asked).toEqual([])
  })
})

describe('the token', () => {
  const failures: readonly [string, Answer | null, AbortSignal?][] = [
    ['a refusal', refusal(401, 'Unauthorized')],
    ['a refusal that quotes it', refusal(400, `no bot of the name ${TOKEN}`)],
    ['a page in place of an answer', (response) => response.writeHead(502).end(`<i>${TOKEN}</i>`)],
    ['JSON in place of an answer', json({ path: `/bot${TOKEN}/sendMessage` })],
    ['a cut', (response) => response.destroy()],
    ['a redirect', (response) => response.writeHead(307, { location: `/bot${TOKEN}/x` }).end()],
    ['silence', () => {}],
    ['nobody there', null],
    ['having been given up', () => {}, AbortSignal.abort()],
  ]

  test.each(failures)('stands in nothing that is told of %s', async (_name, answer, signal) => {
    const url = answer ? (await serve(answer)).url : await nowhere()
    const client = await open(url, { timeoutMs: 300 })
    const error = await faultOf(client, signal)
    const lines: string[] = []
    const logger = pino({ level: 'trace' }, { write: (line: string) => void lines.push(line) })
    logger.error({ err: error }, 'failed')
    logger.error(error)
    const told = [
      ...lines,
      String(error),
      error.stack,
      JSON.stringify(error),
      inspect(error, { depth: 20, showHidden: true }),
      inspect(client.api, { depth: 20, showHidden: true }),
    ].join('\n')
    expect(told).not.toContain(TOKEN)
    expect(told).not.toContain('words of a person')
  })
})
