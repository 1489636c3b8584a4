import { refusal } from '#core/refusal.ts'
import type { TerminalRef } from '#ports/terminals.ts'
import {
  chatAnswerSchema,
  chatInputSchema,
  chatNewsQuery,
  chatNewsSchema,
  terminalId,
} from './chat-schemas.ts'
import { type Call, type Operation, operation } from './operation.ts'

const enterChat = operation({
  id: 'enterChat',
  method: 'post',
  path: '/chat/{id}',
  tag: 'Chat',
  summary: 'Say something in the conversation that chat bots have, from a terminal that you name',
  body: chatInputSchema,
  success: [{ status: 200, description: 'What it shows', schema: chatAnswerSchema }],
  refusals: ['forbidden'],
  async handle(call) {
    return { status: 200, body: await call.terminals.enter(terminalOf(call), call.body) }
  },
})

const chatNews = operation({
  id: 'chatNews',
  method: 'get',
  path: '/chat/{id}',
  tag: 'Chat',
  summary: 'What the conversation has shown in the terminal since, unasked: how shares fare',
  query: chatNewsQuery,
  success: [{ status: 200, description: 'What came', schema: chatNewsSchema }],
  refusals: [],
  async handle(call) {
    const { after, wait } = call.query
    const request = { after, waitMs: wait * 1_000, signal: call.signal }
    return { status: 200, body: await call.terminals.news(terminalOf(call), request) }
  },
})

export const CHAT_OPERATIONS: readonly Operation[] = [enterChat, chatNews]

function terminalOf({ caller, id }: Call<unknown, unknown>): TerminalRef {
  if (!terminalId.safeParse(id).success) throw refusal('not_found', 'http.detail.terminal')
  return { sitter: { account: caller.account }, id }
}
