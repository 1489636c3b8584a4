import { execFile } from 'node:child_process'
import { existsSync } from 'node:fs'
import { writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { parseDocument } from 'htmlparser2'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { DeliveryId } from '#core/ids.ts'
import { type RunningWeb, startWeb } from '#test/web/start-web.ts'
import { markupWanted } from '#web/markup.ts'
import { skippedFor } from '../../services/skipped-for.ts'

let web: RunningWeb
beforeAll(async () => {
  web = await startWeb()
})
afterAll(() => web.close())

/** What phones sent: a Nokia of 2004, a Sony Ericsson of 2002, and a gateway for a WML browser. */
const NOKIA =
  'application/vnd.wap.xhtml+xml, application/xhtml+xml;q=0.9, text/html;q=0.8, text/vnd.wap.wml, */*;q=0.5'
const WML = 'text/vnd.wap.wml, text/vnd.wap.wmlscript, image/vnd.wap.wbmp, */*'
const CHROME =
  'text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,image/webp,*/*;q=0.8'
const OLD = [
  ['application/vnd.wap.xhtml+xml', NOKIA],
  ['text/vnd.wap.wml', WML],
] as const

async function linkTo(url: string, more: object = {}) {
  const request = { url, recipients: ['bob@example.org'], ...more }
  const options = { frontEnd: 'api', locale: 'en' } as const
  const { share } = await web.engine.sharing.accept(web.ann.account, request, options)
  return { id: share.id, path: new URL(share.deliveries[0]!.link).pathname }
}

async function get(path: string, accept: string, init: RequestInit = {}) {
  const response = await fetch(web.url + path, {
    ...init,
    redirect: 'manual',
    headers: { accept, 'user-agent': 'Nokia6230/2.0', ...init.headers },
  })
  const text = await response.text()
  return { status: response.status, headers: response.headers, text }
}

type Page = Awaited<ReturnType<typeof get>>

const run = promisify(execFile)

function missingXmllint(): string | undefined {
  return existsSync('/usr/bin/xmllint')
    ? undefined
    : 'there is no xmllint (apt-get install libxml2-utils)'
}

/** Small, well-formed by another's parser, without script, cookie or picture. */
async function expectOld(page: Page, type: string): Promise<void> {
  expect(page.headers.get('content-type')).toBe(`${type}; charset=utf-8`)
  expect(page.headers.get('vary')).toContain('Accept')
  expect(page.headers.getSetCookie()).toEqual([])
  expect(Buffer.byteLength(page.text)).toBeLessThan(10_000)
  expect(page.text).not.toMatch(/<script|<style|<img|\/\/\s*<!\[CDATA/i)
  if (skippedFor(missingXmllint())) return
  const file = join(tmpdir(), `passalong-${process.pid}.xml`)
  await writeFile(file, page.text)
  await run('/usr/bin/xmllint', ['--nonet', '--noout', file])
}

function attributes(page: Page, tag: string, name: string): (string | undefined)[] {
  const found: (string | undefined)[] = []
  const walk = (nodes: readonly unknown[]): void => {
    for (const node of nodes as {
      name?: string
      attribs?: Record<string, string>
      children?: unknown[]
    }[]) {
      if (node.name === tag) found.push(node.attribs?.[name])
      if (node.children) walk(node.children)
    }
  }
  walk(parseDocument(page.text, { xmlMode: true }).children)
  return found
}

describe('what a browser reads', () => {
  it.each([
    [CHROME, 'html'],
    ['*/*', 'html'],
    ['', 'html'],
    ['text/html', 'html'],
    ['application/xhtml+xml', 'xhtml-mp'],
    ['application/xhtml+xml, text/html;q=0.1', 'html'],
    [NOKIA, 'xhtml-mp'],
    [WML, 'wml'],
    ['text/vnd.wap.wml;q=0, text/html', 'html'],
  ])('is told by what it accepts: %s', async (accept, markup) => {
    const { path } = await linkTo('tel:+861065529988')
    const { headers } = await get(path, accept)
    const type = headers.get('content-type') ?? ''
    expect(
      type.startsWith(
        { html: 'text/html', 'xhtml-mp': 'application/vnd', wml: 'text/vnd' }[markup]!,
      ),
    ).toBe(true)
  })

  it('is told apart without a request too', () => {
    expect(markupWanted([])).toBe('html')
    expect(markupWanted(['text/vnd.wap.wml'])).toBe('wml')
  })
})

describe.each(OLD)('a phone that reads %s', (type, accept) => {
  it('is led on from a page by a plain redirect', async () => {
    const { path } = await linkTo('https://example.org/a')
    const page = await get(path, accept)
    expect([page.status, page.headers.get('location')]).toEqual([302, 'https://example.org/a'])
  })

  it('calls the number, and sees the code after it', async () => {
    const { path } = await linkTo('tel:+861065529988,,123456', { title: 'Radio & <friends>' })
    const page = await get(path, accept)
    await expectOld(page, type)
    const href = type.includes('wml') ? 'wtai://wp/mc;+861065529988' : 'tel:+861065529988,,123456'
    expect(attributes(page, 'a', 'href')).toEqual([href])
    expect(page.text).toContain('+86 10 6552 9988')
    expect(page.text).toContain('123456')
    expect(page.text).toContain('Radio &amp; &lt;friends&gt;')
  })

  it('gets a link to what it may watch', async () => {
    const { path } = await linkTo('https://media.example.org/a.mp4?x=1&y=$z', { note: 'costs $5' })
    const page = await get(path, accept)
    await expectOld(page, type)
    const dollar = type.includes('wml') ? '$$' : '$'
    expect(attributes(page, 'a', 'href')).toEqual([
      `https://media.example.org/a.mp4?x=1&y=${dollar}z`,
    ])
    expect(page.text).toContain(`costs ${dollar}5`)
  })

  it('gets as much of a long note as it can hold', async () => {
    const note = '&"'.repeat(1_000)
    const { path } = await linkTo('https://media.example.org/a.mp4', { note })
    const page = await get(path, accept)
    await expectOld(page, type)
    expect(page.text).toContain('…')
  })

  it('gets a small page for the longest title and address too', async () => {
    const url = `https://media.example.org/${'a&b='.repeat(490)}.mp4`
    const { path } = await linkTo(url, { title: '“题”&'.repeat(75), note: 'n'.repeat(2_000) })
    const page = await get(path, accept)
    await expectOld(page, type)
    expect(attributes(page, 'a', 'href')).toEqual([new URL(url).href])
  })

  it('reads that a link leads nowhere, or was taken back', async () => {
    const nowhere = await get('/r/00000000000000000', accept)
    expect(nowhere.status).toBe(404)
    await expectOld(nowhere, type)
    const { id, path } = await linkTo('https://example.org/b')
    await web.engine.sharing.recall(web.ann.account, id)
    const gone = await get(path, accept, { headers: { 'accept-language': 'zh-CN' } })
    expect(gone.status).toBe(410)
    expect(gone.text).toContain('此链接已被撤回')
    await expectOld(gone, type)
  })

  it('stops messages and takes it back, by buttons that post', async () => {
    const { id } = await linkTo('https://example.org/c')
    const path = `/u/${web.keys.stopToken(`${id}-0` as DeliveryId)}`
    const page = await get(path, accept)
    await expectOld(page, type)
    const [tag, name] = type.includes('wml') ? ['postfield', 'value'] : ['input', 'value']
    expect(attributes(page, tag, name)).toContain('stop-all')
    const [where] = type.includes('wml')
      ? attributes(page, 'go', 'href')
      : attributes(page, 'form', 'action')
    expect(where).toBe(path)
    const post = (choice: string) =>
      get(path, accept, {
        method: 'POST',
        body: `choice=${choice}`,
        headers: { 'content-type': 'application/x-www-form-urlencoded' },
      })
    const stopped = await post('stop-all')
    expect(stopped.text).toContain('You get no more messages')
    await expectOld(stopped, type)
    expect((await post('resume')).text).toContain('Stop these messages?')
    const unknown = await get('/u/forged', accept)
    expect(unknown.status).toBe(404)
    await expectOld(unknown, type)
  })
})
