import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type RunningWeb, startWeb } from '#test/web/start-web.ts'
import { elements, linksOf, type Seen, Visitor } from './visitor.ts'

let web: RunningWeb
beforeAll(async () => {
  web = await startWeb()
})
afterAll(() => web.close())

async function linkTo(url: string, more: object = {}): Promise<{ id: string; path: string }> {
  const note = 'Watch <i>this</i>'
  const request = { url, note, recipients: ['bob@example.org'], ...more }
  const options = { frontEnd: 'api', locale: 'en' } as const
  const { share } = await web.engine.sharing.accept(web.ann.account, request, options)
  return { id: share.id, path: new URL(share.deliveries[0]?.link ?? '').pathname }
}

function see(path: string, language = 'en'): Promise<Seen> {
  return new Visitor(web.url, language).get(path)
}

function expectPublic(page: Seen, path: string): void {
  expect(page.headers.getSetCookie()).toEqual([])
  expect(page.headers.get('referrer-policy')).toBe('no-referrer')
  expect(elements(page, 'script')).toEqual([])
  expect(page.html).not.toContain(path.slice('/r/'.length))
}

describe('a link to', () => {
  it.each([
    ['video', 'https://media.example.org/a.mp4', 'Open the original video'],
    ['audio', 'https://media.example.org/a.mp3', 'Open the original recording'],
    ['img', 'https://media.example.org/a.png', 'Open the original picture'],
  ])('something to watch shows it in a %s, with note and original', async (tag, url, original) => {
    const { path } = await linkTo(url)
    const page = await see(path)
    expect(page.status).toBe(200)
    expect(elements(page, tag).map((element) => element.attribs.src)).toEqual([url])
    expect(page.text).toContain('Watch <i>this</i>')
    expect(linksOf(page).get(original)).toBe(url)
    expect(page.headers.get('content-security-policy')).toMatch(/media-src https:/)
    expectPublic(page, path)
  })

  it('a number shows it with its code, a button that calls, and a code for phones', async () => {
    const { path } = await linkTo('tel:+861065529988,,123456')
    const page = await see(path)
    expect(page.text).toContain('+86 10 6552 9988')
    expect(page.text).toContain('123456')
    expect(linksOf(page).get('Call')).toBe('tel:+861065529988,,123456')
    expect(elements(page, 'svg').map((svg) => svg.attribs.role)).toContain('img')
    expectPublic(page, path)
  })

  it('what was recalled says so, in the language of the reader', async () => {
    const { id, path } = await linkTo('https://example.org/a')
    await web.engine.sharing.recall(web.ann.account, id)
    const page = await see(path, 'zh-CN')
    expect(page.status).toBe(410)
    expect(page.text).toContain('此链接已被撤回')
    expectPublic(page, path)
  })

  it('what has ended says so', async () => {
    const { path } = await linkTo('https://example.org/a', { expiresAt: Date.now() + 400 })
    await new Promise((resolve) => setTimeout(resolve, 450))
    const page = await see(path)
    expect([page.status, page.text.trim()]).toEqual([
      410,
      expect.stringContaining('This link has ended'),
    ])
  })

  it('nothing says so', async () => {
    for (const path of ['/r/00000000000000000', '/r/unheard-of', '/r/%3Cscript%3E']) {
      const page = await see(path)
      expect(page.status).toBe(404)
      expect(page.text).toContain('This link leads nowhere')
      expectPublic(page, path)
    }
  })
})
