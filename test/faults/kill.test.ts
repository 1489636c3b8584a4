import { afterEach, expect, test } from 'vitest'
import { createServerUnderTest, type ServerUnderTest } from '#test/fixtures/server.ts'
import { type SmtpSink, startSmtpSink } from '#test/services/smtp-sink.ts'

const SHARES = 200
const RECIPIENTS = 5
const KILLS = 20

let server: ServerUnderTest | undefined
let sink: SmtpSink | undefined
afterEach(async () => {
  await server?.dispose()
  await sink?.close()
})

interface DeliveryJson {
  readonly id: string
  readonly state: string
  readonly address: string
  readonly error: { code: string } | null
}

test('killed -9 twenty times while sharing, nothing accepted is lost', async () => {
  sink = await startSmtpSink()
  // Slow enough that every kill meets sends under way.
  await sink.fault({ at: 'end', delayMs: 50 })
  server = await createServerUnderTest({ SMTP_URL: sink.url, MAIL_FROM: 'share@example.org' })
  await server.start()
  const running = server
  let posting = true
  const accepted = new Set<string>()
  const poster = postAll(running, accepted).finally(() => {
    posting = false
  })
  let kills = 0
  while (kills < KILLS) {
    await sleep(posting ? 40 + Math.random() * 260 : 30)
    await running.end('SIGKILL')
    kills++
    await running.start()
  }
  await poster
  const deliveries = await allFinal(running, accepted)

  const received = await sink.received()
  const byAddress = new Map<string, string[]>()
  for (const { messageId, to } of received) {
    for (const address of to) byAddress.set(address, [...(byAddress.get(address) ?? []), messageId])
  }
  const unknown = deliveries.filter((delivery) => delivery.state === 'unknown')
  const lost = deliveries.filter(
    (delivery) => delivery.state !== 'unknown' && !byAddress.has(delivery.address),
  )
  const duplicates = [...byAddress.values()].filter((ids) => ids.length > 1)
  const strays = duplicates.filter((ids) => new Set(ids).size > 1)
  console.log(
    `kills ${kills}, shares ${accepted.size}, deliveries ${deliveries.length}, ` +
      `received ${received.length}, duplicates ${received.length - byAddress.size}, ` +
      `unknown ${unknown.length}, lost ${lost.length}`,
  )
  expect(accepted.size).toBe(SHARES)
  expect(deliveries).toHaveLength(SHARES * RECIPIENTS)
  expect(lost).toEqual([])
  expect(strays).toEqual([])
  expect(
    deliveries.filter((delivery) => !['accepted', 'unknown'].includes(delivery.state)),
  ).toEqual([])
  // In flight at a kill are at most the channel's slots.
  expect(received.length - byAddress.size).toBeLessThanOrEqual(KILLS * 16)
}, 180_000)

/** Posts every share until it is accepted, under one key each. */
async function postAll(running: ServerUnderTest, accepted: Set<string>): Promise<void> {
  for (let n = 0; n < SHARES; n++) {
    const body = {
      url: `https://example.org/page/${n}`,
      note: `number ${n}`,
      recipients: Array.from({ length: RECIPIENTS }, (_, i) => `r${n}-${i}@example.net`),
    }
    accepted.add(await postOne(running, body, `key-${n}`))
  }
}

async function postOne(running: ServerUnderTest, body: object, key: string): Promise<string> {
  for (;;) {
    try {
      const answer = await running.api('POST', '/shares', body, { 'Idempotency-Key': key })
      if (answer.status === 202 || answer.status === 200) {
        return ((await answer.json()) as { id: string }).id
      }
      if (answer.status < 500) throw new Refused(await answer.text())
    } catch (error) {
      if (error instanceof Refused) throw error
    }
    await sleep(10)
  }
}

class Refused extends Error {}

/** Every delivery of the shares, once nothing of them is under way any more. */
async function allFinal(
  running: ServerUnderTest,
  shares: ReadonlySet<string>,
): Promise<DeliveryJson[]> {
  const end = performance.now() + 90_000
  for (;;) {
    const deliveries: DeliveryJson[] = []
    for (const id of shares) {
      const answer = await running.api('GET', `/shares/${id}`)
      deliveries.push(...((await answer.json()) as { deliveries: DeliveryJson[] }).deliveries)
    }
    const open = deliveries.filter(({ state }) =>
      ['queued', 'sending', 'scheduled'].includes(state),
    )
    if (open.length === 0) return deliveries
    if (performance.now() > end) throw new Error(`${open.length} are still under way`)
    await sleep(300)
  }
}

function sleep(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms))
}
