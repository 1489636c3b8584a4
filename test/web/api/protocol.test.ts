import { connect } from 'node:net'
import { gzipSync } from 'node:zlib'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { rawHttp, statusOf } from '#test/web/raw-http.ts'
import { type RunningWeb, startWeb } from '#test/web/start-web.ts'

let web: RunningWeb
beforeAll(async () => {
  web = await startWeb()
})
afterAll(() => web.close())

describe('who may ask', () => {
  it.each([
    ['no token', {}],
    ['an unknown token', { authorization: 'Bearer pal_unknown' }],
    ['an empty token', { authorization: 'Bearer ' }],
    ['a token with odd characters', { authorization: 'Bearer a\u00e9\u00ff"' }],
    ['a very long token', { authorization: `Bearer ${'x'.repeat(5_000)}` }],
    ['a password', { authorization: `Basic ${btoa('ann:correct horse battery')}` }],
  ])('answers %s with 401 and says how', async (_what, headers) => {
    const {
      status,
      json,
      headers: got,
    } = await web.api('GET', '/api/v1/shares', {
      token: null,
      headers,
    })
    expect([status, json.code]).toEqual([401, 'unauthenticated'])
    expect(got.get('www-authenticate')).toMatch(/^Bearer /)
  })

  it('answers 401 to a token that was revoked', async () => {
    const { token, info } = await web.engine.accounts.createToken(web.ann.account.id, 'gone')
    expect((await web.api('GET', '/api/v1/shares', { token })).status).toBe(200)
    await web.engine.accounts.revokeToken(web.ann.account.id, info.id)
    expect((await web.api('GET', '/api/v1/shares', { token })).status).toBe(401)
  })

  it('takes no token from the query', async () => {
    const path = `/api/v1/shares?access_token=${web.ann.token}`
    expect((await web.api('GET', path, { token: null })).status).toBe(401)
  })

  it('sets no cookie and answers to any Host', async () => {
    const answer = await rawHttp(
      web.url,
      `GET /api/v1/shares HTTP/1.1\r\nHost: evil.example\r\nAuthorization: Bearer ${web.ann.token}\r\nConnection: close\r\n\r\n`,
    )
    expect(statusOf(answer)).toBe(200)
    expect(answer).not.toMatch(/set-cookie|evil\.example/i)
  })

  it('reads an account by name on the private entrance, the operator without one', async () => {
    const names = async (headers: Record<string, string>) => {
      const path = '/api/v1/contacts'
      const { status, json } = await web.api('GET', path, { local: true, token: null, headers })
      return status === 200 ? json.contacts.map((its: { name: string }) => its.name) : status
    }
    const person = (name: string) => ({
      kind: 'person' as const,
      name,
      addresses: ['x@example.org'],
    })
    await web.engine.contacts.create(web.ann.account.id, person('Of Ann'))
    await web.engine.contacts.create(web.bob.account.id, person('Of Bob'))
    expect(await names({})).toEqual(['Of Ann'])
    expect(await names({ 'passalong-account': 'bob' })).toEqual(['Of Bob'])
    expect(await names({ 'passalong-account': 'nobody' })).toBe(403)
  })

  it('believes no account name on the public entrance', async () => {
    const headers = { 'passalong-account': 'ann' }
    expect((await web.api('GET', '/api/v1/contacts', { token: null, headers })).status).toBe(401)
  })
})

describe('bodies', () => {
  const post = (raw: string | Uint8Array, headers: Record<string, string> = {}) =>
    web.api('POST', '/api/v1/contacts', { raw, headers })

  it.each([
    ['cut JSON', '{"name": '],
    ['nothing', ''],
    ['text', 'hello'],
    ['bytes that are no UTF-8', new Uint8Array([0x22, 0xff, 0xfe, 0x22])],
  ])('answers %s with 400', async (_what, raw) => {
    const { status, json } = await post(raw)
    expect([status, json.code]).toEqual([400, 'invalid_request'])
  })

  it.each(['null', '[]', '"text"', '5', 'true', '{}', '[[[[[[]]]]]]', `${'['.repeat(20_000)}`])(
    'answers JSON of the wrong shape with 4xx: %.20s',
    async (raw) => {
      expect([400, 422]).toContain((await post(raw)).status)
    },
  )

  it.each([
    'text/plain',
    'application/x-www-form-urlencoded',
    'multipart/form-data; boundary=x',
    'application/xml',
    'nonsense',
  ])('answers the content type %s with 415', async (type) => {
    const { status, json } = await post('{"name": "x"}', { 'content-type': type })
    expect([status, json.code]).toEqual([415, 'unsupported_media_type'])
  })

  it('answers a compressed body with 415', async () => {
    const { status } = await post(gzipSync('{"name": "x"}'), { 'content-encoding': 'gzip' })
    expect(status).toBe(415)
  })

  it('takes a byte order mark and a charset', async () => {
    const { status } = await post('\ufeff{"name": "Marked", "addresses": ["x@example.org"]}', {
      'content-type': 'application/json; charset=utf-8',
    })
    expect(status).toBe(201)
  })

  it.each([70_000, 5_000_000])('answers %i bytes with 413', async (size) => {
    const { status, json } = await post(JSON.stringify({ name: 'x'.repeat(size) }))
    expect([status, json.code]).toEqual([413, 'too_large'])
  })

  it('cuts off a client that never stops sending', async () => {
    const { hostname, port } = new URL(web.url)
    const socket = connect(Number(port), hostname)
    let answer = ''
    let sent = 0
    socket.on('data', (part) => {
      answer += part.toString('latin1')
    })
    socket.on('error', () => {})
    socket.write(
      `POST /api/v1/contacts HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer ${web.ann.token}\r\n` +
        'Content-Type: application/json\r\nContent-Length: 1000000000\r\n\r\n',
    )
    const chunk = Buffer.alloc(256 * 1024, 'x')
    const send = () => {
      while (!socket.destroyed && socket.write(chunk)) sent += chunk.length
    }
    socket.on('drain', send)
    send()
    await new Promise((resolve) => socket.once('close', resolve))
    expect(statusOf(answer)).toBe(413)
    expect(sent).toBeLessThan(200_000_000)
  })

  it('answers a long body without a length with 413', async () => {
    const chunk = `${(10_000).toString(16)}\r\n${'x'.repeat(10_000)}\r\n`
    const answer = await rawHttp(
      web.url,
      `POST /api/v1/contacts HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer ${web.ann.token}\r\n` +
        `Content-Type: application/json\r\nTransfer-Encoding: chunked\r\nConnection: close\r\n\r\n${chunk.repeat(8)}0\r\n\r\n`,
    )
    expect(statusOf(answer)).toBe(413)
  })
})

describe('methods and paths', () => {
  it('answers other methods with 405 and names those that there are', async () => {
    const { status, json, headers } = await web.api('DELETE', '/api/v1/shares')
    expect([status, json.code]).toEqual([405, 'method_not_allowed'])
    expect(headers.get('allow')?.split(', ').sort()).toEqual(['GET', 'HEAD', 'OPTIONS', 'POST'])
  })

  it.each(['PROPFIND', 'LINK', 'PATCH', 'TRACE', 'QUERY'])(
    'answers %s with 405',
    async (method) => {
      const answer = await rawHttp(
        web.url,
        `${method} /api/v1/shares HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n`,
      )
      expect(statusOf(answer)).toBe(405)
    },
  )

  it('answers OPTIONS with what there is', async () => {
    const { status, headers } = await web.api('OPTIONS', '/api/v1/contacts/1', { token: null })
    expect(status).toBe(204)
    expect(headers.get('allow')).toContain('PUT')
  })

  it('answers HEAD as GET, without a body', async () => {
    const { status, text, headers } = await web.api('HEAD', '/api/v1/contacts')
    expect([status, text]).toEqual([200, ''])
    expect(headers.get('content-type')).toMatch(/^application\/json/)
  })

  it.each([
    '/api/v1/nothing',
    '/api/v1/shares/',
    '/API/v1/shares',
    '/api/v1/shares/%2e%2e/%2e%2e/x',
    '/api/v2/shares',
  ])('answers 404 to %s', async (path) => {
    expect((await web.api('GET', path)).status).toBe(404)
  })

  it.each([
    'GET /api/v1/shares/%zz HTTP/1.1',
    'GET /api/v1/shares/%c0%ae%00 HTTP/1.1',
    'GET /api/v1/shares/%ff%fe/visits HTTP/1.1',
    `GET /api/v1/shares/${'a'.repeat(8_000)} HTTP/1.1`,
    'GET http://evil.example/api/v1/shares HTTP/1.1',
    'GET //api/v1/shares HTTP/1.1',
    'GET ///// HTTP/1.1',
    'GET /api/v1/shares?cursor=%zz HTTP/1.1',
    'GET /api/v1/shares?limit[a]=1&__proto__[x]=1 HTTP/1.1',
    'OPTIONS * HTTP/1.1',
    'GET \\\\evil\\x HTTP/1.1',
    'GET ? HTTP/1.1',
  ])('never answers 5xx to %.60s', async (line) => {
    const auth = `Authorization: Bearer ${web.ann.token}`
    const answer = await rawHttp(
      web.url,
      `${line}\r\nHost: x\r\n${auth}\r\nConnection: close\r\n\r\n`,
    )
    expect(statusOf(answer)).toBeGreaterThanOrEqual(200)
    expect(statusOf(answer)).toBeLessThan(500)
  })

  it.each([
    'Host: [::1',
    'Host: \x00',
    'Host: a, b',
    'Host:',
    'Cookie: passalong.lang=%zz; passalong.sid=\xff',
    'Accept-Language: \xff;q=x,,,;;q=1e999',
    'X-Forwarded-For: \xff, , ::: ',
    'Forwarded: for="[::',
    'Content-Length: -1',
    'Range: bytes=0-99999999999999999999',
    'If-Modified-Since: yesterday',
    `X-Large: ${'x'.repeat(40_000)}`,
    'Expect: the unexpected',
    'Upgrade: websocket\r\nConnection: Upgrade',
  ])('never answers 5xx to the header %.50s', async (header) => {
    for (const path of ['/', '/api/v1/shares', '/docs', '/nothing']) {
      const host = header.startsWith('Host') ? '' : 'Host: x\r\n'
      const answer = await rawHttp(
        web.url,
        `GET ${path} HTTP/1.1\r\n${host}${header}\r\nConnection: close\r\n\r\n`,
      )
      expect(statusOf(answer), path).toBeLessThan(500)
    }
  })
})

describe('problems', () => {
  it('are problem+json whose type leads to the documentation', async () => {
    const { json, headers } = await web.api('GET', '/api/v1/shares/none')
    expect(headers.get('content-type')).toBe('application/problem+json')
    expect(headers.get('cache-control')).toBe('no-store')
    expect(json).toMatchObject({ status: 404, code: 'not_found', title: 'Not found' })
    const docs = await web.api('GET', '/docs')
    expect(json.type).toBe('http://localhost:8080/docs#not_found')
    expect(docs.text).toContain('id="not_found"')
  })

  it("come in the reader's language", async () => {
    const { json } = await web.api('GET', '/api/v1/shares/none', {
      headers: { 'accept-language': 'zh-CN' },
    })
    expect(json.title).toBe('未找到')
  })
})
