import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { PASSWORD, type RunningWeb, startWeb } from '#test/web/start-web.ts'
import { elements, faultAt, focusOf, linksOf, signedIn, Visitor } from './visitor.ts'

let web: RunningWeb
beforeAll(async () => {
  web = await startWeb()
})
afterAll(() => web.close())

describe('signing in', () => {
  it('leads to the start page, with a box to paste into', async () => {
    const visitor = new Visitor(web.url)
    const home = await visitor.follow(await visitor.signIn())
    expect(home.status).toBe(200)
    expect(elements(home, 'input').map((input) => input.attribs.name)).toContain('url')
  })

  it('says one sentence for a wrong name and a wrong password, and keeps the name', async () => {
    const visitor = new Visitor(web.url)
    const wrong = await visitor.signIn('ann', 'not this one')
    const nobody = await visitor.signIn('nobody', 'not this one')
    expect([wrong.status, nobody.status]).toEqual([422, 422])
    expect(wrong.text).toBe(nobody.text)
    expect(wrong.html).toContain('value="ann"')
    expect(focusOf(wrong)).toBe('password')
    expect(wrong.html).not.toContain('not this one')
  })

  it('goes on to paths of this site alone', async () => {
    const elsewhere = [
      'https://evil.example/',
      '//evil.example/',
      '/\\evil.example',
      '/\t/evil.example',
      'javascript:alert(1)',
      '\\\\evil.example',
      '/%0d%0aX: y\r\nSet-Cookie: a=b',
    ]
    for (const next of elsewhere) {
      const visitor = new Visitor(web.url)
      const page = await visitor.get(`/sign-in?next=${encodeURIComponent(next)}`)
      const sent = await visitor.submit(page, '/sign-in', {
        username: 'ann',
        password: PASSWORD,
        next,
      })
      expect(sent.status).toBe(303)
      expect(new URL(sent.location, 'http://here.invalid').host).toBe('here.invalid')
    }
  })

  it('is asked for by every page of a sender', async () => {
    const visitor = new Visitor(web.url)
    const paths = ['/shares', '/contacts', '/account', '/share?url=x', '/outbox', '/shares/1']
    for (const path of paths) {
      const { status, location } = await visitor.get(path)
      expect(status).toBe(303)
      expect(location).toMatch(/^\/sign-in\?next=%2F/)
    }
  })

  it('ends with signing out', async () => {
    const visitor = await signedIn(web)
    const out = await visitor.submit(await visitor.get('/'), '/sign-out')
    expect(out.location).toBe('/')
    expect((await visitor.get('/shares')).status).toBe(303)
  })
})

describe('the one-time link for a new password', () => {
  it('changes nothing when it is looked at, works once, and ends other sessions', async () => {
    const other = await signedIn(web, 'bob')
    const ticket = await web.engine.accounts.resetTicket('bob')
    const visitor = new Visitor(web.url)
    await visitor.get(`/reset?ticket=${ticket}`)
    const page = await visitor.get(`/reset?ticket=${ticket}`)
    const weak = await visitor.submit(page, '/reset', { password: 'short' })
    expect([weak.status, faultAt(weak, 'password')]).toEqual([
      422,
      expect.stringContaining('8 characters'),
    ])
    const done = await visitor.submit(weak, '/reset', { password: 'a brand new pass phrase' })
    expect(done.location).toBe('/')
    expect((await visitor.get('/shares')).status).toBe(200)
    expect((await other.get('/shares')).status).toBe(303)
    expect((await visitor.get(`/reset?ticket=${ticket}`)).status).toBe(410)
    const again = await new Visitor(web.url).signIn('bob', 'a brand new pass phrase')
    expect(again.status).toBe(303)
  })

  it('is a plain page for tickets that were never made', async () => {
    for (const ticket of ['', 'x', '../..', 'a'.repeat(5000), '<script>']) {
      const seen = await new Visitor(web.url).get(`/reset?ticket=${encodeURIComponent(ticket)}`)
      expect(seen.status).toBe(410)
      expect(elements(seen, 'script').every((script) => 'src' in script.attribs)).toBe(true)
    }
  })
})

describe('the first account', () => {
  it('is not made where there is one already', async () => {
    const visitor = new Visitor(web.url)
    expect((await visitor.get('/first?ticket=whatever')).status).toBe(410)
  })
})

describe('the start page for strangers', () => {
  it('says what this is, keeps no cookie, and leads to signing in', async () => {
    const visitor = new Visitor(web.url)
    const page = await visitor.get('/')
    expect(page.status).toBe(200)
    expect(page.headers.getSetCookie()).toEqual([])
    expect(linksOf(page).get('Sign in')).toBe('/sign-in')
  })

  it('speaks the language of the browser, and the one that is chosen', async () => {
    const visitor = new Visitor(web.url, 'zh-CN,zh;q=0.9')
    const chinese = await visitor.get('/')
    expect(chinese.html).toContain('<html lang="zh-CN">')
    const english = await visitor.follow(await visitor.get(linksOf(chinese).get('English') ?? ''))
    expect(english.html).toContain('<html lang="en">')
  })

  it('comes back from the language switch to paths of this site alone', async () => {
    const visitor = new Visitor(web.url)
    for (const next of ['https://evil.example/', '//evil.example', 'x']) {
      const seen = await visitor.get(`/language?locale=en&next=${encodeURIComponent(next)}`)
      expect(seen.location).toBe('/')
    }
    const odd = await visitor.get('/language?locale=tlh&next=/shares')
    expect(odd.headers.getSetCookie()).toEqual([])
  })
})
