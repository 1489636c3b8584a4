import { afterEach, expect, test } from 'vitest'
import { all, until } from '#test/fixtures/engine.ts'
import { createServerUnderTest, type ServerUnderTest } from '#test/fixtures/server.ts'
import { type SmtpSink, startSmtpSink } from '#test/services/smtp-sink.ts'
import { steadyPort } from '#test/services/steady-port.ts'

let server: ServerUnderTest | undefined
let sink: SmtpSink | undefined
afterEach(async () => {
  await server?.dispose()
  await sink?.close()
})

interface Share {
  readonly id: string
  readonly deliveries: readonly {
    readonly state: string
    readonly attempts: number
    readonly error: { readonly code: string; readonly detail: string } | null
  }[]
}

async function share(running: ServerUnderTest, recipients: readonly string[]): Promise<Share> {
  const answer = await running.api('POST', '/shares', { url: 'https://example.org/a', recipients })
  expect(answer.status).toBe(202)
  return (await answer.json()) as Share
}

async function settled(
  running: ServerUnderTest,
  id: string,
  holds: (share: Share) => boolean,
): Promise<Share> {
  return until(async () => {
    const now = (await (await running.api('GET', `/shares/${id}`)).json()) as Share
    return holds(now) ? now : undefined
  }, 120_000)
}

test('a mail server that is away is waited for, with a reason, and nothing is lost', async () => {
  const port = await steadyPort()
  server = await createServerUnderTest({
    SMTP_URL: `smtp://127.0.0.1:${port}`,
    MAIL_FROM: 'share@example.org',
  })
  await server.start()
  const { id } = await share(server, ['bob@example.net', 'carol@example.net'])
  const waiting = await settled(server, id, (now) =>
    now.deliveries.every((delivery) => delivery.attempts > 0),
  )
  expect(waiting.deliveries[0]).toMatchObject({ state: 'queued', error: { code: 'retrying' } })
  sink = await startSmtpSink({ port })
  await settled(server, id, all('accepted'))
  expect(await sink.count()).toBe(2)
})

test('a server that cuts after the message leaves one copy more at most, under the same Message-ID', async () => {
  sink = await startSmtpSink()
  server = await createServerUnderTest({ SMTP_URL: sink.url, MAIL_FROM: 'share@example.org' })
  await server.start()
  await sink.fault({ at: 'end', cut: true, times: 1 })
  const { id } = await share(server, ['bob@example.net'])
  await settled(server, id, all('accepted'))
  const received = await sink.received()
  expect(received.length).toBe(2)
  expect(new Set(received.map((message) => message.messageId)).size).toBe(1)
})

test('a server that is busy, and then slow, takes its time, and all arrives once', async () => {
  sink = await startSmtpSink()
  server = await createServerUnderTest({ SMTP_URL: sink.url, MAIL_FROM: 'share@example.org' })
  await server.start()
  await sink.fault({ at: 'connect', reply: '421 4.3.2 Too busy', times: 3 })
  const { id } = await share(server, ['a@example.net', 'b@example.net', 'c@example.net'])
  await settled(server, id, (now) => now.deliveries.some((delivery) => delivery.attempts > 0))
  await sink.fault({ at: 'end', delayMs: 1_500 })
  await settled(server, id, all('accepted'))
  expect(await sink.count()).toBe(3)
})
