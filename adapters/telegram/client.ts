import type { Api, Transformer } from 'grammy'
import { networkFaultOf } from '../network/fault.ts'
import {
  type TelegramError,
  TelegramRefusal,
  TelegramTokenMissing,
  TelegramUnreached,
} from './errors.ts'
import { openTransport } from './transport.ts'

export interface TelegramConfig {
  /** Asked again for each request. */
  readonly token: () => string
  /** Another Bot API server than Telegram's. */
  readonly apiRoot?: string | undefined
  /** Of one request, in ms; 25,000: far below the lease of a send. */
  readonly timeoutMs?: number | undefined
  /** Requests that may be open at once; 32. */
  readonly connections?: number | undefined
}

/** The Bot API by grammY, for a channel or a bot alike. Requests are tried once. */
export interface TelegramClient {
  /** Whatever fails in it is a TelegramError. Its `token` is not the bot's. */
  readonly api: Api
  /** Ends its connections; a later request opens new ones. */
  close(): Promise<void>
}

type ApiSignal = NonNullable<Parameters<Api['getMe']>[0]>

/** grammY's types know another library's signals alone; what it asks of one, the platform's does. */
export function endingWith(signal: AbortSignal): ApiSignal {
  return signal as unknown as ApiSignal
}

/** What grammY is told in place of the token, which it would put into errors. */
const NO_TOKEN = 'hidden'
const API_ROOT = 'https://api.telegram.org'
const TIMEOUT_MS = 25_000
const CONNECTIONS = 32

/** Loads grammY. Nothing is asked yet. */
export async function openTelegram(config: TelegramConfig): Promise<TelegramClient> {
  const { Api } = await import('grammy')
  const { timeoutMs = TIMEOUT_MS, connections = CONNECTIONS } = config
  const transport = await openTransport({ timeoutMs, connections })
  let token = ''
  const api = new Api(NO_TOKEN, {
    apiRoot: (config.apiRoot ?? API_ROOT).replace(/\/+$/, ''),
    timeoutSeconds: timeoutMs / 1_000,
    fetch: transport.fetch,
    // Asked at once after the transformer, so that requests which run side by side do not mix theirs up.
    buildUrl: (root, _none, method) => `${root}/bot${token}/${method}`,
  })
  api.config.use(
    telling(config, (read) => {
      token = read
    }),
  )
  return { api, close: transport.close }
}

/** Next to the request itself: tells who failed, by our own errors. */
function telling(config: TelegramConfig, use: (token: string) => void): Transformer {
  return async (call, method, payload, signal) => {
    const token = readToken(config, method)
    use(token)
    const answer = await call(method, payload, signal).catch((error: unknown) => {
      throw unreached(method, error)
    })
    // A proxy may answer anything that is JSON.
    if (answer?.ok) return answer
    throw refused(method, answer, token)
  }
}

function readToken(config: TelegramConfig, method: string): string {
  let token = ''
  try {
    token = config.token()
  } catch {
    // Told below: where the file is, and what is in it, is nobody's who reads an error.
  }
  if (token === '') throw new TelegramTokenMissing(method)
  return token
}

/** grammY keeps what the network threw beside its own error. */
function unreached(method: string, error: unknown): TelegramError {
  const thrown = error instanceof Error && 'error' in error ? error.error : error
  return new TelegramUnreached(method, networkFaultOf(thrown))
}

interface Refusing {
  readonly error_code: number
  readonly description: string
  readonly parameters?: { readonly migrate_to_chat_id?: number; readonly retry_after?: number }
}

/** Where it is not written as Telegram writes, somebody else has answered. */
function refused(method: string, answer: Refusing | null, token: string): TelegramError {
  const { error_code: code, description, parameters = {} } = answer ?? {}
  if (typeof code !== 'number' || typeof description !== 'string') {
    return new TelegramUnreached(method, { code: 'unreadable answer' })
  }
  const { migrate_to_chat_id: chat, retry_after: seconds } = parameters
  return new TelegramRefusal(method, code, description.replaceAll(token, '…'), {
    migratedTo: chat === undefined ? null : String(chat),
    retryAfterMs: seconds === undefined ? null : seconds * 1_000,
  })
}
