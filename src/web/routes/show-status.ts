import { randomUUID } from 'node:crypto'
import type { Account } from '#core/account.ts'
import { PassalongError } from '#core/errors.ts'
import type { PageContext } from '../context.ts'
import type { WebDeps } from '../deps.ts'
import { statusPage } from '../pages/status-page.ts'
import { flagField, lineField, readFields } from './form-fields.ts'
import { returnUrl, send, takeFlash, viewOf } from './page-context.ts'

const NEWEST_VISITS = 30
const NEWEST_REPLIES = 50

interface More {
  readonly fault?: string
  readonly added?: string
  readonly status?: number
}

/** The status page of a share, as an answer to looking and to what was refused there. */
export async function showStatus(
  ctx: PageContext,
  deps: WebDeps,
  account: Account,
  id: string,
  more: More = {},
): Promise<void> {
  const { sharing } = deps.engine
  const [share, visits, replies] = await Promise.all([
    sharing.get(account, id),
    sharing.visits(account, id, { limit: NEWEST_VISITS, cursor: null }),
    sharing.replies(account, id, { limit: NEWEST_REPLIES, cursor: null }),
  ])
  const asked = readFields({ done: flagField, return: lineField, from: lineField }, ctx.query)
  const view = await viewOf(ctx, deps, ctx.method === 'GET' ? ctx.url : `/shares/${share.id}`)
  const page = statusPage(view, {
    share,
    stats: visits.stats,
    newest: visits.visits.items,
    replies,
    key: randomUUID(),
    done: asked.done,
    return: returnUrl(asked.return),
    from: Math.max(0, Math.trunc(Number(asked.from)) || 0),
    // The page's own script fetches it again: what was said stands there already.
    flash: ctx.get('x-refresh') ? undefined : takeFlash(ctx),
    ...more,
  })
  send(ctx, page, more.status)
}

/** A refusal of several recipients names each. */
export function withDetails(text: string, error: PassalongError): string {
  const details = error.errors?.map(({ recipient, detail }) => `${recipient}: ${detail}`) ?? []
  return [text, ...details].join(' ')
}

export function paramOf(ctx: PageContext): string {
  return ctx.params.id ?? ''
}

export function notFound(ctx: PageContext): PassalongError {
  return new PassalongError('not_found', ctx.state.texts('http.detail.not_found'))
}
