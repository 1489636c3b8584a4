import { once } from 'node:events'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import type { BotMethods } from './bot-methods.ts'
import type { Faults } from './faults.ts'
import { type ApiMethod, METHODS } from './methods.ts'
import { REFUSALS, Refusal } from './refusal.ts'
import { paramsOf } from './request.ts'
import type { Schemas } from './schemas.ts'

export interface ApiRequest {
  readonly method: ApiMethod
  readonly params: Readonly<Record<string, unknown>>
  readonly at: number
}

export interface BotServerDeps {
  readonly methods: BotMethods
  readonly schemas: Schemas
  readonly faults: Faults
  /** That is let in. */
  token(): string
  onRequest(request: ApiRequest): void
  /** What was wrong; null: nothing. */
  note(violation: string | null): void
  /** After each request, whatever came of it. */
  onHandled(): void
}

export interface BotServer {
  readonly url: string
  openConnections(): number
  close(): Promise<void>
}

/** Answers at `/bot<token>/<method>`. */
export async function startBotServer(port: number, deps: BotServerDeps): Promise<BotServer> {
  const server = createServer((request, response) => {
    handle(request, response, deps)
      .catch((error: unknown) => refuse(request, response, error, deps))
      .finally(deps.onHandled)
  })
  let open = 0
  server.on('connection', (socket) => {
    open++
    socket.on('close', () => open--)
  })
  server.listen(port, '127.0.0.1')
  await once(server, 'listening')
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    openConnections: () => open,
    async close() {
      server.closeAllConnections()
      server.close()
      await once(server, 'close')
    },
  }
}

const PATH = /^\/bot([^/]+)\/(\w+)$/

async function handle(
  request: IncomingMessage,
  response: ServerResponse,
  { methods, schemas, faults, token, onRequest, note }: BotServerDeps,
): Promise<void> {
  const closed = new AbortController()
  response.once('close', () => closed.abort())
  const params = await paramsOf(request)
  const [, named, method = ''] = PATH.exec(request.url ?? '') ?? []
  if (named !== token()) throw REFUSALS.unauthorized()
  if (!isMethod(method)) throw REFUSALS.notFound()
  onRequest({ method, params, at: performance.now() })
  note(schemas.faultOfRequest(method, params))

  const fault = faults.take(method, params.chat_id)
  if (fault && 'refuse' in fault) throw fault.refuse
  if (fault && 'html' in fault) return html(response, fault.html)
  if (fault && 'cut' in fault && fault.cut === 'before') return void request.socket.destroy()
  if (fault && 'slow' in fault) await sleep(fault.slow)
  const act = methods[method] as (params: unknown, closed: AbortSignal) => unknown
  const result = await act(params, closed.signal)
  if (isMessage(result)) note(schemas.faultOfSent('Message', result))
  if (fault && 'cut' in fault) request.socket.destroy()
  else json(response, 200, { ok: true, result })
}

function refuse(
  { url }: IncomingMessage,
  response: ServerResponse,
  error: unknown,
  { note }: BotServerDeps,
): void {
  const refusal = error instanceof Refusal ? error : REFUSALS.internal()
  const { code, message: description, parameters, avoidable } = refusal
  if (avoidable || refusal !== error) note(`${PATH.exec(url ?? '')?.[2]}: ${error}`)
  const more = Object.keys(parameters).length > 0 ? { parameters } : {}
  json(response, code, { ok: false, error_code: code, description, ...more })
}

const isMethod = (name: string): name is ApiMethod => (METHODS as readonly string[]).includes(name)

const isMessage = (result: unknown): boolean =>
  typeof result === 'object' && result !== null && 'message_id' in result

function json(response: ServerResponse, status: number, value: object): void {
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(value))
}

function html(response: ServerResponse, status: number): void {
  response
    .writeHead(status, { 'content-type': 'text/html' })
    .end('<html><head><title>502 Bad Gateway</title></head></html>')
}
