import { setTimeout as sleep } from 'node:timers/promises'
import { browserAgents, clientAddresses } from '#test/bench/redirect/visitors.ts'
import type { Stage } from './stage.ts'

/** A visitor rests so long between two clicks, so that the machine is left to what is tested. */
const REST_MS = 20
const REQUEST_MS = 10_000

export interface Clicks {
  /** Redirects that came whole. */
  readonly answered: number
  /** All requests: one whose answer was cut off may be recorded, too. */
  readonly asked: number
  /** The longest that an answer took, ms. */
  readonly slowestMs: number
}

export interface Visitors {
  clicks(): Clicks
  stop(): Promise<Clicks>
}

/** People who follow links, over every web process that is up. */
export function startVisitors(
  { fleet, over }: Stage,
  paths: readonly string[],
  count: number,
): Visitors {
  const agents = browserAgents(50)
  const addresses = clientAddresses(500)
  let clicks: Clicks = { answered: 0, asked: 0, slowestMs: 0 }
  let going = true

  async function visit(): Promise<void> {
    const web = pick(fleet.webs.filter((member) => member.isUp()))
    if (!web) return
    const begun = performance.now()
    clicks = { ...clicks, asked: clicks.asked + 1 }
    try {
      const answer = await fetch(`${web.baseUrl}${pick(paths)}`, {
        redirect: 'manual',
        signal: AbortSignal.timeout(REQUEST_MS),
        headers: { 'User-Agent': pick(agents) ?? '', 'X-Forwarded-For': pick(addresses) ?? '' },
      })
      await answer.arrayBuffer()
      if (answer.status !== 302) return
      const slowestMs = Math.max(clicks.slowestMs, performance.now() - begun)
      clicks = { ...clicks, answered: clicks.answered + 1, slowestMs }
    } catch {
      // Its process was killed.
    }
  }

  const loops = Array.from({ length: count }, async () => {
    while (going && !over.aborted) {
      await visit()
      await sleep(REST_MS)
    }
  })
  return {
    clicks: () => clicks,
    async stop() {
      going = false
      await Promise.all(loops)
      return clicks
    },
  }
}

export function pick<T>(from: readonly T[]): T | undefined {
  return from[Math.floor(Math.random() * from.length)]
}
