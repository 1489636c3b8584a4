import type { RequestListener } from 'node:http'
import { gzipSync } from 'node:zlib'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import type { Unfurler } from '#ports/unfurler.ts'
import {
  closedWorld,
  lookupOf,
  type Site,
  siteCertificate,
  startSite,
} from '#test/fixtures/preview-sites.ts'
import { createUnfurler, type UnfurlerConfig } from '../../../adapters/unfurler/unfurler.ts'

const pages = new Map<string, RequestListener>()
let site: Site
let inside: Site
const open: Unfurler[] = []

beforeAll(async () => {
  site = await startSite('127.0.0.2', (request, response) => {
    const page = pages.get(request.url ?? '')
    if (page) page(request, response)
    else response.writeHead(404).end()
  })
  inside = await startSite('127.0.0.1', (_request, response) => {
    response.setHeader('content-type', 'text/html').end('<title>secret</title>')
  })
})
afterEach(async () => {
  for (const unfurler of open.splice(0)) await unfurler.close()
})
afterAll(async () => {
  await site.close()
  await inside.close()
})

function unfurler(config: Partial<UnfurlerConfig> = {}): Unfurler {
  const made = createUnfurler(
    { userAgent: 'Passalong/test (link preview)', ...config },
    {
      blocked: closedWorld(),
      ca: siteCertificate,
      lookup: lookupOf({ 'site.example.org': ['127.0.0.2'], 'inside.example.org': ['127.0.0.1'] }),
    },
  )
  open.push(made)
  return made
}
const at = (path: string) => `http://site.example.org:${site.http}${path}`
const atSecure = (path: string) => `https://site.example.org:${site.https}${path}`

function html(path: string, body: string | Buffer, type = 'text/html; charset=utf-8') {
  pages.set(path, (_request, response) => response.setHeader('content-type', type).end(body))
}
function redirect(path: string, to: string, status = 302) {
  pages.set(path, (_request, response) => response.writeHead(status, { location: to }).end())
}

describe('a preview', () => {
  test('is what the page says of itself, over http and https', async () => {
    html(
      '/full',
      `<html><head><title>Plain</title><meta property="og:title" content="The &amp; title">
       <meta name=description content="One\nline"><meta property="og:image" content="/i.png">
       <meta property="og:site_name" content="Site"></head><body><title>no</title>`,
    )
    for (const url of [at('/full#part'), atSecure('/full')]) {
      expect(await unfurler().unfurl(url)).toEqual({
        title: 'The & title',
        description: 'One line',
        image: new URL('/i.png', url).href,
        siteName: 'Site',
      })
    }
  })

  test('falls back to twitter cards and plain elements', async () => {
    html('/plain', '<title> A\n b</title><meta name="Twitter:Description" content="d"><p>x')
    expect(await unfurler().unfurl(at('/plain'))).toMatchObject({
      title: 'A b',
      description: 'd',
      image: null,
    })
  })

  test('is cleaned and cut', async () => {
    html(
      '/dirty',
      `<meta property=og:title content="a\u202Eb&#0;&#x202E;<script>${'x'.repeat(5_000)}">`,
    )
    const preview = await unfurler().unfurl(at('/dirty'))
    expect(preview?.title).toMatch(/^ab\uFFFD?<script>x+…$/)
    expect(preview?.title.length).toBeLessThanOrEqual(300)
  })

  test.each([
    'javascript:alert(1)',
    'data:image/png;base64,x',
    'http://127.0.0.1/x.png',
    'http://192.168.1.1/reboot',
    'https://u:p@example.org/x',
    'http://router.local/x',
  ])('never has the image %s', async (image) => {
    const path = `/image-${encodeURIComponent(image)}`
    html(path, `<title>x</title><meta property="og:image" content="${image}">`)
    expect(await unfurler().unfurl(at(path))).toMatchObject({ title: 'x', image: null })
  })

  test('is read in any charset, by header, mark or meta', async () => {
    const gbk = Buffer.from([0xc4, 0xe3, 0xba, 0xc3]) // 你好
    const shiftJis = Buffer.from([0x83, 0x65, 0x83, 0x58, 0x83, 0x67]) // テスト
    const page = (head: string, title: Buffer) =>
      Buffer.concat([Buffer.from(`${head}<title>`), title, Buffer.from('</title>')])
    html('/gbk-header', page('', gbk), 'text/html; charset=GBK')
    html('/gbk-meta', page('<meta charset="gb2312">', gbk), 'text/html')
    html(
      '/sjis',
      page('<meta http-equiv=content-type content="text/html; charset=Shift_JIS">', shiftJis),
      'text/html',
    )
    html('/bom', Buffer.from('\uFEFF<title>你好</title>', 'utf16le'), 'text/html; charset=gbk')
    html('/latin', Buffer.from('<title>caf\xe9</title>', 'latin1'), 'text/html')
    html('/none', '<title>你好</title>', 'text/html')
    html('/wrong', '<title>你好</title>', 'text/html; charset=klingon')
    const titles = ['/gbk-header', '/gbk-meta', '/sjis', '/bom', '/latin', '/none', '/wrong'].map(
      async (path) => (await unfurler().unfurl(at(path)))?.title,
    )
    expect(await Promise.all(titles)).toEqual([
      '你好',
      '你好',
      'テスト',
      '你好',
      'café',
      '你好',
      '你好',
    ])
  })

  test('is read from compressed pages and pages that come in pieces', async () => {
    pages.set('/gzip', (_request, response) => {
      response.writeHead(200, { 'content-type': 'text/html', 'content-encoding': 'gzip' })
      response.end(gzipSync('<title>zipped</title>'))
    })
    pages.set('/pieces', async (_request, response) => {
      response.setHeader('content-type', 'text/html; charset=utf-8')
      for (const byte of Buffer.from('<title>你好</title></head>')) {
        response.write(Buffer.from([byte]))
        await new Promise((resolve) => setTimeout(resolve, 2))
      }
      response.end()
    })
    expect(await unfurler().unfurl(at('/gzip'))).toMatchObject({ title: 'zipped' })
    expect(await unfurler().unfurl(at('/pieces'))).toMatchObject({ title: '你好' })
  })

  test('says truthfully who asks', async () => {
    let agent: string | undefined
    pages.set('/agent', (request, response) => {
      agent = request.headers['user-agent']
      response.setHeader('content-type', 'text/html').end('<title>x</title>')
    })
    await unfurler().unfurl(at('/agent'))
    expect(agent).toBe('Passalong/test (link preview)')
  })

  test('is none for what is no page, says nothing or is not there', async () => {
    html('/json', '{"title": "x"}', 'application/json')
    html('/empty', '<html><body>hello')
    html('/text', '<title>x</title>', 'text/plain')
    pages.set('/reset', (request) => request.socket.destroy())
    pages.set('/error', (_request, response) =>
      response.writeHead(500, { 'content-type': 'text/html' }).end('<title>Oops</title>'),
    )
    for (const path of ['/json', '/empty', '/text', '/reset', '/error', '/missing']) {
      expect(await unfurler().unfurl(at(path))).toBeNull()
    }
    for (const url of [
      '',
      'nonsense',
      'javascript:1',
      'tel:+861',
      'http://nowhere.example.org/',
      'file:///etc/passwd',
    ]) {
      expect(await unfurler().unfurl(url)).toBeNull()
    }
  })
})

describe('redirects', () => {
  test('are followed three times, and no more', async () => {
    html('/end', '<title>end</title><meta property=og:image content=i.png>')
    redirect('/1', '/end', 308)
    redirect('/2', at('/1'), 301)
    redirect('/3', atSecure('/2'), 307)
    redirect('/4', '/3', 303)
    redirect('/loop', '/loop')
    expect(await unfurler().unfurl(at('/3'))).toMatchObject({ title: 'end', image: at('/i.png') })
    expect(await unfurler().unfurl(at('/4'))).toBeNull()
    expect(await unfurler().unfurl(at('/loop'))).toBeNull()
  })

  test('are judged one by one: nothing inside is ever connected to', async () => {
    const before = inside.connections()
    const targets = [
      ...[
        '127.0.0.1',
        '2130706433',
        '[::ffff:127.0.0.1]',
        '[::1]',
        '0',
        'inside.example.org',
        'localhost',
      ].flatMap((host) => [`http://${host}:${inside.http}/`, `https://${host}:${inside.https}/`]),
      ...['file:///etc/passwd', 'javascript:1', 'http://u:p@site.example.org/', 'http://'],
    ]
    for (const [index, target] of targets.entries()) {
      redirect(`/to-${index}`, target)
      expect(await unfurler().unfurl(at(`/to-${index}`))).toBeNull()
      expect(await unfurler().unfurl(atSecure(`/to-${index}`))).toBeNull()
      expect(await unfurler().unfurl(target)).toBeNull()
    }
    expect(inside.connections()).toBe(before)
  })
})

describe('the cache', () => {
  test('keeps previews and the lack of one, and makes concurrent calls one', async () => {
    let asked = 0
    pages.set('/once', (_request, response) => {
      asked++
      setTimeout(
        () => response.setHeader('content-type', 'text/html').end('<title>once</title>'),
        30,
      )
    })
    const cached = unfurler()
    const together = await Promise.all([1, 2, 3].map(() => cached.unfurl(at('/once#x'))))
    expect(new Set(together.map((preview) => preview?.title))).toEqual(new Set(['once']))
    await cached.unfurl(at('/once'))
    expect(asked).toBe(1)

    const before = site.requests.length
    await cached.unfurl(at('/never'))
    await cached.unfurl(at('/never'))
    expect(site.requests.length).toBe(before + 1)
  })

  test('forgets in time', async () => {
    html('/aging', '<title>x</title>')
    const cached = unfurler({ cacheMs: 20 })
    const before = site.requests.length
    await cached.unfurl(at('/aging'))
    await new Promise((resolve) => setTimeout(resolve, 40))
    await cached.unfurl(at('/aging'))
    expect(site.requests.length).toBe(before + 2)
  })
})

describe('limits', () => {
  test('no more pages are asked at once than set', async () => {
    let now = 0
    let most = 0
    for (let i = 0; i < 12; i++) {
      pages.set(`/busy-${i}`, (_request, response) => {
        most = Math.max(most, ++now)
        setTimeout(() => {
          now--
          response.setHeader('content-type', 'text/html').end('<title>x</title>')
        }, 20)
      })
    }
    const busy = unfurler({ concurrency: 3 })
    const all = await Promise.all(
      Array.from({ length: 12 }, (_, i) => busy.unfurl(at(`/busy-${i}`))),
    )
    expect(all.every((preview) => preview?.title === 'x')).toBe(true)
    expect(most).toBe(3)
  })

  test('a caller who leaves is answered at once, and the page is kept for the next', async () => {
    pages.set('/slow', (_request, response) => {
      setTimeout(
        () => response.setHeader('content-type', 'text/html').end('<title>slow</title>'),
        60,
      )
    })
    const shared = unfurler()
    const leaving = new AbortController()
    const left = shared.unfurl(at('/slow'), leaving.signal)
    const stayed = shared.unfurl(at('/slow'))
    leaving.abort()
    expect(await left).toBeNull()
    expect(await stayed).toMatchObject({ title: 'slow' })
  })

  test('closing ends what runs', async () => {
    pages.set('/hang', () => {})
    const closing = unfurler()
    const hanging = closing.unfurl(at('/hang'))
    await new Promise((resolve) => setTimeout(resolve, 20))
    await closing.close()
    expect(await hanging).toBeNull()
    expect(await closing.unfurl(at('/full'))).toBeNull()
  })
})
