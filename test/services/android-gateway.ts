import { createHmac, randomUUID } from 'node:crypto'
import { once } from 'node:events'
import {
  createServer,
  type IncomingHttpHeaders,
  type IncomingMessage,
  type ServerResponse,
} from 'node:http'
import type { AddressInfo, Socket } from 'node:net'
import { z } from 'zod'

/**
 * The shapes of SMSGate's local API, as its published OpenAPI document has them (schemas `smsgateway.Message`,
 * `smsgateway.GetMessageResponse`, `smsgateway.ErrorResponse`, `WebHookEvent`):
 * https://github.com/capcom6/android-sms-gateway, app/src/main/assets/api/swagger.json
 */
const message = z.strictObject({
  id: z.string().max(36).optional(),
  textMessage: z.strictObject({ text: z.string().min(1).max(65_535) }),
  phoneNumbers: z.array(z.string()).min(1).max(100),
  simNumber: z.int().min(1).max(3).optional(),
  ttl: z.int().min(5).optional(),
  withDeliveryReport: z.boolean().optional(),
  priority: z.int().optional(),
  isEncrypted: z.boolean().optional(),
})
export type PhoneMessage = z.output<typeof message>

type State = 'Pending' | 'Processed' | 'Sent' | 'Delivered' | 'Failed'
interface MessageResponse {
  readonly id: string
  readonly deviceId: string
  readonly state: State
  readonly isHashed: boolean
  readonly isEncrypted: boolean
  readonly recipients: readonly { readonly phoneNumber: string; readonly state: State }[]
  readonly states: Readonly<Record<string, string>>
  readonly createdAt: string
}

export interface WebhookEvent {
  readonly id: string
  readonly webhookId: string
  readonly deviceId: string
  readonly event: 'sms:received' | 'sms:sent' | 'sms:delivered' | 'sms:failed' | 'system:ping'
  readonly payload: Readonly<Record<string, string | number | null>>
}

export interface PhoneFault {
  readonly status?: number
  readonly body?: string
  readonly headers?: Readonly<Record<string, string>>
  /** Read, and the connection cut. */
  readonly cut?: true
  readonly silent?: true
}

export interface AndroidGateway {
  readonly url: string
  readonly taken: readonly (PhoneMessage & { readonly id: string })[]
  /** The headers of every request for a message. */
  readonly headers: readonly IncomingHttpHeaders[]
  /** Faults for the next messages, one each. */
  fault(...faults: readonly PhoneFault[]): void
  setPassword(password: string): void
  /** Before each answer to a message. */
  onTaken(listener: (id: string) => Promise<void>): void
  openConnections(): number
  close(): Promise<void>
}

export const USER = 'sms'
export const PASSWORD = 'p@ss "word" %41 é'
const DEVICE = 'ffffffffceb0b1db0000018e937c815b'

/** A server that behaves as the local server of the app does: one id is taken once, 409 after that. */
export async function startAndroidGateway(): Promise<AndroidGateway> {
  const taken = new Map<string, PhoneMessage & { readonly id: string }>()
  const headers: IncomingHttpHeaders[] = []
  const faults: PhoneFault[] = []
  const sockets = new Set<Socket>()
  let password = PASSWORD
  let listener = async (_id: string): Promise<void> => {}

  const server = createServer((request, response) => {
    answer(request, response).catch((error: unknown) => refuse(response, 500, String(error)))
  })
  server.on('connection', (socket) => {
    sockets.add(socket)
    socket.on('close', () => sockets.delete(socket))
  })

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const body = await textOf(request)
    const login = `Basic ${Buffer.from(`${USER}:${password}`).toString('base64')}`
    if (request.headers.authorization !== login) return refuse(response, 401, 'Unauthorized')
    const path = new URL(request.url ?? '', 'http://phone').pathname
    if (path !== '/messages') return refuse(response, 404, 'Not found')
    if (request.method === 'GET') return json(response, 200, [])
    headers.push(request.headers)
    const fault = faults.shift()
    if (fault) return suffer(fault, request, response)
    if (!request.headers['content-type']?.startsWith('application/json')) {
      return refuse(response, 400, 'not JSON')
    }
    const read = message.safeParse(JSON.parse(body))
    if (!read.success) return refuse(response, 400, read.error.message)
    const id = read.data.id ?? randomUUID()
    if (taken.has(id)) return refuse(response, 409, 'Message with such ID already exists')
    taken.set(id, { ...read.data, id })
    await listener(id)
    json(response, 202, responseTo(id, read.data.phoneNumbers))
  }

  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    get taken() {
      return [...taken.values()]
    },
    headers,
    fault: (...more) => void faults.push(...more),
    setPassword: (next) => {
      password = next
    },
    onTaken: (next) => {
      listener = next
    },
    openConnections: () => sockets.size,
    async close() {
      if (!server.listening) return
      server.closeAllConnections()
      server.close()
      await once(server, 'close')
    },
  }
}

function suffer(fault: PhoneFault, { socket }: IncomingMessage, response: ServerResponse): void {
  if (fault.cut) socket.destroy()
  else if (!fault.silent) response.writeHead(fault.status ?? 200, fault.headers).end(fault.body)
}

function responseTo(id: string, phoneNumbers: readonly string[]): MessageResponse {
  const now = new Date().toISOString()
  return {
    id,
    deviceId: DEVICE,
    state: 'Pending',
    isHashed: false,
    isEncrypted: false,
    recipients: phoneNumbers.map((phoneNumber) => ({ phoneNumber, state: 'Pending' })),
    states: { Pending: now },
    createdAt: now,
  }
}

/** `smsgateway.ErrorResponse` */
function refuse(response: ServerResponse, status: number, text: string): void {
  json(response, status, { message: text })
}

function json(response: ServerResponse, status: number, value: object): void {
  response.writeHead(status, { 'Content-Type': 'application/json' }).end(JSON.stringify(value))
}

async function textOf(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = []
  for await (const chunk of request) chunks.push(chunk)
  return Buffer.concat(chunks).toString()
}

/** A call of the app's to a webhook: JSON, with an HMAC over it and the time. */
export function webhookCall(
  event: WebhookEvent['event'],
  payload: WebhookEvent['payload'],
  { key = PASSWORD, timestamp = '1764543600' } = {},
): { readonly headers: Readonly<Record<string, string>>; readonly body: string } {
  const call: WebhookEvent = { id: randomUUID(), webhookId: 'w1', deviceId: DEVICE, event, payload }
  const body = JSON.stringify(call)
  const signature = createHmac('sha256', key)
    .update(body + timestamp)
    .digest('hex')
  return {
    headers: {
      'content-type': 'application/json',
      'x-signature': signature,
      'x-timestamp': timestamp,
    },
    body,
  }
}
