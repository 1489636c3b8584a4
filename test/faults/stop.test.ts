import { afterEach, expect, test } from 'vitest'
import { all, until } from '#test/fixtures/engine.ts'
import { createServerUnderTest, type ServerUnderTest } from '#test/fixtures/server.ts'
import { type SmtpSink, startSmtpSink } from '#test/services/smtp-sink.ts'

let server: ServerUnderTest | undefined
let sink: SmtpSink | undefined
afterEach(async () => {
  await server?.dispose()
  await sink?.close()
})

interface Share {
  readonly id: string
  readonly deliveries: readonly {
    readonly id: string
    readonly state: string
    readonly attempts: number
    readonly error: { readonly code: string } | null
  }[]
}

async function start(environment: Readonly<Record<string, string>> = {}): Promise<{
  server: ServerUnderTest
  sink: SmtpSink
}> {
  sink = await startSmtpSink()
  const mail = { SMTP_URL: sink.url, MAIL_FROM: 'share@example.org' }
  server = await createServerUnderTest({ ...mail, ...environment })
  await server.start()
  return { server, sink }
}

async function share(running: ServerUnderTest, count: number, more = {}): Promise<Share> {
  const recipients = Array.from({ length: count }, (_, i) => `r${i}@example.net`)
  const request = { url: 'https://example.org/a', recipients, ...more }
  const answer = await running.api('POST', '/shares', request)
  expect(answer.status).toBe(202)
  return (await answer.json()) as Share
}

const settled = (running: ServerUnderTest, id: string, holds: (share: Share) => boolean) =>
  until(async () => {
    const now = (await (await running.api('GET', `/shares/${id}`)).json()) as Share
    return holds(now) ? now : undefined
  }, 30_000)

const some = (state: string) => (now: Share) =>
  now.deliveries.some((delivery) => delivery.state === state)

test('killed while it sends, UNKNOWN_OUTCOME=ask leaves it to the sender and sends nothing twice', async () => {
  const t = await start({ UNKNOWN_OUTCOME: 'ask' })
  await t.sink.fault({ at: 'end', delayMs: 800 })
  const { id } = await share(t.server, 1)
  await settled(t.server, id, some('sending'))
  await t.server.end('SIGKILL')
  await t.sink.fault(null)
  await t.server.start()
  const [delivery] = (await settled(t.server, id, all('unknown'))).deliveries
  expect(delivery).toMatchObject({ attempts: 1, error: { code: 'outcome_unknown' } })
  await new Promise((resolve) => setTimeout(resolve, 1_000))
  expect(await t.sink.count()).toBeLessThanOrEqual(1)
  const before = await t.sink.count()
  await t.server.api('POST', `/deliveries/${delivery?.id}/retry`)
  await settled(t.server, id, all('accepted'))
  expect(await t.sink.count()).toBe(before + 1)
}, 60_000)

test('stopped while it sends, what is under way is finished and the rest goes out after the next start', async () => {
  const t = await start()
  await t.sink.fault({ at: 'end', delayMs: 300 })
  const { id } = await share(t.server, 40)
  await settled(t.server, id, some('accepted'))
  expect(await t.server.end('SIGTERM')).toBe(0)
  const atStop = await t.sink.count()
  expect(atStop).toBeLessThan(40)
  await t.sink.fault(null)
  await t.server.start()
  const after = await settled(t.server, id, all('accepted'))
  expect(after.deliveries.every(({ attempts }) => attempts === 1)).toBe(true)
  expect(await t.sink.count()).toBe(40)
}, 60_000)

test('taken back and killed at once, nothing of it waits or goes out after the next start', async () => {
  const t = await start()
  const later = { sendAt: new Date(Date.now() + 2_500).toISOString() }
  const { id } = await share(t.server, 50, later)
  const { server: running } = t
  const cancelling = running.api('POST', `/shares/${id}/cancel`).catch(() => undefined)
  await new Promise((resolve) => setTimeout(resolve, Math.random() * 10))
  await running.end('SIGKILL')
  await cancelling
  await running.start()
  const now = (await (await running.api('GET', `/shares/${id}`)).json()) as Share
  const states = new Set(now.deliveries.map(({ state }) => state))
  expect(states.size).toBe(1)
  if (!states.has('cancelled')) await settled(running, id, all('accepted'))
  else await new Promise((resolve) => setTimeout(resolve, 2_500))
  expect(await t.sink.count()).toBe(states.has('cancelled') ? 0 : 50)
}, 60_000)
