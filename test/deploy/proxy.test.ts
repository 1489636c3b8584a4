import { spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { createServer, type IncomingHttpHeaders, type Server } from 'node:http'
import { connect } from 'node:net'
import { text } from 'node:stream/consumers'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { until } from '#test/fixtures/engine.ts'
import { skippedFor } from '#test/services/skipped-for.ts'
import { steadyPort } from '#test/services/steady-port.ts'
import { readDockerfile } from './dockerfile.ts'
import { CADDY, CADDYFILE, missingCaddy, type RunningProxy, startProxy } from './proxy.ts'

/** What `web` may be; all of them are this machine. */
const FIRST = '127.0.0.2'
const SECOND = '127.0.0.3'
const THIRD = '127.0.0.4'

interface Heard {
  readonly by: string
  readonly method: string
  readonly headers: IncomingHttpHeaders
}

describe.skipIf(skippedFor(missingCaddy()))('the proxy', { timeout: 30_000 }, () => {
  const servers = new Map<string, Server>()
  const heard: Heard[] = []
  const cut = new Set<string>()
  let port: number
  let proxy: RunningProxy

  /** A server that says who it is; `/cut` breaks off, `/cut-once` the first time, `/stream` goes on until the client leaves. */
  async function serve(address: string): Promise<void> {
    const server = createServer(async (request, response) => {
      heard.push({ by: address, method: request.method ?? '', headers: request.headers })
      const { url } = request
      if (url === '/cut' || (url === '/cut-once' && !cut.has(url))) {
        cut.add(url)
        return void request.socket.destroy()
      }
      if (url === '/stream') {
        response.setHeader('Content-Type', 'text/event-stream')
        response.write('data: first\n\n')
        return void response.once('close', () => server.emit('left'))
      }
      const body = await text(request).catch(() => null)
      if (body !== null) response.end(`${address} ${body.length}`)
    })
    server.listen(port, address)
    await once(server, 'listening')
    servers.set(address, server)
  }

  function end(address: string): void {
    servers.get(address)?.closeAllConnections()
    servers.get(address)?.close()
    servers.delete(address)
  }

  beforeAll(async () => {
    port = await steadyPort()
    proxy = await startProxy([FIRST, SECOND], port)
  })
  afterAll(() => proxy?.stop())
  afterEach(() => {
    for (const address of [...servers.keys()]) end(address)
    heard.length = 0
    cut.clear()
  })
  const get = (path: string, init: RequestInit = {}) => fetch(`${proxy.url}${path}`, init)
  const whoAnswers = async () => (await (await get('/')).text()).split(' ')[0]

  test('spreads requests over all web processes', async () => {
    await Promise.all([serve(FIRST), serve(SECOND)])
    for (let i = 0; i < 20; i++) await whoAnswers()
    expect(new Set(heard.map(({ by }) => by))).toEqual(new Set([FIRST, SECOND]))
  })

  test('says who asks by itself; what a client wrote there never arrives', async () => {
    await serve(FIRST)
    await get('/', {
      headers: {
        'X-Forwarded-For': '203.0.113.7',
        'X-Forwarded-Proto': 'https',
        'X-Forwarded-Host': 'evil.example',
        Forwarded: 'for=203.0.113.7',
      },
    })
    const [{ headers } = { headers: {} }] = heard
    expect(headers).toMatchObject({
      'x-forwarded-for': '127.0.0.1',
      'x-forwarded-proto': 'http',
      'x-forwarded-host': new URL(proxy.url).host,
      host: new URL(proxy.url).host,
    })
    expect(headers).not.toHaveProperty('forwarded')
  })

  test('passes an event stream on as it comes, and tells the server when the client leaves', async () => {
    await serve(FIRST)
    const leaving = new AbortController()
    const answer = await get('/stream', { signal: leaving.signal })
    const { value } = (await answer.body?.getReader().read()) ?? {}
    expect(new TextDecoder().decode(value)).toBe('data: first\n\n')
    const left = once(servers.get(FIRST) as Server, 'left')
    leaving.abort()
    await left
  })

  test('goes on with the other process where one is gone, forms included', async () => {
    await Promise.all([serve(FIRST), serve(SECOND)])
    await whoAnswers()
    end(FIRST)
    for (let i = 0; i < 20; i++) {
      const answer = await get('/', { method: 'POST', body: 'x'.repeat(10) })
      expect(await answer.text()).toBe(`${SECOND} 10`)
    }
  })

  test('waits a moment for a process that starts again', async () => {
    const asked = whoAnswers()
    await sleep(1_000)
    await serve(FIRST)
    expect(await asked).toBe(FIRST)
  })

  test('asks the next one for what may be asked twice, and never repeats a form that was heard', async () => {
    await Promise.all([serve(FIRST), serve(SECOND)])
    expect((await get('/cut', { method: 'POST', body: 'x' })).status).toBe(502)
    expect(heard).toHaveLength(1)
    expect((await get('/cut-once')).status).toBe(200)
    expect(heard.slice(1).map(({ by }) => by)).toEqual(expect.arrayContaining([FIRST, SECOND]))
  })

  test('serves the others as before where a client breaks off in the middle of a form', async () => {
    await serve(FIRST)
    const { hostname, port: door } = new URL(proxy.url)
    const client = connect(Number(door), hostname)
    client.write('POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 1000\r\n\r\nabc')
    await until(async () => heard.length > 0 || undefined)
    client.destroy()
    await sleep(100)
    const asked = performance.now()
    await whoAnswers()
    expect(performance.now() - asked).toBeLessThan(5_000)
  })

  test('takes bodies larger than Passalong does, and refuses what nobody would send', async () => {
    await serve(FIRST)
    const post = (size: number) => get('/', { method: 'POST', body: 'x'.repeat(size) })
    expect(await (await post(100_000)).text()).toBe(`${FIRST} 100000`)
    expect((await post(2_000_000)).status).toBe(413)
  })

  test('finds a process that is added, and forgets one that is taken away', async () => {
    await Promise.all([serve(FIRST), serve(THIRD)])
    proxy.lead([THIRD])
    await until(async () => (await whoAnswers()) === THIRD || undefined, 15_000)
    heard.length = 0
    for (let i = 0; i < 20; i++) await whoAnswers()
    expect(new Set(heard.map(({ by }) => by))).toEqual(new Set([THIRD]))
    proxy.lead([FIRST, SECOND])
    await until(async () => (await whoAnswers()) === FIRST || undefined, 15_000)
  })
})

describe.skipIf(skippedFor(missingCaddy()))('the proxy configuration', () => {
  for (const SITE_ADDRESS of ['', 'share.example.org', 'share.example.org, s.example.org']) {
    test(`is taken for ${SITE_ADDRESS || 'any host, without TLS'}`, () => {
      const { PATH, HOME } = process.env
      const { status, stderr } = spawnSync(
        CADDY,
        ['validate', '--config', CADDYFILE, '--adapter', 'caddyfile'],
        { env: { PATH, HOME, ...(SITE_ADDRESS && { SITE_ADDRESS }) }, encoding: 'utf8' },
      )
      expect(stderr).not.toContain('not formatted')
      expect(status, stderr).toBe(0)
    })
  }
})

test('the proxy that is tried is of the release that the image has', () => {
  const module = readFileSync(new URL('./caddy/go.mod', import.meta.url), 'utf8')
  const [base] = readDockerfile('deploy/proxy/Dockerfile').bases
  const release = /caddy\/v2 v(\d+\.\d+)\./.exec(module)?.[1]
  expect(base).toBe(`caddy:${release}-alpine`)
})
