import { afterEach, expect, test } from 'vitest'
import { all, until } from '#test/fixtures/engine.ts'
import { createServerUnderTest, type ServerUnderTest } from '#test/fixtures/server.ts'
import { missingRedis } from '#test/services/redis.ts'
import { freshRedis } from '#test/services/shared.ts'
import { skippedFor } from '#test/services/skipped-for.ts'
import { type SmtpSink, startSmtpSink } from '#test/services/smtp-sink.ts'

const skipped = skippedFor(missingRedis())

let server: ServerUnderTest | undefined
let sink: SmtpSink | undefined
afterEach(async () => {
  await server?.dispose()
  await sink?.close()
})

test.skipIf(skipped)('Redis may hold the queue of an embedded store', async () => {
  sink = await startSmtpSink()
  const mail = { SMTP_URL: sink.url, MAIL_FROM: 'share@example.org' }
  const running = await createServerUnderTest({ ...mail, REDIS_URL: await freshRedis() })
  server = running
  await running.start()
  expect(running.output()).toMatch(/Role: all\. Data: in .*\. Queue: Redis at 127\.0\.0\.1:\d+/)
  const request = { url: 'https://example.org/a', recipients: ['a@example.net', 'b@example.net'] }
  const made = (await (await running.api('POST', '/shares', request)).json()) as { id: string }
  await until(async () => {
    const share = await (await running.api('GET', `/shares/${made.id}`)).json()
    return all('accepted')(share as Parameters<ReturnType<typeof all>>[0]) || undefined
  })
  expect(await sink.count()).toBe(2)
})
