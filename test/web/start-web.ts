import { createHmac, randomBytes, randomUUID } from 'node:crypto'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { createOutboxChannel } from '#adapters/channels/outbox/outbox.ts'
import { createSystemClock } from '#adapters/clock/system.ts'
import { createLocalDispatcher } from '#adapters/dispatchers/local/local.ts'
import { createLocalRates } from '#adapters/rates/local.ts'
import { createMemorySpool } from '#adapters/spool/memory.ts'
import { createMemoryStore } from '#adapters/stores/memory/store.ts'
import { createConsoleBot } from '#bots/console/console-bot.ts'
import { createConversation } from '#conversation/conversation.ts'
import type { Account } from '#core/account.ts'
import type { SmsPrice } from '#core/sms-price.ts'
import { createAdministration } from '#engine/administration.ts'
import { createEngine } from '#engine/create-engine.ts'
import type { EngineDeps } from '#engine/deps.ts'
import type { Accounts, Engine } from '#engine/engine.ts'
import { createKeys, hashSecret, type Keys } from '#engine/keys.ts'
import type { Hook } from '#ports/channel.ts'
import type { Logger } from '#ports/logger.ts'
import type { Store } from '#ports/store/store.ts'
import { engineSettings, noPreviews } from '#test/fixtures/engine-settings.ts'
import { quiet } from '#test/fixtures/quiet.ts'
import type { WebChat, WebSettings } from '#web/deps.ts'
import { createMetrics } from '#web/metrics.ts'
import { createWeb } from '#web/web.ts'

export interface RunningWeb {
  readonly url: string
  readonly localUrl: string
  readonly engine: Engine
  readonly store: Store
  readonly keys: Keys
  /** The first account, and a token of it. */
  readonly ann: { readonly account: Account; readonly token: string; readonly tokenId: string }
  /** Another account, and a token of it. */
  readonly bob: { readonly account: Account; readonly token: string; readonly tokenId: string }
  /** A request with Ann's token, unless another or none (null) is given. */
  api(method: string, path: string, options?: ApiOptions): Promise<ApiAnswer>
  /** The Cookie header of a browser in which the account is signed in. */
  signedIn(account: Account): Promise<string>
  endStreams(): void
  close(): Promise<void>
}

export interface ApiOptions {
  readonly body?: unknown
  /** Sent as it is, instead of `body` as JSON. */
  readonly raw?: string | Uint8Array
  readonly token?: string | null
  readonly headers?: Readonly<Record<string, string>>
  /** On the private entrance. */
  readonly local?: boolean
}

export interface ApiAnswer {
  readonly status: number
  readonly headers: Headers
  readonly text: string
  // biome-ignore lint/suspicious/noExplicitAny: tests look into whatever JSON came
  readonly json: any
}

interface EngineOptions {
  /** How long messages are held for undo: 10. */
  readonly undoSeconds: number
  readonly smsPrices: readonly SmsPrice[]
  readonly signUp: Accounts['signUp']
}

export interface WebOptions {
  /** Of the web and of the engine behind it. */
  readonly settings?: Partial<WebSettings & EngineOptions>
  readonly hooks?: readonly Hook[]
  readonly chats?: readonly WebChat[]
  /** Hears what the web and the engine log. */
  readonly logger?: Logger
  /** Breaks or watches the store before anything uses it. */
  readonly prepare?: (store: Store) => Store
  /** Puts other adapters in the place of the usual ones. */
  readonly parts?: (store: Store) => Partial<EngineDeps>
}

export const PASSWORD = 'correct horse battery'

/** The real engine on the memory store with outboxes for every channel, behind real HTTP. */
export async function startWeb(options: WebOptions = {}): Promise<RunningWeb> {
  const clock = createSystemClock()
  const store = (options.prepare ?? ((it) => it))(createMemoryStore({}, { clock, randomBytes }))
  const keys = createKeys('a secret of forty characters, for tests.')
  const rates = createLocalRates({ clock })
  const metrics = createMetrics()
  const settings = {
    baseUrl: 'http://localhost:8080',
    linkBaseUrl: 'http://localhost:8080',
    trustedProxies: [],
    apiRate: 10_000,
    metricsToken: null,
    version: '0.0.0',
    undoSeconds: 10,
    smsPrices: [],
    signUp: 'invite' as const,
    ...options.settings,
  }
  const usual = { clock, keys, rates, metrics, settings }
  const engine = createTestEngine(store, usual, {
    ...(options.logger ? { logger: options.logger } : {}),
    ...options.parts?.(store),
  })
  const shared = { engine, settings, sessions: store.accounts, keys, rates, clock, metrics }
  const conversationSettings = {
    baseUrl: settings.baseUrl,
    undoMs: settings.undoSeconds * 1_000,
    defaultRegion: undefined,
  }
  const administration = createAdministration(store, 90 * 24 * 3_600_000)
  const web = createWeb({
    ...shared,
    administration,
    logger: options.logger ?? quiet,
    hooks: options.hooks ?? [],
    chats: options.chats ?? [],
    terminals: createConsoleBot({
      engine,
      conversations: store.conversations,
      converse: (parts) =>
        createConversation({ ...parts, clock, logger: quiet, settings: conversationSettings }),
      clock,
      logger: quiet,
      randomBytes,
    }),
  })
  await engine.start()
  const server = await listen(createServer(web.handler))
  const local = await listen(createServer(web.local))
  const ann = await createAccount(engine, 'ann')
  const running: RunningWeb = {
    url: urlOf(server),
    localUrl: urlOf(local),
    engine,
    store,
    keys,
    ann,
    bob: await createAccount(engine, 'bob'),
    api: (method, path, request = {}) =>
      ask((request.local ? urlOf(local) : urlOf(server)) + path, method, request, ann.token),
    signedIn: (account) => signedIn(store, keys, account),
    endStreams: () => web.close(),
    async close() {
      web.close()
      for (const one of [server, local]) {
        one.closeAllConnections()
        await new Promise((resolve) => one.close(resolve))
      }
      await engine.stop(1_000)
    },
  }
  return running
}

type EngineParts = Pick<Parameters<typeof createWeb>[0], 'clock' | 'keys' | 'rates' | 'metrics'>

function createTestEngine(
  store: Store,
  parts: EngineParts & { readonly settings: WebSettings & EngineOptions },
  others: Partial<EngineDeps> = {},
): Engine {
  const mail = {
    fromName: null,
    fromAddress: 'pass@localhost.invalid',
    messageIdDomain: 'localhost.invalid',
    signed: false,
  }
  const names = ['email', 'sms', 'wap-push', 'telegram', 'slack', 'matrix'] as const
  return createEngine(
    {
      ...engineSettings,
      baseUrl: parts.settings.baseUrl,
      linkBaseUrl: parts.settings.linkBaseUrl,
      undoMs: parts.settings.undoSeconds * 1_000,
      smsPrices: parts.settings.smsPrices,
      signUp: parts.settings.signUp,
    },
    {
      ...parts,
      requestRates: parts.rates,
      bots: () => [],
      store,
      dispatcher: createLocalDispatcher({ clock: parts.clock, logger: quiet }),
      channels: names.map((name) =>
        createOutboxChannel({ name }, { outbox: store.outbox, settings: { mail, smsSegments: 3 } }),
      ),
      unfurler: noPreviews,
      spool: createMemorySpool(),
      logger: quiet,
      ...others,
    },
  )
}

async function createAccount(engine: Engine, username: string) {
  const account = await engine.accounts.create({ username, password: PASSWORD })
  const { token, info } = await engine.accounts.createToken(account.id, 'test')
  return { account, token, tokenId: info.id }
}

async function signedIn(store: Store, keys: Keys, account: Account): Promise<string> {
  const key = randomUUID()
  await store.accounts.putSession(hashSecret(key), account.id, '{}', 3_600_000)
  const [cookieKey = ''] = keys.cookies()
  const signature = createHmac('sha1', cookieKey).update(`passalong.sid=${key}`).digest('base64url')
  return `passalong.sid=${key}; passalong.sid.sig=${signature}`
}

async function ask(
  url: string,
  method: string,
  { body, raw, token, headers }: ApiOptions,
  defaultToken: string,
): Promise<ApiAnswer> {
  const bearer = token === undefined ? defaultToken : token
  const payload = raw ?? (body === undefined ? undefined : JSON.stringify(body))
  const response = await fetch(url, {
    method,
    redirect: 'manual',
    headers: {
      ...(bearer === null ? {} : { authorization: `Bearer ${bearer}` }),
      ...(payload === undefined ? {} : { 'content-type': 'application/json' }),
      ...headers,
    },
    ...(payload === undefined ? {} : { body: payload as string }),
  })
  const text = await response.text()
  const isJson = /json/.test(response.headers.get('content-type') ?? '') && text !== ''
  const json = isJson ? JSON.parse(text) : undefined
  return { status: response.status, headers: response.headers, text, json }
}

function listen(server: Server): Promise<Server> {
  return new Promise((resolve, reject) => {
    server.once('error', reject)
    server.listen(0, '127.0.0.1', () => resolve(server))
  })
}

function urlOf(server: Server): string {
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`
}

/** Asks again until it holds; the deliveries of a share go out in the background. */
export async function until<T>(
  read: () => Promise<T>,
  holds: (value: T) => boolean,
  waitMs = 5_000,
): Promise<T> {
  const end = Date.now() + waitMs
  for (;;) {
    const value = await read()
    if (holds(value)) return value
    if (Date.now() > end) throw new Error(`still not so: ${JSON.stringify(value)}`)
    await new Promise((resolve) => setTimeout(resolve, 20))
  }
}
