import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { PASSWORD, type RunningWeb, startWeb, until } from '#test/web/start-web.ts'
import { mailedPath, mailedPaths } from './mailed.ts'
import {
  csrfOf,
  elements,
  faultAt,
  focusOf,
  formOf,
  linksOf,
  signedIn,
  Visitor,
} from './visitor.ts'

let web: RunningWeb
let visitor: Visitor
beforeAll(async () => {
  web = await startWeb({ settings: { signUp: 'open' } })
  visitor = await signedIn(web)
})
afterAll(() => web.close())

const password = PASSWORD
const ann = () => web.engine.accounts.get(web.ann.account.id)

describe('the pages of an account', () => {
  it('lead to one another, and say which is shown', async () => {
    const page = await visitor.get('/account/security')
    const tabs = elements(page, 'nav').find(({ attribs }) => attribs.class === 'tabs')!
    const links = elements({ ...page, dom: tabs.children }, 'a').map(({ attribs }) => attribs)
    expect(links.map(({ href }) => href)).toEqual([
      '/account',
      '/account/chats',
      '/account/security',
      '/account/tokens',
      '/account/invite',
    ])
    const shown = links.filter((attribs) => attribs['aria-current'])
    expect(shown.map(({ href }) => href)).toEqual(['/account/security'])
  })

  it('lead back after signing in', async () => {
    const stranger = new Visitor(web.url)
    for (const path of ['/account/chats', '/account/security', '/account/tokens']) {
      const { location } = await stranger.get(path)
      expect(location).toBe(`/sign-in?next=${encodeURIComponent(path)}`)
    }
  })

  it('change nothing when they are looked at', async () => {
    const before = JSON.stringify([
      await ann(),
      await web.engine.accounts.tokens(web.ann.account.id),
    ])
    for (const path of ['email', 'email/verify', 'security/password', 'tokens/x/revoke']) {
      expect((await visitor.get(`/account/${path}`)).status).toBeGreaterThanOrEqual(404)
    }
    for (const tab of ['', '/chats', '/security', '/tokens', '/invite']) {
      expect((await visitor.get(`/account${tab}?email=x@example.org`)).status).toBe(200)
    }
    const after = JSON.stringify([
      await ann(),
      await web.engine.accounts.tokens(web.ann.account.id),
    ])
    expect(after).toBe(before)
  })

  it.each([
    '/account',
    '/account/email',
    '/account/email/verify',
    '/account/chats/unlink',
    '/account/chats/telegram',
    '/account/chats/telegram/pin',
    '/account/security/password',
    '/account/security/sessions/x/end',
    '/account/security/sessions/end-others',
    '/account/tokens',
    '/account/tokens/x/revoke',
    '/account/invite',
    '/link/x',
    '/register',
    '/forgot',
    '/verify',
    '/sign-out',
  ])('do nothing for a form of another site: %s', async (path) => {
    const before = JSON.stringify(await ann())
    expect((await visitor.post(path, { email: 'eve@example.org' })).status).toBe(403)
    expect(JSON.stringify(await ann())).toBe(before)
    expect((await visitor.get('/account')).status).toBe(200)
  })
})

describe('the profile', () => {
  it('keeps name, language, time zone and whether answers may come', async () => {
    const page = await visitor.get('/account')
    const change = { displayName: 'Ann Lee', locale: 'zh-CN', timeZone: 'asia/shanghai' }
    const saved = await visitor.follow(
      await visitor.submit(page, '/account', { ...change, allowReplies: 'yes' }),
    )
    expect(saved.html).toContain('<html lang="zh-CN">')
    expect(await ann()).toMatchObject({
      displayName: 'Ann Lee',
      locale: 'zh-CN',
      timeZone: 'Asia/Shanghai',
      allowReplies: true,
    })
    await visitor.submit(saved, '/account', { locale: '', timeZone: '' })
    expect((await ann())?.timeZone).toBeNull()
  })

  it('explains a zone that is none and a name that copies', async () => {
    const page = await visitor.get('/account')
    const zone = await visitor.submit(page, '/account', { timeZone: 'Mars/Base' })
    expect(zone.status).toBe(422)
    expect(zone.html).toContain('value="Mars/Base"')
    expect(faultAt(zone, 'timeZone')).toContain('Europe/Berlin')
    expect(focusOf(zone)).toBe('timeZone')
    const brand = await visitor.submit(page, '/account', {
      displayName: 'Te1egram',
      locale: 'zh-CN',
    })
    expect(brand.status).toBe(422)
    expect(brand.html).toContain('value="Te1egram"')
    expect(brand.html).toContain('value="zh-CN" selected')
    expect([faultAt(brand, 'displayName') !== undefined, focusOf(brand)]).toEqual([
      true,
      'displayName',
    ])
  })
})

describe('the email address', () => {
  it('is set with the password, and verified by the link that is mailed there', async () => {
    const page = await visitor.get('/account')
    const wrong = await visitor.submit(page, '/account/email', {
      email: 'ann@example.org',
      password: 'not it',
    })
    expect(wrong.status).toBe(422)
    expect(wrong.html).toContain('value="ann@example.org"')
    expect(wrong.html).not.toContain('not it')
    expect(faultAt(wrong, 'email-password')).toBe('This is not your password.')
    const odd = await visitor.submit(page, '/account/email', { email: 'ann at home', password })
    expect([odd.status, faultAt(odd, 'new-email') !== undefined]).toEqual([422, true])
    const set = await visitor.submit(page, '/account/email', { email: 'ann@example.org', password })
    const waiting = await visitor.follow(set)
    expect(waiting.text).toContain('Not verified yet')
    const path = await mailedPath(web, 'ann@example.org', '/verify')
    const stranger = new Visitor(web.url)
    const asked = await stranger.get(path)
    expect(asked.text).toContain('ann@example.org is to belong to')
    expect(asked.text).toContain('@ann')
    expect((await ann())?.emailVerifiedAt).toBeNull()
    const verified = await stranger.submit(asked, '/verify')
    expect(verified.text).toContain('ann@example.org belongs to the account @ann')
    expect((await ann())?.emailVerifiedAt).not.toBeNull()
    expect((await visitor.get('/account')).text).toContain('Verified')
    expect((await stranger.get(path)).status).toBe(410)
    expect((await stranger.submit(asked, '/verify')).status).toBe(410)
  })

  it('is written to again when that is asked for, and is removed when it is left empty', async () => {
    const page = await visitor.get('/account')
    await visitor.submit(page, '/account/email', { email: 'lee@example.org', password })
    const waiting = await visitor.get('/account')
    const again = await visitor.submit(waiting, '/account/email/verify')
    expect((await visitor.follow(again)).text).toContain('Mail is on its way to lee@example.org')
    const mails = () => mailedPaths(web, 'lee@example.org', '/verify')
    expect(await until(mails, ({ length }) => length === 2, 20_000)).toHaveLength(2)
    await visitor.submit(waiting, '/account/email', { email: '', password })
    expect((await ann())?.email).toBeNull()
    expect(formOf(await visitor.get('/account'), '/account/email/verify')).toBeUndefined()
  })

  it('shows why mail cannot be sent', async () => {
    const page = await visitor.get('/account')
    const refused = await visitor.post('/account/email/verify', {
      _csrf: csrfOf(page),
    })
    expect(refused.status).toBe(409)
    expect(refused.text).toContain('Set an email address first.')
  })
})

describe('API tokens', () => {
  it('need a name, and say so at its field', async () => {
    const page = await visitor.get('/account/tokens')
    const refused = await visitor.submit(page, '/account/tokens', { name: 'n'.repeat(65) })
    expect([refused.status, focusOf(refused)]).toEqual([422, 'name'])
    expect(faultAt(refused, 'name')).toContain('64 characters')
  })

  it('are shown once, and can be revoked', async () => {
    const page = await visitor.get('/account/tokens')
    const made = await visitor.submit(page, '/account/tokens', { name: 'a <script>' })
    const token = /value="(pal_\w+)"/.exec(made.html)?.[1] ?? ''
    expect(made.headers.get('cache-control')).toBe('no-store')
    expect(await web.engine.accounts.authenticate(token)).not.toBeNull()
    const later = await visitor.get('/account/tokens')
    expect(later.html).not.toContain(token)
    expect(elements(later, 'script').every((script) => 'src' in script.attribs)).toBe(true)
    const info = (await web.engine.accounts.tokens(web.ann.account.id)).find(({ name }) =>
      name.includes('script'),
    )
    const bob = await signedIn(web, 'bob')
    const revoke = `/account/tokens/${info?.id}/revoke`
    await bob.post(revoke, { _csrf: csrfOf(await bob.get('/account/tokens')) })
    expect(await web.engine.accounts.authenticate(token)).not.toBeNull()
    await visitor.submit(later, revoke)
    expect(await web.engine.accounts.authenticate(token)).toBeNull()
  })
})

describe('who may write to nobody yet', () => {
  it('is told on every page what to do', async () => {
    const stranger = new Visitor(web.url)
    const page = await stranger.get('/register')
    await stranger.submit(page, '/register', { username: 'carol', password })
    const home = await stranger.get('/')
    expect(home.html).toContain('verify your email address or link a chat')
    expect(linksOf(home).get('To your account')).toBe('/account')
    expect((await visitor.get('/')).html).not.toContain('verify your email address or link a chat')
  })
})
