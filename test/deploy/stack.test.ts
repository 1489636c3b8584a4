import { once } from 'node:events'
import { type IncomingMessage, type OutgoingHttpHeaders, request } from 'node:http'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { until } from '#test/fixtures/engine.ts'
import { skippedFor } from '#test/services/skipped-for.ts'
import { fieldsOf, formOf, Visitor } from '#test/web/pages/visitor.ts'
import { missingStack, type Stack, startStack } from './stack.ts'

const PASSWORD = 'correct horse battery'
const FIREFOX = 'Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0'
/** Sign-ins that one client may try in ten minutes, whoever it says it is. */
const TRIES = 30

interface Share {
  readonly id: string
  readonly deliveries: readonly {
    readonly link: string
    readonly state: string
    readonly opens: number
  }[]
}

/** In the order of a day: what is broken stays so for the tests below. */
describe.skipIf(skippedFor(await missingStack()))('docker compose up', { timeout: 60_000 }, () => {
  let stack: Stack
  let token: string

  beforeAll(async () => {
    stack = await startStack()
  }, 240_000)
  afterAll(() => stack?.stop(), 60_000)

  const cli = (command: string) =>
    stack.web[0]?.exec(['sh', '-c', `cd /app && ${command}`]) ?? Promise.reject()
  const api = async (method: string, path: string, body?: unknown): Promise<Share> => {
    const answer = await fetch(`${stack.proxy.url}/api/v1${path}`, {
      method,
      headers: { Authorization: `Bearer ${token}`, 'Content-Type': 'application/json' },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    })
    expect(answer.ok, await answer.clone().text()).toBe(true)
    return (await answer.json()) as Share
  }
  const share = (name: string) =>
    api('POST', '/shares', { url: 'https://example.org/a', recipients: [`${name}@example.net`] })
  const delivered = ({ id }: Share, opens = 0) =>
    until(async () => {
      const now = await api('GET', `/shares/${id}`)
      const [delivery] = now.deliveries
      return delivery?.state === 'accepted' && delivery.opens === opens ? now : undefined
    }, 30_000)
  const follow = (link: string) =>
    fetch(link, { redirect: 'manual', headers: { 'User-Agent': FIREFOX } })

  test('comes up whole: every healthcheck is content', async () => {
    const ours = [stack.web[0], ...stack.worker, ...stack.bots]
    for (const container of ours) await container?.exec(stack.image.healthCommand ?? [])
    stack.healthy('redis')
    stack.healthy('proxy')
    expect((await fetch(`${stack.proxy.url}/readyz`)).status).toBe(200)
  })

  test('prints a link for the first account, which the proxy leads to', async () => {
    const links = stack.web.map(({ firstLink }) => firstLink ?? '')
    for (const link of links) expect((await fetch(link)).status).toBe(200)
  })

  test('finds nothing at fault with itself', async () => {
    expect(await cli('node src/cli.ts doctor')).toMatch(/MONGODB_URI.*\n(.*\n)*.*REDIS_URL/)
  })

  test('makes the first account by the command line of a running container', async () => {
    await cli(`echo ${PASSWORD} | node src/cli.ts account create ann --password-stdin`)
    token = JSON.parse(await cli('node src/cli.ts token create ann --json')).token
    expect(token).toBeTruthy()
  })

  test('sends a share by mail, and counts who opened it', async () => {
    const accepted = await share('bob')
    const { deliveries } = await delivered(accepted)
    const link = deliveries[0]?.link ?? ''
    expect(link).toContain(`${stack.proxy.url}/r/`)
    const received = await stack.sink.received()
    expect(received.flatMap(({ to }) => to)).toContain('bob@example.net')
    // Sooner, and it may have been a scanner of mail.
    await sleep(10_500)
    const answer = await follow(link)
    expect([answer.status, answer.headers.get('location')]).toEqual([302, 'https://example.org/a'])
    await delivered(accepted, 1)
  })

  test('tells a page through the proxy at once what a worker did', async () => {
    const ann = new Visitor(stack.proxy.url)
    await ann.signIn('ann', PASSWORD)
    const later = new Date(Date.now() + 10_000).toISOString()
    const { id } = await api('POST', '/shares', {
      url: 'https://example.org/b',
      recipients: ['carol@example.net'],
      sendAt: later,
    })
    const cookie = [...ann.cookies].map((pair) => pair.join('=')).join('; ')
    const leaving = new AbortController()
    const events = await fetch(`${stack.proxy.url}/shares/${id}/events`, {
      headers: { cookie },
      signal: leaving.signal,
    })
    expect(events.headers.get('content-type')).toMatch(/^text\/event-stream/)
    let told = ''
    for await (const part of events.body ?? []) {
      told += Buffer.from(part).toString()
      if (told.split('event: status').length > 2) break
    }
    leaving.abort()
    const now = await api('GET', `/shares/${id}`)
    expect(now.deliveries[0]?.state).not.toBe('scheduled')
  })

  test('takes a client for who it is, whatever it writes into its headers', async () => {
    const stranger = new Visitor(stack.proxy.url)
    const form = formOf(await stranger.get('/sign-in'), '/sign-in')
    const fields = fieldsOf(form ?? expect.fail('there is no form to sign in'))
    const cookie = [...stranger.cookies].map((pair) => pair.join('=')).join('; ')
    const trySigningIn = (from: string, nth: number) =>
      post(`${stack.proxy.url}/sign-in`, {
        from,
        headers: {
          Cookie: cookie,
          'X-Forwarded-For': `203.0.113.${nth}`,
          Forwarded: `for=203.0.113.${nth}`,
          'X-Real-IP': `203.0.113.${nth}`,
        },
        body: `${new URLSearchParams({ ...fields, username: `nobody${nth}`, password: 'wrong' })}`,
      })
    for (let nth = 0; nth < TRIES; nth++) {
      expect(await trySigningIn('127.0.0.8', nth)).not.toBe(429)
    }
    expect(await trySigningIn('127.0.0.8', TRIES)).toBe(429)
    expect(await trySigningIn('127.0.0.9', TRIES + 1)).not.toBe(429)
  })

  test('goes on by one web process and one worker, the others killed', async () => {
    const before = await delivered(await share('dave'))
    await Promise.all([stack.web[0]?.kill('SIGKILL'), stack.worker[0]?.kill('SIGKILL')])
    const shares: Share[] = []
    for (let i = 0; i < 10; i++) shares.push(await share(`erin${i}`))
    for (const one of shares) await delivered(one)
    for (const { link } of [...before.deliveries, ...shares.flatMap((one) => one.deliveries)]) {
      expect((await follow(link)).status).toBe(302)
    }
  })

  test('stops as Docker stops it: every process hears the signal and ends well', async () => {
    const left = [...stack.web.slice(1), ...stack.worker.slice(1), ...stack.bots]
    expect(await Promise.all(left.map((one) => one.kill('SIGTERM')))).toEqual(left.map(() => 0))
  })
})

interface FormPost {
  /** The client's own address: all of 127.0.0.0/8 is this machine. */
  readonly from: string
  readonly headers: OutgoingHttpHeaders
  readonly body: string
}

/** Resolves with the status. */
async function post(url: string, { from, headers, body }: FormPost): Promise<number | undefined> {
  const type = { 'Content-Type': 'application/x-www-form-urlencoded' }
  const asked = request(url, {
    method: 'POST',
    localAddress: from,
    headers: { ...headers, ...type },
    agent: false,
  })
  asked.end(body)
  const [answer] = (await once(asked, 'response')) as [IncomingMessage]
  answer.resume()
  return answer.statusCode
}
