import { refusal } from '#core/refusal.ts'
import type { TerminalRef } from '#ports/terminals.ts'
import { chatInputSchema, chatNewsQuery, terminalId } from './api/chat-schemas.ts'
import { untilClosed } from './api/router.ts'
import type { WebContext, WebRouter } from './context.ts'
import type { WebDeps } from './deps.ts'
import { json, readBodyAs, readQueryAs } from './local-json.ts'

/** No login name has a colon, a slash or a `#`. */
const LOGIN = /^[^\s:/#]{1,128}$/u

/**
 * `/local/logins/<login>/chat/<terminal>`: as `/api/v1/chat/<terminal>`, for whoever goes by a login name, and not by
 * an account. Who can open the socket owns the data, so that the name is believed.
 */
export function addLocalChat(router: WebRouter, { terminals }: WebDeps): void {
  const path = '/local/logins/:login/chat/:id'

  router.post(path, async (ctx) => {
    const terminal = terminalOf(ctx)
    json(ctx, 200, await terminals.enter(terminal, await readBodyAs(ctx, chatInputSchema)))
  })
  router.get(path, async (ctx) => {
    const { after, wait } = readQueryAs(ctx, chatNewsQuery)
    const request = { after, waitMs: wait * 1_000, signal: untilClosed(ctx) }
    json(ctx, 200, await terminals.news(terminalOf(ctx), request))
  })
}

function terminalOf({ params }: WebContext): TerminalRef {
  const { login = '', id = '' } = params
  if (!LOGIN.test(login) || !terminalId.safeParse(id).success) {
    throw refusal('not_found', 'http.detail.terminal')
  }
  return { sitter: { login }, id }
}
