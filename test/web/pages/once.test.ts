import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Account } from '#core/account.ts'
import { type RunningWeb, startWeb } from '#test/web/start-web.ts'
import { telegramUser } from './chat-users.ts'
import { browserOf, Visitor } from './visitor.ts'

let web: RunningWeb
let dave: Account
beforeAll(async () => {
  web = await startWeb({ settings: { signUp: 'open' } })
  const user = telegramUser(17, 'dave', 'Dave')
  dave = await web.engine.linking.createAccount(user, { locale: 'en' })
})
afterAll(() => web.close())

async function pathFor(account: Account): Promise<string> {
  const { ticket } = await web.engine.accounts.signInTicket(account)
  return `/sign-in/once?ticket=${ticket}`
}

describe('a link to sign in by', () => {
  it('names the account, signs in by its button alone, and leads to a first password', async () => {
    const visitor = new Visitor(web.url)
    const path = await pathFor(dave)
    await visitor.get(path)
    const page = await visitor.get(path)
    expect(page.text).toContain('Dave')
    expect((await visitor.get('/account')).status).toBe(303)
    const done = await visitor.submit(page, '/sign-in/once')
    expect(done.location).toBe('/account/security')
    expect((await visitor.follow(done)).text).toContain('Set a password here')
    expect((await visitor.get(path)).status).toBe(410)
    expect((await visitor.submit(page, '/sign-in/once')).status).toBe(403)
  })

  it('leads home who has a password', async () => {
    const visitor = new Visitor(web.url)
    const page = await visitor.get(await pathFor(web.bob.account))
    expect((await visitor.submit(page, '/sign-in/once')).location).toBe('/')
  })

  it('says who is signed out by it', async () => {
    const ann = await browserOf(web, web.ann.account)
    expect((await ann.get(await pathFor(dave))).text).toContain('ann (@ann) is signed in')
    expect((await ann.get('/account')).text).toContain('@ann')
  })

  it('does nothing without the token of the form, and nothing twice', async () => {
    const visitor = new Visitor(web.url)
    const path = await pathFor(dave)
    const ticket = new URL(path, web.url).searchParams.get('ticket') ?? ''
    expect((await visitor.post('/sign-in/once', { ticket })).status).toBe(403)
    const page = await visitor.get(path)
    await web.engine.accounts.signInOnce(ticket)
    expect((await visitor.submit(page, '/sign-in/once')).status).toBe(410)
    expect((await visitor.get('/account')).status).toBe(303)
  })

  it('is shown in no frame, kept nowhere, and loads nothing from elsewhere', async () => {
    const { headers } = await new Visitor(web.url).get(await pathFor(dave))
    expect(headers.get('x-frame-options')).toBe('DENY')
    expect(headers.get('cache-control')).toBe('no-store')
    expect(headers.get('referrer-policy')).toBe('no-referrer')
    expect(headers.get('content-security-policy')).toContain("frame-ancestors 'none'")
    expect(headers.get('content-security-policy')).not.toContain('https:')
  })
})
