import { request } from 'node:http'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { PassalongError } from '#core/errors.ts'
import { type RunningWeb, startWeb } from '#test/web/start-web.ts'

let web: RunningWeb
let broken = false
beforeAll(async () => {
  web = await startWeb({
    settings: { metricsToken: 'let me read' },
    prepare: (store) => ({
      ...store,
      async check() {
        if (broken) throw new PassalongError('unavailable', 'The disk is full.')
      },
    }),
  })
})
afterAll(() => web.close())

const get = (path: string, headers: Record<string, string> = {}) =>
  web.api('GET', path, { token: null, headers })

describe('/healthz and /readyz', () => {
  it('say that the process answers and can serve', async () => {
    expect((await get('/healthz')).json).toEqual({ status: 'ok' })
    expect((await get('/readyz')).json).toEqual({ status: 'ready' })
  })

  it('tell a process that lives from one that can serve', async () => {
    broken = true
    const answers = [await get('/healthz'), await get('/readyz')]
    broken = false
    expect(answers.map(({ status }) => status)).toEqual([200, 503])
    expect(answers[1]?.headers.get('content-type')).toBe('application/problem+json')
  })
})

/** The status of an answer to a request that names the host. */
function statusOf(port: number, path: string, host: string): Promise<number | undefined> {
  return new Promise((resolve, reject) => {
    request({ port, path, headers: { host } }, (answer) => resolve(answer.resume().statusCode))
      .once('error', reject)
      .end()
  })
}

describe('/metrics', () => {
  it('counts requests by area and shows the queues', async () => {
    await get('/api/v1/shares')
    await get('/')
    const { status, headers, text } = await get('/metrics')
    expect(status).toBe(200)
    expect(headers.get('content-type')).toMatch(/^text\/plain/)
    expect(text).toMatch(/passalong_http_requests_total\{area="api",status="4xx"\} [1-9]/)
    expect(text).toContain('passalong_http_requests_total{area="home",status="2xx"} 1')
    expect(text).toContain('# TYPE passalong_queue_depth gauge')
    expect(text).toContain('# TYPE passalong_redirect_seconds histogram')
  })

  it('takes no label from paths that we do not know', async () => {
    for (const path of ['/secretpath', '/secretpath/x', '/%00']) await get(path)
    expect((await get('/metrics')).text).not.toContain('secretpath')
  })

  it('is shut to who asks for our public address: a proxy stands between that says nothing', async () => {
    const settings = {
      baseUrl: 'https://pass.example.org',
      linkBaseUrl: 'https://go.example.org:8443',
    }
    const behind = await startWeb({ settings })
    const port = Number(new URL(behind.url).port)
    const statuses = []
    for (const host of ['pass.example.org', 'PASS.example.org:443', 'go.example.org:8443']) {
      statuses.push(await statusOf(port, '/metrics', host))
    }
    const scraper = await statusOf(port, '/metrics', `127.0.0.1:${port}`)
    await behind.close()
    expect(statuses).toEqual([401, 401, 401])
    expect(scraper).toBe(200)
  })

  it.each(['x-forwarded-for', 'forwarded', 'x-real-ip', 'via', 'x-client-ip', 'x-original-host'])(
    'is shut to what came through a proxy (%s), but for the token',
    async (header) => {
      const forwarded = { [header]: '127.0.0.1' }
      expect((await get('/metrics', forwarded)).status).toBe(401)
      const wrong = { ...forwarded, authorization: 'Bearer let me' }
      expect((await get('/metrics', wrong)).status).toBe(401)
    },
  )

  it('opens to the token through a proxy', async () => {
    const tokened = await startWeb({ settings: { metricsToken: 'read-me' } })
    const headers = { 'x-forwarded-for': '203.0.113.7', authorization: 'Bearer read-me' }
    const { status } = await tokened.api('GET', '/metrics', { token: null, headers })
    await tokened.close()
    expect(status).toBe(200)
  })
})
