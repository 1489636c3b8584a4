import { setTimeout as sleep } from 'node:timers/promises'
import { afterEach, expect, test } from 'vitest'
import { all, until } from '#test/fixtures/engine.ts'
import { answers, createServerUnderTest, type ServerUnderTest } from '#test/fixtures/server.ts'
import { type SmtpSink, startSmtpSink } from '#test/services/smtp-sink.ts'

/** Only against hanging. */
const GUARD_MS = 100_000
/** Long enough to be accepted, taken back, killed and started again before. */
const LATER_MS = 30_000

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
  }, GUARD_MS)

/** It has heard that it is to stop. */
async function stopsTaking({ baseUrl }: ServerUnderTest): Promise<boolean> {
  return !(await answers(`${baseUrl}/readyz`))
}

const some = (state: string) => (now: Share) =>
  now.deliveries.some((delivery) => delivery.state === state)

test('killed while it sends, UNKNOWN_OUTCOME=ask leaves it to the sender and sends nothing twice', async () => {
  const t = await start({ UNKNOWN_OUTCOME: 'ask' })
  await t.sink.fault({ at: 'end', hold: true })
  const { id } = await share(t.server, 1)
  await until(async () => (await t.sink.held()) === 1 || undefined, GUARD_MS)
  await settled(t.server, id, some('sending'))
  await t.server.end('SIGKILL')
  await t.sink.fault(null)
  await until(async () => (await t.sink.count()) === 1 || undefined, GUARD_MS)
  await t.server.start()
  const [delivery] = (await settled(t.server, id, all('unknown'))).deliveries
  expect(delivery).toMatchObject({ attempts: 1, error: { code: 'outcome_unknown' } })
  await sleep(1_000)
  expect(await t.sink.count()).toBe(1)
  await t.server.api('POST', `/deliveries/${delivery?.id}/retry`)
  await settled(t.server, id, all('accepted'))
  expect(await t.sink.count()).toBe(2)
})

test('stopped while it sends, what is under way is finished and the rest goes out after the next start', async () => {
  const t = await start()
  await t.sink.fault({ at: 'end', hold: true })
  const { id } = await share(t.server, 40)
  await until(async () => (await t.sink.held()) > 0 || undefined, GUARD_MS)
  const ending = t.server.end('SIGTERM')
  await until(async () => (await stopsTaking(t.server)) || undefined, GUARD_MS)
  await t.sink.fault(null)
  expect(await ending).toBe(0)
  const atStop = await t.sink.count()
  expect(atStop).toBeGreaterThan(0)
  expect(atStop).toBeLessThan(40)
  await t.server.start()
  const after = await settled(t.server, id, all('accepted'))
  expect(after.deliveries.every(({ attempts }) => attempts === 1)).toBe(true)
  expect(await t.sink.count()).toBe(40)
})

test('taken back and killed at once, nothing of it waits or goes out after the next start', async () => {
  const t = await start()
  const sendAt = new Date(Date.now() + LATER_MS).toISOString()
  const { id, deliveries } = await share(t.server, 50, { sendAt })
  expect(new Set(deliveries.map(({ state }) => state))).toEqual(new Set(['scheduled']))
  const { server: running } = t
  const cancelling = running.api('POST', `/shares/${id}/cancel`).catch(() => undefined)
  await sleep(Math.random() * 10)
  await running.end('SIGKILL')
  await cancelling
  await running.start()
  const now = (await (await running.api('GET', `/shares/${id}`)).json()) as Share
  const states = new Set(now.deliveries.map(({ state }) => state))
  expect(states.size).toBe(1)
  if (!states.has('cancelled')) await settled(running, id, all('accepted'))
  else await sleep(Math.max(0, Date.parse(sendAt) - Date.now()) + 2_500)
  expect(await t.sink.count()).toBe(states.has('cancelled') ? 0 : 50)
})
