import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { Router } from '@koa/router'
import Koa from 'koa'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createKeys } from '#engine/keys.ts'
import { quiet } from '#test/fixtures/quiet.ts'
import { type RunningWeb, startWeb } from '#test/web/start-web.ts'
import { formBody } from '#web/body.ts'
import type { PageState, SessionHolder, WebState } from '#web/context.ts'
import { useCsrf } from '#web/csrf.ts'
import type { SessionStore, WebDeps } from '#web/deps.ts'
import { errors } from '#web/errors.ts'
import { language } from '#web/language.ts'
import { createViewerOf, signIn, signOut, useSessions } from '#web/session.ts'

let web: RunningWeb
let server: Server
let url: string
/** Sessions written to the store. */
let stored = 0
beforeAll(async () => {
  web = await startWeb()
  server = createServer(appWithSessions('https://pass.example'))
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
})
afterAll(async () => {
  await web.close()
  await new Promise((resolve) => server.close(resolve))
})

/** The middleware of page routes around a few handlers, as an https site behind a proxy. */
function appWithSessions(baseUrl: string) {
  const app = new Koa<WebState>()
  const router = new Router<PageState, SessionHolder>()
  const { accounts } = web.store
  const sessions: SessionStore = {
    ...accounts,
    putSession: (...session) => {
      stored++
      return accounts.putSession(...session)
    },
  }
  const keys = createKeys('a secret of forty characters, for tests.')
  const deps = { engine: web.engine, sessions, settings: { baseUrl }, keys } as unknown as WebDeps
  app.use(language()).use(errors({ baseUrl }, quiet))
  router.use(formBody())
  useSessions(router, app, deps)
  useCsrf(router, keys)
  router.get('/plain', (ctx) => {
    ctx.body = ctx.state.account?.username ?? 'nobody'
  })
  router.get('/form', (ctx) => {
    ctx.body = ctx.state.csrf
  })
  router.post('/sign-in', async (ctx) => {
    await signIn(ctx, web.ann.account)
    ctx.body = 'in'
  })
  router.get('/held', async (ctx) => {
    held.arrived()
    await held.released
    if (ctx.session) ctx.session.flash = 'done'
    ctx.body = 'done'
  })
  router.post('/sign-out', (ctx) => {
    signOut(ctx)
    ctx.body = 'out'
  })
  return app.use(router.routes()).callback()
}

/** Lets a request wait in its handler until it is released. */
function holding() {
  const [arrival, release] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()]
  return {
    arrival: arrival.promise,
    arrived: arrival.resolve,
    release: release.resolve,
    released: release.promise,
  }
}
const held = holding()

/** A browser's cookie jar, as simple as it can be. */
class Browser {
  cookies = new Map<string, string>()
  set: string[] = []

  async ask(path: string, form?: Record<string, string>) {
    const response = await fetch(url + path, {
      headers: { cookie: this.header },
      ...(form ? { method: 'POST', body: new URLSearchParams(form) } : {}),
    })
    this.set = response.headers.getSetCookie()
    for (const line of this.set) {
      const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(line) ?? []
      if (value) this.cookies.set(name, value)
      else this.cookies.delete(name)
    }
    return { status: response.status, text: await response.text() }
  }

  get header(): string {
    return [...this.cookies].map(([name, value]) => `${name}=${value}`).join('; ')
  }

  async signIn() {
    const { text: _csrf } = await this.ask('/form')
    return this.ask('/sign-in', { _csrf })
  }
}

describe('sessions', () => {
  it('start only where something is kept in them', async () => {
    const browser = new Browser()
    await browser.ask('/plain')
    expect(browser.set).toEqual([])
    await browser.ask('/form')
    expect(browser.set).not.toEqual([])
  })

  it('leave nothing in the store before somebody signs in', async () => {
    const before = stored
    const browser = new Browser()
    const { text: _csrf } = await browser.ask('/form')
    await browser.ask('/form')
    expect(stored).toBe(before)
    expect((await browser.ask('/sign-in', { _csrf })).text).toBe('in')
    expect(stored).toBeGreaterThan(before)
  })

  it('are held by a Secure, HttpOnly, SameSite cookie where BASE_URL is https', async () => {
    const browser = new Browser()
    await browser.ask('/form')
    for (const line of browser.set) expect(line).toMatch(/secure/i)
    expect(browser.set[0]).toMatch(/^passalong\.sid=.*samesite=lax.*httponly/i)
  })

  it('remember who signed in, under a new key', async () => {
    const browser = new Browser()
    const { text: _csrf } = await browser.ask('/form')
    const before = browser.cookies.get('passalong.sid')
    expect((await browser.ask('/sign-in', { _csrf })).text).toBe('in')
    expect(browser.cookies.get('passalong.sid')).not.toBe(before)
    expect((await browser.ask('/plain')).text).toBe('ann')
  })

  it('leave nothing to who planted the key that was used before signing in', async () => {
    const browser = new Browser()
    const attacker = new Browser()
    await attacker.ask('/form')
    browser.cookies = new Map(attacker.cookies)
    await browser.signIn()
    expect((await attacker.ask('/plain')).text).toBe('nobody')
  })

  it('end with signing out, on the server too', async () => {
    const browser = new Browser()
    await browser.signIn()
    const copy = new Browser()
    copy.cookies = new Map(browser.cookies)
    const { text: _csrf } = await browser.ask('/form')
    await browser.ask('/sign-out', { _csrf })
    expect((await browser.ask('/plain')).text).toBe('nobody')
    expect((await copy.ask('/plain')).text).toBe('nobody')
  })

  it('stay ended, whatever a request that was under way writes into them', async () => {
    const browser = new Browser()
    await browser.signIn()
    const late = browser.ask('/held')
    await held.arrival
    await web.store.accounts.dropSessions(web.ann.account.id)
    held.release()
    await late
    expect((await browser.ask('/plain')).text).toBe('nobody')
    expect(await web.store.accounts.sessions(web.ann.account.id)).toEqual([])
  })

  it('are nobody for cookies that we did not make', async () => {
    for (const value of ['x', '../../etc', '%00', '"; drop', 'a'.repeat(3_000)]) {
      const browser = new Browser()
      browser.cookies.set('passalong.sid', value)
      const { status, text } = await browser.ask('/plain')
      expect([status, text]).toEqual([200, 'nobody'])
    }
  })

  it('tell a visited link who looks, without touching the session', async () => {
    const browser = new Browser()
    await browser.signIn()
    const viewerOf = createViewerOf(web.store.accounts)
    expect(await viewerOf(browser.header)).toBe(web.ann.account.id)
    expect(await viewerOf('passalong.sid=unknown')).toBeNull()
    expect(await viewerOf(undefined)).toBeNull()
  })
})

describe('a form', () => {
  it('is refused without its token, or with one of another session', async () => {
    const browser = new Browser()
    await browser.ask('/form')
    const { text: foreign } = await new Browser().ask('/form')
    for (const form of [{}, { _csrf: '' }, { _csrf: 'nonsense' }, { _csrf: foreign }]) {
      expect((await browser.ask('/sign-in', form as Record<string, string>)).status).toBe(403)
    }
  })

  it('is refused where there is no session at all', async () => {
    expect((await new Browser().ask('/sign-in', { _csrf: 'x' })).status).toBe(403)
  })

  it('is refused with a token in the query', async () => {
    const browser = new Browser()
    const { text } = await browser.ask('/form')
    expect((await browser.ask(`/sign-in?_csrf=${text}`, {})).status).toBe(403)
  })

  it('is refused when it is larger than 64 KiB', async () => {
    const browser = new Browser()
    const { text: _csrf } = await browser.ask('/form')
    expect((await browser.ask('/sign-in', { _csrf, x: 'x'.repeat(70_000) })).status).toBe(413)
  })
})
