import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { rawHttp, statusOf } from '#test/web/raw-http.ts'
import { type RunningWeb, startWeb } from '#test/web/start-web.ts'

let web: RunningWeb
let cookie: string
beforeAll(async () => {
  web = await startWeb()
  cookie = await web.signedIn(web.ann.account)
})
afterAll(() => web.close())

const ROUTES = [
  '/',
  '/r/',
  '/u/',
  '/share',
  '/shares',
  '/shares/',
  '/sign-in',
  '/first',
  '/reset',
  '/contacts',
  '/account',
  '/account/chats/',
  '/account/security/sessions/',
  '/link/',
  '/register',
  '/verify',
  '/forgot',
  '/outbox',
  '/share.js',
  '/docs',
  '/hooks/',
  '/api/v1/shares/',
  '/api/v1/contacts/',
]
/** Bytes that a request's line and headers may carry, the awkward ones often. */
const awkward = fc
  .array(
    fc.oneof(
      fc.constantFrom('%', '%00', '%zz', '%ff%fe', '..', '/', '?', '&', '=', '#', ';', '"', "'"),
      fc.constantFrom(
        '<',
        '>',
        '\\',
        '[',
        ']',
        '{',
        '__proto__',
        '\xff',
        '\xc3\xa9',
        '+',
        '@',
        ':',
      ),
      fc.string({ minLength: 1, maxLength: 8, unit: 'grapheme-ascii' }),
    ),
    { maxLength: 12 },
  )
  .map((parts) => parts.join('').replaceAll(/[\s]/g, ''))
const method = fc.constantFrom(
  'GET',
  'HEAD',
  'POST',
  'PUT',
  'DELETE',
  'OPTIONS',
  'PROPFIND',
  'TRACE',
)
const headerName = fc.constantFrom(
  'Accept-Language',
  'Authorization',
  'Content-Type',
  'Cookie',
  'Forwarded',
  'Host',
  'If-None-Match',
  'Idempotency-Key',
  'Last-Event-ID',
  'Origin',
  'Range',
  'Referer',
  'User-Agent',
  'X-Forwarded-For',
)

describe('whatever a request looks like', () => {
  it('it is never answered with 5xx', async () => {
    await fc.assert(
      fc.asyncProperty(
        method,
        fc.constantFrom(...ROUTES),
        awkward,
        fc.array(fc.tuple(headerName, awkward), { maxLength: 4 }),
        fc.boolean(),
        async (verb, route, tail, headers, signedIn) => {
          const lines = [`${verb} ${route}${tail} HTTP/1.1`, 'Host: localhost', 'Connection: close']
          for (const [name, value] of headers) lines.push(`${name}: ${value}`)
          if (signedIn) lines.push(`Cookie: ${cookie}`)
          const answer = await rawHttp(web.url, `${lines.join('\r\n')}\r\n\r\n`)
          expect(statusOf(answer), lines.join('\n')).toBeLessThan(500)
        },
      ),
      { numRuns: 400 },
    )
  })

  it.each(ROUTES.slice(3, 12))('a form posted to %s is never answered with 5xx', async (route) => {
    const body = 'a=%zz&a=1&_csrf[]=x&__proto__=1&url=%00&recipients=%ff'
    for (const type of ['application/x-www-form-urlencoded', 'application/json', 'text/plain']) {
      const answer = await rawHttp(
        web.url,
        `POST ${route} HTTP/1.1\r\nHost: x\r\nConnection: close\r\nCookie: ${cookie}\r\n` +
          `Content-Type: ${type}\r\nContent-Length: ${body.length}\r\n\r\n${body}`,
      )
      expect(statusOf(answer)).toBeGreaterThanOrEqual(300)
      expect(statusOf(answer)).toBeLessThan(500)
    }
  })

  it('a client that leaves in the middle of a body harms nobody', async () => {
    for (const route of ['/api/v1/contacts', '/sign-in', '/hooks/x']) {
      const request =
        `POST ${route} HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer ${web.ann.token}\r\n` +
        'Content-Type: application/json\r\nContent-Length: 1000\r\n\r\n{"name":'
      await rawHttp(web.url, request, 200).catch(() => '')
    }
    expect((await web.api('GET', '/healthz')).status).toBe(200)
  })
})
