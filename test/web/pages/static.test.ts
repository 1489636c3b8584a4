import { runInNewContext } from 'node:vm'
import { request } from 'undici'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type RunningWeb, startWeb } from '#test/web/start-web.ts'
import { elements, linksOf, signedIn, Visitor } from './visitor.ts'

let web: RunningWeb
beforeAll(async () => {
  web = await startWeb()
})
afterAll(() => web.close())

describe('what pages load', () => {
  it('is kept for a year in its present version, and asked for again otherwise', async () => {
    const visitor = new Visitor(web.url)
    const page = await visitor.get('/')
    const style = elements(page, 'link').find((link) => link.attribs.href?.startsWith('/style.css'))
    const versioned = await visitor.get(style?.attribs.href ?? '')
    expect(versioned.headers.get('cache-control')).toContain('immutable')
    expect(versioned.headers.get('content-type')).toBe('text/css; charset=utf-8')
    const plain = await visitor.get('/style.css')
    expect(plain.headers.get('cache-control')).not.toContain('immutable')
    const etag = plain.headers.get('etag') ?? ''
    const again = await request(`${web.url}/style.css`, { headers: { 'if-none-match': etag } })
    expect(again.statusCode).toBe(304)
  })

  it('lets any site load the share button, without a cookie', async () => {
    const script = await new Visitor(web.url).get('/share.js')
    expect(script.headers.get('cross-origin-resource-policy')).toBe('cross-origin')
    expect(script.headers.get('content-type')).toContain('javascript')
    expect(script.headers.getSetCookie()).toEqual([])
  })

  it('takes what phones share', async () => {
    const manifest = JSON.parse((await new Visitor(web.url).get('/manifest.webmanifest')).html)
    expect(manifest.share_target).toEqual({
      action: '/share',
      method: 'GET',
      params: { title: 'title', text: 'text', url: 'url' },
    })
  })
})

describe('the bookmarklet', () => {
  it('opens the share page for the page that one is on', async () => {
    const home = await (await signedIn(web)).get('/')
    const href = [...linksOf(home).values()].find((link) => link.startsWith('javascript:')) ?? ''
    const opened: string[] = []
    runInNewContext(decodeURI(href.slice('javascript:'.length)), {
      location: { href: 'https://example.org/ü?a=1&b=2#c' },
      document: { title: '标题 & "more"' },
      encodeURIComponent,
      window: { open: (address: string) => opened.push(address) },
    })
    const { pathname, searchParams } = new URL(opened[0] ?? '')
    expect(pathname).toBe('/share')
    expect(Object.fromEntries(searchParams)).toEqual({
      url: 'https://example.org/ü?a=1&b=2#c',
      title: '标题 & "more"',
      return: 'https://example.org/ü?a=1&b=2#c',
    })
  })
})

describe('every page of a sender', () => {
  it('has no inline script or style, a title, a language, and a label for each field', async () => {
    const visitor = await signedIn(web)
    const share = '/share?url=https://example.org/a&to=bob@example.org'
    const account = ['', '/chats', '/security', '/tokens', '/invite'].map((tab) => `/account${tab}`)
    for (const path of ['/', '/shares', share, '/outbox', '/contacts', ...account]) {
      const page = await visitor.get(path)
      expect(page.status).toBe(200)
      expect(page.headers.get('content-security-policy')).not.toContain('unsafe')
      expect(page.html).not.toMatch(/<style|\sstyle=|\son\w+=/i)
      expect(elements(page, 'title')).not.toEqual([])
      const ids = new Set(elements(page, 'label').map((label) => label.attribs.for))
      const fields = [...elements(page, 'input'), ...elements(page, 'textarea')].filter(
        ({ attribs }) =>
          !['hidden', 'checkbox', 'radio'].includes(attribs.type ?? '') && !attribs['aria-hidden'],
      )
      for (const { attribs } of fields) expect([...ids]).toContain(attribs.id)
      const all = elements(page, '*').flatMap(({ attribs }) => attribs.id ?? [])
      expect(new Set(all).size).toBe(all.length)
    }
  })
})
