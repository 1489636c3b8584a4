import { expect } from 'vitest'
import { until } from '#test/fixtures/engine.ts'
import type { ServerUnderTest } from '#test/fixtures/server.ts'
import type { SmppSmsc } from '../../services/smpp-smsc.ts'

/** Where a message of the load stands. */
export interface Standing {
  readonly address: string
  readonly state: string
  readonly attempts: number
  /** Why it stands there, where there is more to say; with the gateway's words. */
  readonly error?: { readonly detail: string } | null
}

/** What it came to, as it is printed. */
export interface Balance {
  readonly messages: number
  /** Settled, never seen by the network, and not shown as unknown. */
  readonly lost: number
  /** Messages that the network was given beyond the first of each. */
  readonly duplicates: number
  readonly unknown: number
  /** Of which a receipt came. */
  readonly reported: number
  readonly stops: number
  readonly stopsLost: number
  /** The longest that the network had nothing new while something was still to come. */
  readonly longestStallMs: number
}

/** Texts to new numbers, from the API to the phone network, and the STOPs that some of them write back. */
export interface Load {
  readonly phones: readonly string[]
  /** Resolves once so many of the phones have theirs. */
  arrived(count: number): Promise<void>
  /** Each of the phones that have their text by now writes STOP, `count` of them; the network repeats it until taken. */
  stop(count: number): Promise<void>
  /**
   * Resolves when each message stands where it is wanted (by default: nothing is under way), each STOP is confirmed,
   * and one share more was tried on those that stopped.
   */
  settled(
    isSettled?: (state: string) => boolean,
  ): Promise<{ readonly balance: Balance; readonly standings: readonly Standing[] }>
}

export interface Place {
  readonly server: ServerUnderTest
  readonly network: SmppSmsc
  /** That phones write to. */
  readonly sender: string
}

const A_SHARE = 250
const UNDER_WAY = ['queued', 'sending', 'scheduled']
const isDone = (state: string): boolean => !UNDER_WAY.includes(state)
const PATIENCE_MS = 120_000
const ARRIVAL_MS = 60_000
const SAMPLE_MS = 10
/** On a busy machine a kept connection may end just as it is used again. */
const ON_ITS_OWN = { Connection: 'close' }
let numbers = 0

/** Shares with as many new numbers; resolves when the last share is accepted. */
export async function startLoad({ server, network, sender }: Place, count: number): Promise<Load> {
  const phones = Array.from({ length: count }, nextNumber)
  const ours = new Set(phones)
  const stopped: string[] = []

  const got = (part: '/r/' | '/u/'): Map<string, number> => {
    const counts = new Map<string, number>()
    for (const { to, text } of network.arrived()) {
      const phone = `+${to}`
      if (ours.has(phone) && text.includes(part)) counts.set(phone, (counts.get(phone) ?? 0) + 1)
    }
    return counts
  }

  const stalls = watchStalls(() => network.arrived().length)
  const shares: string[] = []
  for (let at = 0; at < count; at += A_SHARE) {
    shares.push(await share(server, phones.slice(at, at + A_SHARE)))
  }

  async function settledStops(): Promise<number> {
    if (stopped.length === 0) return 0
    await inTime(() => {
      const confirmed = got('/u/')
      return stopped.every((phone) => confirmed.has(phone))
    })
    const after = await finished(server, [await share(server, stopped)], isDone)
    return after.filter(({ state }) => state !== 'suppressed').length
  }

  return {
    phones,
    arrived: (wanted) =>
      until(async () => got('/r/').size >= wanted || undefined, PATIENCE_MS).then(),
    async stop(wanted) {
      const those = [...got('/r/').keys()].slice(0, wanted)
      expect(those).toHaveLength(wanted)
      stopped.push(...those)
      for (const phone of those) {
        await repeat(() => network.deliver(phone.slice(1), sender, 'STOP'))
      }
    },
    async settled(isSettled = isDone) {
      const standings = await finished(server, shares, isSettled)
      const missing = (): readonly Standing[] => {
        const texts = got('/r/')
        return standings.filter(({ address, state }) => state !== 'unknown' && !texts.has(address))
      }
      // What Kannel has taken is on its way yet.
      await inTime(() => missing().length === 0)
      const longestStallMs = stalls.end()
      const texts = got('/r/')
      const stopsLost = await settledStops()
      const inState = (state: string) => standings.filter((one) => one.state === state)
      const balance: Balance = {
        messages: standings.length,
        lost: missing().length,
        duplicates: [...texts.values()].reduce((sum, times) => sum + times - 1, 0),
        unknown: inState('unknown').length,
        reported: inState('delivered').length,
        stops: stopped.length,
        stopsLost,
        longestStallMs,
      }
      return { balance, standings }
    },
  }
}

export function printBalance(name: string, balance: Balance): void {
  const { messages, lost, duplicates, unknown, reported, stops, stopsLost, longestStallMs } =
    balance
  console.log(
    `${name}: messages ${messages}, lost ${lost}, duplicates ${duplicates}, unknown ${unknown}, ` +
      `reported ${reported}, STOPs ${stops}, STOPs lost ${stopsLost}, ` +
      `longest stall ${(longestStallMs / 1_000).toFixed(1)} s`,
  )
}

/** Valid Chinese mobile numbers. */
function nextNumber(): string {
  return `+86138${String(10_000_000 + numbers++)}`
}

async function share(server: ServerUnderTest, recipients: readonly string[]): Promise<string> {
  const body = { url: 'https://example.org/a', recipients }
  const answer = await server.api('POST', '/shares', body, ON_ITS_OWN)
  expect(answer.status).toBe(202)
  return ((await answer.json()) as { readonly id: string }).id
}

/** Every delivery of the shares, once all are settled. */
async function finished(
  server: ServerUnderTest,
  shares: readonly string[],
  isSettled: (state: string) => boolean,
): Promise<readonly Standing[]> {
  const found: Standing[] = []
  for (const id of shares) {
    let open: readonly Standing[] = []
    const deliveries = await until(async () => {
      const answer = await server.api('GET', `/shares/${id}`, undefined, ON_ITS_OWN)
      const now = (await answer.json()) as { readonly deliveries: readonly Standing[] }
      open = now.deliveries.filter(({ state }) => !isSettled(state))
      return open.length === 0 ? now.deliveries : undefined
    }, PATIENCE_MS).catch((cause: unknown) => {
      throw new Error(`a share is not settled, where this is under way: ${tally(open)}`, { cause })
    })
    found.push(...deliveries)
  }
  return found
}

/** How many stand where, and why: `12 queued after 3 attempts (ECONNREFUSED), 1 sending after 0 attempts`. */
function tally(standings: readonly Standing[]): string {
  const counts = new Map<string, number>()
  for (const { state, attempts, error } of standings) {
    const why = error ? ` (${error.detail})` : ''
    const kind = `${state} after ${attempts} attempts${why}`
    counts.set(kind, (counts.get(kind) ?? 0) + 1)
  }
  return [...counts].map(([kind, count]) => `${count} ${kind}`).join(', ')
}

/** Resolves when it holds, or is late: what is missing then is counted. */
async function inTime(holds: () => boolean): Promise<void> {
  await until(async () => holds() || undefined, ARRIVAL_MS).catch(() => undefined)
}

async function repeat(work: () => Promise<void>): Promise<void> {
  await until(
    () =>
      work().then(
        () => true,
        () => undefined,
      ),
    PATIENCE_MS,
  )
}

/** The longest time without a new one, up to the last new one. */
function watchStalls(count: () => number): { end(): number } {
  let last = count()
  let at = performance.now()
  let longest = 0
  const timer = setInterval(() => {
    const now = count()
    if (now === last) return
    longest = Math.max(longest, performance.now() - at)
    at = performance.now()
    last = now
  }, SAMPLE_MS)
  return {
    end() {
      clearInterval(timer)
      return longest
    },
  }
}
