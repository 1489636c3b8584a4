import { createServer, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'

/** What sendMessage is asked for. */
export interface SentMessage {
  readonly chat_id: number
  readonly text: string
  readonly entities: readonly { type: string; offset: number; length: number; url?: string }[]
  readonly link_preview_options: { readonly is_disabled?: boolean; readonly url?: string }
  readonly reply_markup: {
    readonly inline_keyboard: readonly (readonly {
      text: string
      url?: string
      callback_data?: string
    }[])[]
  }
}

/** What happens to the next message in place of its being taken. */
export type Fault =
  | { readonly code: number; readonly description: string; readonly parameters?: object }
  | 'cut'
  | 'silent'

interface Message {
  readonly chat_id: number
  readonly message_id: number
}

/** The Bot API, as far as a channel asks it. */
export interface BotApi {
  readonly url: string
  token: string
  /** What getMe and getWebhookInfo say. */
  me: object
  webhook: object
  /** Messages that stand in their chats, the oldest first. */
  sent(): readonly SentMessage[]
  fault(...faults: readonly Fault[]): void
  openConnections(): number
  close(): Promise<void>
}

const ME: object = {
  id: 4711,
  is_bot: true,
  first_name: 'Passalong',
  username: 'passalong_bot',
  supports_inline_queries: true,
  can_read_all_group_messages: false,
}

export async function startBotApi(token: string): Promise<BotApi> {
  const faults: Fault[] = []
  const messages = new Map<string, SentMessage>()
  const told = { token, me: ME, webhook: { url: '' } as object }
  let next = 0

  const answer = (response: ServerResponse, fault: Fault | null, result?: unknown): void => {
    if (fault === 'silent') return
    if (fault === 'cut') response.destroy()
    else if (fault) {
      const { code: error_code, ...rest } = fault
      response.writeHead(error_code).end(JSON.stringify({ ok: false, error_code, ...rest }))
    } else response.end(JSON.stringify({ ok: true, result }))
  }

  const remove = (response: ServerResponse, { chat_id, message_id }: Message): void => {
    const was = messages.delete(`${chat_id}:${message_id}`)
    const gone = { code: 400, description: 'Bad Request: message to delete not found' }
    answer(response, was ? null : gone, true)
  }

  const take = (response: ServerResponse, message: SentMessage): void => {
    const fault = faults.shift() ?? null
    if (fault === null) messages.set(`${message.chat_id}:${++next}`, message)
    answer(response, fault, { message_id: next })
  }

  const call = (response: ServerResponse, method: string, body: string): void => {
    if (method === 'getMe') answer(response, null, told.me)
    else if (method === 'getWebhookInfo') answer(response, null, told.webhook)
    else if (method === 'deleteMessage') remove(response, JSON.parse(body))
    else take(response, JSON.parse(body))
  }

  const server = createServer(async (request, response) => {
    let body = ''
    for await (const chunk of request) body += chunk
    const [, named, method = ''] = /^\/bot([^/]+)\/(\w+)$/.exec(request.url ?? '') ?? []
    if (named === told.token) call(response, method, body)
    else answer(response, { code: 401, description: 'Unauthorized' })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  let open = 0
  server.on('connection', (socket) => {
    open++
    socket.on('close', () => open--)
  })
  return Object.assign(told, {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    sent: () => [...messages.values()],
    fault: (...more: Fault[]) => void faults.push(...more),
    openConnections: () => open,
    async close() {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  })
}
