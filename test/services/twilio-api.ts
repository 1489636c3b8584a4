import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo, Socket } from 'node:net'
import sdk from 'twilio'
import type {
  MessageInstance,
  MessageListInstanceCreateOptions,
} from 'twilio/lib/rest/api/v2010/account/message.js'
import type { AccountInstance } from 'twilio/lib/rest/api/v2010/account.js'

/** A resource of the SDK's typings as it goes over the wire: dates are RFC 2822 text, and anything may be null. */
type Wire<T> = { readonly [K in keyof T]: (T[K] extends Date ? string : T[K]) | null }
type MessageResource = Wire<ConstructorParameters<typeof MessageInstance>[1]>
type AccountResource = Wire<ConstructorParameters<typeof AccountInstance>[1]>
/** https://www.twilio.com/docs/usage/twilios-response#error-and-exception-handling */
interface ErrorAnswer {
  readonly code: number
  readonly message: string
  readonly more_info: string
  readonly status: number
}

/** The documented names of parameters, by the SDK's own; those that a text may have here. */
type Parameter = Capitalize<keyof MessageListInstanceCreateOptions>
const PARAMETERS = [
  'To',
  'Body',
  'From',
  'MessagingServiceSid',
  'StatusCallback',
] as const satisfies readonly Parameter[]
export type TextRequest = Partial<Readonly<Record<(typeof PARAMETERS)[number], string>>>

/** What befalls the next request. */
export type Fault =
  | { readonly error: number; readonly status?: number; readonly message?: string }
  /** From something before Twilio: no JSON. */
  | { readonly plain: number; readonly headers?: Readonly<Record<string, string>> }
  /** 201 with this in place of a message. */
  | { readonly nonsense: string }
  /** Taken, and failed at once. */
  | { readonly failed: number }
  /** Read, and the connection cut. */
  | { readonly cut: true }
  | { readonly silent: true }
  /** Answered byte by byte, without an end. */
  | { readonly drip: true }

export interface TwilioApi {
  readonly url: string
  /** Texts that were taken, oldest first. */
  readonly taken: readonly (TextRequest & { readonly sid: string })[]
  /** Faults for the next requests, one each. */
  fault(...faults: readonly Fault[]): void
  /** The token that is let in from now on. */
  setToken(token: string): void
  setStatus(status: NonNullable<AccountResource['status']>): void
  /** Before each answer to a text. */
  onTaken(listener: (text: TextRequest & { readonly sid: string }) => Promise<void>): void
  openConnections(): number
  close(): Promise<void>
}

export const ACCOUNT = `AC${'0123456789abcdef'.repeat(2)}`
export const TOKEN = 'fedcba98765432100123456789abcdef'

/** A server that answers as Twilio's API does for accounts and messages, by its documentation and typings. */
export async function startTwilioApi(): Promise<TwilioApi> {
  const taken: (TextRequest & { readonly sid: string })[] = []
  const faults: Fault[] = []
  const sockets = new Set<Socket>()
  let token = TOKEN
  let status: NonNullable<AccountResource['status']> = 'active'
  let listener = async (_text: TextRequest & { readonly sid: string }): Promise<void> => {}

  const server = createServer((request, response) => {
    answer(request, response).catch((error: unknown) => {
      response.writeHead(500).end(String(error))
    })
  })
  server.on('connection', (socket) => {
    sockets.add(socket)
    socket.on('close', () => sockets.delete(socket))
  })

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const body = await textOf(request)
    const login = `Basic ${Buffer.from(`${ACCOUNT}:${token}`).toString('base64')}`
    if (request.headers.authorization !== login) return refuse(response, 401, 20003, 'Authenticate')
    const fault = faults.shift()
    if (fault && (await suffer(fault, request, response))) return
    const { method, url } = request
    if (method === 'GET' && url === `/2010-04-01/Accounts/${ACCOUNT}.json`) {
      return json(response, 200, accountOf(status))
    }
    if (method === 'POST' && url === `/2010-04-01/Accounts/${ACCOUNT}/Messages.json`) {
      return takeText(request, response, body, fault)
    }
    refuse(response, 404, 20404, `The requested resource ${url} was not found`)
  }

  async function takeText(
    request: IncomingMessage,
    response: ServerResponse,
    body: string,
    fault: Fault | undefined,
  ): Promise<void> {
    const text = readText(request, body)
    if (!text.To) return refuse(response, 400, 21604, "A 'To' phone number is required.")
    if (!text.Body) return refuse(response, 400, 21602, 'Message body is required.')
    if (text.Body.length > 1_600) {
      return refuse(response, 400, 21617, 'The concatenated message body exceeds 1600 characters')
    }
    if (Boolean(text.From) === Boolean(text.MessagingServiceSid)) {
      return refuse(response, 400, 21603, "A 'From' phone number is required.")
    }
    const sid = `SM${randomBytes(16).toString('hex')}`
    taken.push({ ...text, sid })
    await listener({ ...text, sid })
    json(response, 201, messageOf(text, sid, fault && 'failed' in fault ? fault.failed : null))
  }

  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    taken,
    fault: (...more) => void faults.push(...more),
    setToken: (next) => {
      token = next
    },
    setStatus: (next) => {
      status = next
    },
    onTaken: (next) => {
      listener = next
    },
    openConnections: () => sockets.size,
    async close() {
      server.closeAllConnections()
      server.close()
      await once(server, 'close')
    },
  }
}

/** @returns whether the request is done with */
async function suffer(
  fault: Fault,
  { socket }: IncomingMessage,
  response: ServerResponse,
): Promise<boolean> {
  if ('failed' in fault) return false
  if ('error' in fault) refuse(response, fault.status ?? 400, fault.error, fault.message ?? 'No.')
  else if ('plain' in fault) response.writeHead(fault.plain, fault.headers).end('<h1>Busy</h1>')
  else if ('nonsense' in fault) response.writeHead(201).end(fault.nonsense)
  else if ('cut' in fault) socket.destroy()
  else if ('drip' in fault) drip(response)
  return true
}

function drip(response: ServerResponse): void {
  response.writeHead(201, { 'Content-Type': 'application/json' })
  const timer = setInterval(() => response.write(' '), 20)
  response.on('close', () => clearInterval(timer))
}

/** @throws where a request is not as documented, so that the test sees a 500 with the reason */
function readText(request: IncomingMessage, body: string): TextRequest {
  const type = request.headers['content-type']
  if (type !== 'application/x-www-form-urlencoded') throw new Error(`a body of ${type}`)
  const form = [...new URLSearchParams(body)]
  const names: readonly string[] = PARAMETERS
  const strange = form.map(([name]) => name).filter((name) => !names.includes(name))
  if (strange.length > 0) throw new Error(`parameters that a text has not: ${strange}`)
  if (new Set(form.map(([name]) => name)).size !== form.length) throw new Error('named twice')
  return Object.fromEntries(form)
}

function messageOf(text: TextRequest, sid: string, failed: number | null): MessageResource {
  const now = new Date().toUTCString()
  return {
    account_sid: ACCOUNT,
    api_version: '2010-04-01',
    body: text.Body ?? '',
    date_created: now,
    date_sent: null,
    date_updated: now,
    direction: 'outbound-api',
    error_code: failed,
    error_message: null,
    from: text.From ?? null,
    messaging_service_sid: text.MessagingServiceSid ?? null,
    num_media: '0',
    num_segments: '1',
    price: null,
    price_unit: null,
    sid,
    status: failed === null ? (text.From ? 'queued' : 'accepted') : 'failed',
    subresource_uris: { media: `/2010-04-01/Accounts/${ACCOUNT}/Messages/${sid}/Media.json` },
    to: text.To ?? '',
    uri: `/2010-04-01/Accounts/${ACCOUNT}/Messages/${sid}.json`,
  }
}

function accountOf(status: AccountResource['status']): AccountResource {
  const now = new Date().toUTCString()
  return {
    auth_token: 'redacted',
    date_created: now,
    date_updated: now,
    friendly_name: 'Share',
    owner_account_sid: ACCOUNT,
    sid: ACCOUNT,
    status,
    subresource_uris: {},
    type: 'Full',
    uri: `/2010-04-01/Accounts/${ACCOUNT}.json`,
  }
}

function refuse(response: ServerResponse, status: number, code: number, message: string): void {
  const answer: ErrorAnswer = {
    code,
    message,
    more_info: `https://www.twilio.com/docs/errors/${code}`,
    status,
  }
  json(response, status, answer)
}

function json(response: ServerResponse, status: number, value: object): void {
  response.writeHead(status, { 'Content-Type': 'application/json' }).end(JSON.stringify(value))
}

async function textOf(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = []
  for await (const chunk of request) chunks.push(chunk)
  return Buffer.concat(chunks).toString()
}

/** A call of Twilio's to a hook: a form, signed with the token over the URL and every parameter. */
export function signedCall(
  url: string,
  parameters: Readonly<Record<string, string>>,
  token = TOKEN,
): { readonly headers: Readonly<Record<string, string>>; readonly body: string } {
  return {
    headers: {
      'content-type': 'application/x-www-form-urlencoded; charset=UTF-8',
      'x-twilio-signature': sdk.getExpectedTwilioSignature(token, url, { ...parameters }),
    },
    body: new URLSearchParams(parameters).toString(),
  }
}
