import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { Agent, request } from 'undici'
import { createServerUnderTest, type ServerUnderTest } from '#test/fixtures/server.ts'
import { type Bench, median } from './bench.ts'
import { keepTo, LOAD_CORE, MEASURED_CORE } from './pinned.ts'
import { cpuSeconds } from './redirect/server.ts'

/** What Kannel calls back a second at most: receipts must not pile up. */
const GOAL = 1_440
const DELIVERIES = 3_000
const A_SHARE = 1_000
/** Kannel calls over as many connections as it likes. */
const CONNECTIONS = 32
const SECRET = 'secret-of-callbacks'
const OK = 200

interface Standing {
  readonly id: string
  readonly state: string
}

/**
 * The product in a process of its own, on SQLite, is told about texts that it sent: by the network taken, then
 * arrived, each stored before it is answered.
 */
export const run: Bench = async ({ quick }) => {
  const rounds = quick ? 1 : 3
  const gateway = await startGateway()
  const server = await createServerUnderTest({
    KANNEL_SENDSMS_URL: gateway.url,
    KANNEL_USERNAME: 'share',
    KANNEL_PASSWORD: 'secret',
    SMS_CALLBACK_SECRET: SECRET,
  })
  const agent = new Agent({ connections: CONNECTIONS, pipelining: 1 })
  const rates: Rate[] = []
  try {
    await server.start()
    keepTo(MEASURED_CORE, server.pid())
    keepTo(LOAD_CORE, process.pid)
    for (let round = 0; round < rounds; round++) {
      rates.push(await measure(server, agent, round))
    }
  } finally {
    keepTo(null, process.pid)
    await agent.close()
    await server.dispose()
    await gateway.close()
  }
  const value = median(rates.map(({ perSecond }) => perSecond))
  const ofCpu = Math.round(median(rates.map(({ perCpuSecond }) => perCpuSecond)))
  return [
    {
      name: `receipts: two for each of ${DELIVERIES.toLocaleString('en')} texts, by the hooks, on SQLite`,
      value,
      unit: 'receipts/s',
      goal: { says: `≥ ${GOAL.toLocaleString('en')}`, met: value >= GOAL },
      note: `${ofCpu.toLocaleString('en')} in a second of CPU`,
    },
  ]
}

interface Rate {
  readonly perSecond: number
  /** A second of the core that the product had, which others may have shared. */
  readonly perCpuSecond: number
}

async function measure(server: ServerUnderTest, agent: Agent, round: number): Promise<Rate> {
  const shares: string[] = []
  for (let at = 0; at < DELIVERIES; at += A_SHARE) {
    shares.push(await share(server, round * DELIVERIES + at))
  }
  const ids = await standing(server, shares, 'accepted')
  const calls = ['8', '1'].flatMap((type) =>
    ids.map(
      (id) => `${server.baseUrl}/hooks/sms/kannel/${SECRET}/dlr?id=${id}&type=${type}&reply=`,
    ),
  )
  const lanes = calls.values()
  const lane = async (): Promise<void> => {
    for (const url of lanes) {
      const { statusCode, body } = await request(url, { dispatcher: agent })
      await body.dump()
      if (statusCode !== OK) throw new Error(`${statusCode}`)
    }
  }
  const cpu = cpuSeconds(server.pid() ?? 0)
  const begun = performance.now()
  await Promise.all(Array.from({ length: CONNECTIONS }, lane))
  const perSecond = calls.length / ((performance.now() - begun) / 1_000)
  const perCpuSecond = calls.length / (cpuSeconds(server.pid() ?? 0) - cpu)
  await standing(server, shares, 'delivered')
  return { perSecond, perCpuSecond }
}

async function share(server: ServerUnderTest, from: number): Promise<string> {
  const recipients = Array.from({ length: A_SHARE }, (_, i) => `+86138${10_000_000 + from + i}`)
  const answer = await server.api('POST', '/shares', { url: 'https://example.org/a', recipients })
  return ((await answer.json()) as { readonly id: string }).id
}

/** Ids of all deliveries, once they stand there. */
async function standing(
  server: ServerUnderTest,
  shares: readonly string[],
  wanted: string,
): Promise<string[]> {
  const ids: string[] = []
  for (const id of shares) {
    for (;;) {
      const answer = await server.api('GET', `/shares/${id}`)
      const { deliveries } = (await answer.json()) as { readonly deliveries: readonly Standing[] }
      if (deliveries.every(({ state }) => state === wanted)) {
        ids.push(...deliveries.map((delivery) => delivery.id))
        break
      }
      await new Promise((resolve) => setTimeout(resolve, 200))
    }
  }
  return ids
}

/** Takes every text. */
async function startGateway(): Promise<{ readonly url: string; close(): Promise<void> }> {
  const server = createServer((_request, response) => {
    response.writeHead(202).end('0: Accepted for delivery')
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/cgi-bin/sendsms`,
    async close() {
      server.closeAllConnections()
      server.close()
      await once(server, 'close')
    },
  }
}
