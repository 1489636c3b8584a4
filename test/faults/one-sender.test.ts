import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { until } from '#test/fixtures/engine.ts'
import { type Fleet, startFleet } from '#test/fixtures/fleet.ts'
import type { Member } from '#test/fixtures/fleet-member.ts'
import { FOLLOWED_MS, type LeaseWatch, watchLease } from '#test/fixtures/lease-watch.ts'
import { runJson } from '#test/fixtures/run-cli.ts'
import { freshDatabase, missingDatabase } from '#test/services/shared.ts'
import { skippedFor } from '#test/services/skipped-for.ts'
import { type SmtpSink, startSmtpSink } from '#test/services/smtp-sink.ts'

/** Only against hanging: the store's own times say how soon another followed. */
const GUARD_MS = 60_000
const RECIPIENTS = 20

const skipped = skippedFor(await missingDatabase())

let sink: SmtpSink
let fleet: Fleet
let lease: LeaseWatch
beforeAll(async () => {
  if (skipped) return
  sink = await startSmtpSink()
  const uri = await freshDatabase()
  lease = await watchLease(uri, 'feeder')
  fleet = await startFleet(['all', 'all'], {
    MONGODB_URI: uri,
    SMTP_URL: sink.url,
    MAIL_FROM: 'share@example.org',
  })
}, 180_000)
afterAll(async () => {
  await lease?.close()
  await fleet?.dispose()
  await sink?.close()
})

let shares = 0
async function share(): Promise<void> {
  const name = `s${shares++}`
  const recipients = Array.from({ length: RECIPIENTS }, (_, n) => `${name}-${n}@example.net`)
  const answer = await fleet.api('POST', '/shares', { url: 'https://example.org/a', recipients })
  expect(answer.status).toBe(202)
}

const received = (count: number, withinMs: number): Promise<void> =>
  until(async () => ((await sink.count()) >= count ? true : undefined), withinMs).then(() => {})

/** Whose own counts of sends have risen. */
async function senderOf(members: readonly Member[]): Promise<Member[]> {
  const texts = await Promise.all(
    members.map(async ({ baseUrl }) => (await fetch(`${baseUrl}/metrics`)).text()),
  )
  return members.filter((_, at) => /^passalong_outcomes_total\{.*\} [1-9]/m.test(texts[at] ?? ''))
}

describe.skipIf(skipped)('two processes on MongoDB without Redis', () => {
  test('one sends, whichever took the share, and both say so', async () => {
    await share()
    await share()
    await received(2 * RECIPIENTS, GUARD_MS)
    expect(await senderOf(fleet.members)).toHaveLength(1)
    for (const member of fleet.members)
      expect(member.output()).toContain('one process sends at a time')
  })

  test('the command line leaves the sending to it', async () => {
    const args = ['share', 'https://example.org/cli', '--to', 'cli@example.net']
    const made = await runJson(fleet.environment, args)
    expect(made.deliveries).toMatchObject([{ state: 'accepted' }])
    expect(await senderOf(fleet.members)).toHaveLength(1)
  })

  test('when the sender is killed hard, the other sends within 15 s, and nothing twice', async () => {
    const [sender] = await senderOf(fleet.members)
    lease.begin()
    await sender?.end('SIGKILL')
    const killed = performance.now()
    const before = await sink.count()
    await share()
    await received(before + RECIPIENTS, GUARD_MS)
    const [last, next] = lease.handover()
    expect(next?.at).toBeLessThanOrEqual((last?.at ?? 0) + FOLLOWED_MS)
    console.log(`all sent ${Math.round(performance.now() - killed)} ms after kill -9`)
    const all = await sink.received()
    expect(new Set(all.flatMap(({ to }) => to)).size).toBe(all.length)
  }, 180_000)

  test('when nobody runs, the command line sends by itself', async () => {
    for (const member of fleet.members) await member.end('SIGTERM')
    const args = ['share', 'https://example.org/cli', '--to', 'alone@example.net']
    const made = await runJson(fleet.environment, args)
    expect(made.deliveries).toMatchObject([{ state: 'accepted' }])
    expect((await sink.received()).flatMap(({ to }) => to)).toContain('alone@example.net')
  })
})
