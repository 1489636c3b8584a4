import type { IncomingMessage } from 'node:http'
import type { Texts } from '#locales/texts.ts'
import type { ChannelJson } from '#web/api/channel-schemas.ts'
import type { ChatAnswerJson, ChatInputJson, ChatNewsJson } from '#web/api/chat-schemas.ts'
import type { RepliesJson, ReplyJson } from '#web/api/reply-schemas.ts'
import type { ShareJson } from '#web/api/share-schemas.ts'
import { CliError, UnreachableError } from './cli-error.ts'
import { type Exchange, exchange, type Place, readJson } from './transport.ts'

export interface ShareInput {
  readonly url: string
  /** The country of a short code, or of a number written without `+`. */
  readonly region?: string | undefined
  readonly recipients: readonly string[]
  readonly note?: string | undefined
  readonly title?: string | undefined
}

export interface AccountInput {
  readonly username: string
  readonly displayName?: string | undefined
  readonly email?: string | undefined
  readonly password?: string | undefined
}

/** What commands ask for, wherever it is done: by a running server, by another machine's, or right here. */
export interface Client {
  share(input: ShareInput): Promise<ShareJson>
  status(share: string): Promise<ShareJson>
  /** What recipients wrote back, the newest hundred, newest first. */
  replies(share: string): Promise<readonly ReplyJson[]>
  recall(share: string): Promise<ShareJson>
  channels(): Promise<{ readonly channels: readonly ChannelJson[] }>
  createAccount(input: AccountInput): Promise<{ readonly username: string; readonly role: string }>
  resetAccount(name: string): Promise<{ readonly link: string }>
  createToken(name: string): Promise<{ readonly token: string }>
  /** One JSON text, as it comes. */
  exportAccount(name: string): Promise<AsyncIterable<Uint8Array>>
  purge(): Promise<{ readonly blanked: number }>
  /** The conversation in a terminal that names itself. `login`: who sits there, in place of an account. */
  chat(terminal: string, login: string | null): ChatClient
}

export interface ChatClient {
  enter(input: ChatInputJson): Promise<ChatAnswerJson>
  /** What was shown after `after`, as soon as there is any, or after `waitS` seconds. */
  news(after: number, waitS: number, signal: AbortSignal): Promise<ChatNewsJson>
}

export interface ClientOptions {
  readonly place: Place
  /** Names the account, or holds the token. */
  readonly headers: Readonly<Record<string, string>>
  readonly texts: Texts
}

/** Speaks the API v1, and `/local` where the place is a private socket. */
export function createClient(options: ClientOptions): Client {
  const { place, headers, texts } = options
  const local = 'socketPath' in place

  async function ask(
    method: Exchange['method'],
    path: string,
    body?: unknown,
    signal?: AbortSignal,
  ) {
    const answer = await send({ method, path, headers, body, signal })
    if ((answer.statusCode ?? 500) < 400) return answer
    throw problem(answer.statusCode ?? 500, await readJson(answer), texts)
  }

  async function send(wanted: Exchange): Promise<IncomingMessage> {
    try {
      return await exchange(place, wanted)
    } catch (cause) {
      const why = cause instanceof Error ? cause.message : String(cause)
      throw new UnreachableError(texts('cli.unreachable', { where: nameOf(place), why }), { cause })
    }
  }

  const get = async <T>(path: string) => (await readJson(await ask('GET', path))) as T
  const post = async <T>(path: string, body?: unknown) =>
    (await readJson(await ask('POST', path, body))) as T
  const owner = (path: string): string => {
    if (local) return `/local/${path}`
    throw new CliError(texts('cli.onlyLocal'))
  }
  const part = encodeURIComponent

  return {
    share: (input) => post('/api/v1/shares', input),
    status: (share) => get(`/api/v1/shares/${part(share)}`),
    replies: async (share) => {
      const path = `/api/v1/shares/${part(share)}/replies?limit=100`
      return (await get<RepliesJson>(path)).replies
    },
    recall: (share) => post(`/api/v1/shares/${part(share)}/recall`),
    channels: () => get('/api/v1/channels'),
    createAccount: async (input) => post(owner('accounts'), input),
    resetAccount: async (name) => post(owner(`accounts/${part(name)}/reset`)),
    createToken: async (name) => post(owner(`accounts/${part(name)}/tokens`), {}),
    exportAccount: async (name) => ask('GET', owner(`accounts/${part(name)}/export`)),
    purge: async () => post(owner('purge')),
    chat(terminal, login) {
      const own = `chat/${part(terminal)}`
      const path = login === null ? `/api/v1/${own}` : owner(`logins/${part(login)}/${own}`)
      return {
        enter: (input) => post(path, input),
        async news(after, waitS, signal) {
          const query = `?after=${after}&wait=${waitS}`
          return (await readJson(await ask('GET', path + query, undefined, signal))) as ChatNewsJson
        },
      }
    },
  }
}

function nameOf(place: Place): string {
  return 'url' in place ? place.url : place.socketPath
}

/** A server that is stopping, or a proxy before one that is away. */
const AWAY: readonly number[] = [502, 503, 504]

/** What a refusal says, with a line for each recipient that it names. */
function problem(status: number, body: unknown, texts: Texts): CliError {
  const { detail, title, errors } = (body ?? {}) as Problem
  const head = detail ?? title ?? texts('cli.status', { status })
  const lines = (errors ?? []).map((error) => `  ${error.recipient}: ${error.detail}`)
  const message = [head, ...lines].join('\n')
  return AWAY.includes(status) ? new UnreachableError(message) : new CliError(message)
}

interface Problem {
  readonly detail?: string
  readonly title?: string
  readonly errors?: readonly { readonly recipient: string; readonly detail: string }[]
}
