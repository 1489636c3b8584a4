import { createSession } from 'koa-session'
import type { Account } from '#core/account.ts'
import type { AccountId } from '#core/ids.ts'
import { readAgent } from '#core/visit/agent.ts'
import { hashSecret } from '#engine/keys.ts'
import type { PageContext, PageRouter, PageSession, SessionData, WebApp } from './context.ts'
import type { SessionStore, WebDeps } from './deps.ts'
import { accountLanguage } from './language.ts'

export const SESSION_COOKIE = 'passalong.sid'
const SIGNED_IN_MS = 30 * 24 * 3_600_000

/**
 * Sessions for page routes. The cookie holds a random key and our signature, the store the key's hash and the
 * data. The session of somebody who has not signed in is its key alone, so that nobody can fill the store by
 * asking for pages. `/api`, `/r` and `/u` never pass here.
 */
export function useSessions(router: PageRouter, app: WebApp, deps: WebDeps): void {
  const secure = deps.settings.baseUrl.startsWith('https:')
  app.keys = [...deps.keys.cookies()]
  const session = createSession(
    {
      key: SESSION_COOKIE,
      maxAge: SIGNED_IN_MS,
      renew: true,
      httpOnly: true,
      sameSite: 'lax',
      secure,
      store: createSessionStore(deps),
    },
    app,
  )
  router.use(async (ctx, next) => {
    ctx.cookies.secure = secure
    await session(ctx, next)
  })
  router.use(async (ctx, next) => {
    const id = ctx.session?.account
    ctx.state.account = id ? await deps.engine.accounts.get(id) : null
    if (ctx.state.account) accountLanguage(ctx.state, ctx.state.account, ctx.get('cookie'))
    await next()
  })
}

/** Signs the browser in under a new session key, so that a key planted before is worth nothing. */
export async function signIn(ctx: PageContext, account: Account): Promise<void> {
  const session = ctx.session as PageSession
  session.account = account.id
  session.csrf = undefined
  await session.regenerate()
  ctx.state.account = account
}

export function signOut(ctx: PageContext): void {
  ctx.session = null
  ctx.state.account = null
}

/** Which of the account's sessions this is (SessionInfo). */
export function sessionId(ctx: PageContext): string {
  return hashSecret((ctx.session as PageSession).externalKey)
}

/** Ends the account's sessions in all other browsers. */
export function signOutElsewhere(
  ctx: PageContext,
  { sessions }: Pick<WebDeps, 'sessions'>,
  account: Account,
): Promise<void> {
  return sessions.dropSessions(account.id, sessionId(ctx))
}

/**
 * The account behind a request's session cookie, without touching the session: for `/r`, which sets no cookie.
 * Never throws; an account that cannot be looked up is nobody.
 */
export function createViewerOf(
  sessions: SessionStore,
): (cookies: string | undefined) => Promise<AccountId | null> {
  return async (cookies) => {
    const key = /(?:^|;\s*)passalong\.sid=([\w-]{1,64})(?:;|$)/.exec(cookies ?? '')?.[1]
    if (!key) return null
    const found = await sessions.getSession(hashSecret(key)).catch(() => null)
    return found?.account ?? null
  }
}

/**
 * Koa-session asks for keys alone whose signature holds. What was found there is written back where it still stands:
 * a session that was ended while a request was under way does not come back with its answer.
 */
function createSessionStore({ sessions, keys }: Pick<WebDeps, 'sessions' | 'keys'>) {
  const found = new WeakMap<PageContext, string>()
  return {
    async get(key: string, _ms: number, { ctx }: Asked): Promise<SessionData> {
      const session = await sessions.getSession(hashSecret(key))
      if (!session) return { csrf: keys.formSecret(key) }
      if (ctx) found.set(ctx, key)
      return { ...(JSON.parse(session.data) as SessionData), account: session.account ?? undefined }
    },
    async set(key: string, data: SessionData, _ms: number, { ctx }: Asked): Promise<void> {
      const account = data.account ?? null
      if (account === null) return
      const [hash, json, agent] = [hashSecret(key), JSON.stringify(data), ctx && agentOf(ctx)]
      const isFound = ctx !== undefined && found.get(ctx) === key
      if (isFound) await sessions.renewSession(hash, json, SIGNED_IN_MS, agent)
      else await sessions.putSession(hash, account, json, SIGNED_IN_MS, agent)
    },
    destroy: (key: string): Promise<void> => sessions.dropSession(hashSecret(key)),
  }
}

interface Asked {
  readonly ctx?: PageContext
}

/** The browser and its system: `Firefox, Linux`. */
function agentOf(ctx: PageContext): string {
  return readAgent(ctx.get('user-agent')).family.split(', ').slice(0, 2).join(', ')
}
