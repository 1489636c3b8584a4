import { gzipSync } from 'node:zlib'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type RunningWeb, startWeb } from '#test/web/start-web.ts'
import { elements, fieldsOf, formOf, signedIn, type Visitor } from './visitor.ts'

let web: RunningWeb
let visitor: Visitor
let csrf: string
let share: string
beforeAll(async () => {
  web = await startWeb()
  visitor = await signedIn(web)
  const [token = ''] = [fieldsOf(formOf(await visitor.get('/'), '/sign-out')!)._csrf].flat()
  csrf = token
  const request = { url: 'https://example.org/a', recipients: ['bob@example.org'] }
  const options = { frontEnd: 'api', locale: 'en' } as const
  share = (await web.engine.sharing.accept(web.ann.account, request, options)).share.id
})
afterAll(() => web.close())

const GET = [
  '/',
  '/first',
  '/reset',
  '/share',
  '/shares',
  '/outbox',
  '/contacts',
  '/account',
  '/account/chats',
  '/account/chats/unlink',
  '/account/security',
  '/account/tokens',
  '/account/invite',
  '/register',
  '/forgot',
  '/verify',
  '/link/x',
  '/link/x/state',
  '/language',
  '/share.js',
  '/style.css',
]
const QUERIES = [
  'url[]=a&url[b]=c&to=1&to=2&pick=x&pick=y',
  'url=%F0%9D%95%B3&title=%00%0d%0aSet-Cookie:x=y&note=%ED%A0%80',
  'cursor=%27%22%3C&from=1e999&return=javascript:1&done=x&ticket=%2e%2e%2f',
  `__proto__=x&constructor=y&toString=z&locale=__proto__&next=${'%2f'.repeat(200)}`,
  '%',
  '%E0%A4%A',
]

describe('odd input', () => {
  it('never breaks a page that is looked at', async () => {
    for (const path of [...GET, `/shares/${share}`]) {
      for (const query of QUERIES) {
        const seen = await visitor.get(`${path}?${query}`)
        expect([path, query, seen.status < 500]).toEqual([path, query, true])
        expect(seen.headers.get('set-cookie') ?? '').not.toMatch(/^x=y/)
        expect(elements(seen, 'script').every((script) => 'src' in script.attribs)).toBe(true)
      }
    }
  })

  it('never breaks a form', async () => {
    const forms = [
      '/share',
      '/share/check',
      '/contacts',
      '/contacts/notes',
      '/contacts/x',
      '/contacts/x/delete',
      '/account',
      '/account/email',
      '/account/email/verify',
      '/account/chats/unlink',
      '/account/chats/telegram',
      '/account/chats/telegram/pin',
      '/account/security/password',
      '/account/security/sessions/x/end',
      '/link/x',
      '/register',
      '/forgot',
      '/verify',
      '/account/tokens',
      '/account/tokens/x/revoke',
      '/first',
      '/reset',
      '/sign-in',
      `/shares/${share}/recipients`,
      ...['fix', 'retry', 'cancel'].map((part) => `/deliveries/${share}-0/${part}`),
      '/deliveries/x/fix',
    ]
    const odd = '\u0000\ud800\u202e<script>{\'"&;\r\n'
    const names =
      'url title note to pick canned when sendAt zone key name lines kind use notes displayName locale timeZone username password email ticket next action acknowledged user pin old fresh who'
    const filled = names.split(' ').map((name): [string, string] => [name, odd])
    for (const path of forms) {
      for (const fields of [[], filled, filled.flatMap((pair) => [pair, pair])]) {
        const body = new URLSearchParams([['_csrf', csrf], ...fields])
        const seen = await send(path, body)
        expect([path, seen.status < 500]).toEqual([path, true])
      }
    }
  })

  it('never breaks a form that is none', async () => {
    const bodies: [string, string][] = [
      ['application/json', JSON.stringify({ _csrf: csrf, url: { a: 1 }, to: [[1]], pick: 7 })],
      ['application/json', '[]'],
      ['application/json', '{'],
      ['text/plain', 'x'],
      ['multipart/form-data', 'x'],
      ['application/x-www-form-urlencoded', 'a[b][c][d][e][f][g]=1'],
    ]
    for (const [type, body] of bodies) {
      for (const path of ['/share', '/contacts', '/account', '/sign-in']) {
        const seen = await send(path, body, { 'content-type': type })
        expect([type, path, seen.status < 500]).toEqual([type, path, true])
      }
    }
  })
})

async function send(path: string, body: URLSearchParams | string, headers = {}) {
  const cookie = [...visitor.cookies].map(([name, value]) => `${name}=${value}`).join('; ')
  return fetch(web.url + path, {
    method: 'POST',
    body,
    headers: { cookie, ...headers },
    redirect: 'manual',
  })
}

describe('a form in a compressed body', () => {
  it.each([
    ['gzip', gzipSync('a=b')],
    ['gzip', gzipSync(Buffer.alloc(1_000_000))],
    ['gzip', Buffer.from('not compressed at all')],
    ['br', Buffer.from('a=b')],
    ['deflate', Buffer.from('a=b')],
    ['GZIP, gzip', Buffer.from('a=b')],
  ])('is refused unread (%s)', async (encoding, body) => {
    for (const type of ['application/x-www-form-urlencoded', 'application/json']) {
      const headers = { 'content-type': type, 'content-encoding': encoding }
      const { status } = await fetch(`${web.url}/sign-in`, { method: 'POST', headers, body })
      expect(status).toBe(415)
    }
  })
})
