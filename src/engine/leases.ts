import { randomUUID } from 'node:crypto'
import type { Clock } from '#ports/clock.ts'
import type { Logger } from '#ports/logger.ts'
import type { ConnectionStore } from '#ports/store/connections.ts'
import { type LeasedTurn, LeaseTerm, MARGIN_MS } from './lease-term.ts'
import { within } from './within.ts'

/** A name is ours for so long from each asking: whoever dies holding it is followed within this and `LOOK_MS`. */
const LEASE_MS = 10_000
const RENEW_MS = 3_000
/** Between two tries for a name that another process has, and after a fault. */
const LOOK_MS = 1_000
/** Work that fails again and again is begun again after twice as long each time, up to this. */
const LONGEST_REST_MS = 60_000
/** An answer that takes longer says nothing. */
const ANSWER_MS = 2_000

/**
 * Works until the signal ends. Where the lease was lost, what must not go on in two processes ends within the turn's
 * `cutInMs`.
 */
export type LeasedWork = (turn: LeasedTurn) => Promise<void>

/** A name that this process has, or waits for. */
export interface Keeping {
  /** Ends the work and hands the name back, so that another process need not wait for the lease's end. */
  stop(): Promise<void>
}

/** Names that one process of the fleet has at a time: the feeder, single-placed channels, bots. */
export interface Leases {
  /** Waits for the name and works while it holds it, again and again until stopped. */
  keep(name: string, work: LeasedWork): Keeping
}

export interface LeasesDeps {
  readonly store: Pick<ConnectionStore, 'hold' | 'release'>
  readonly clock: Pick<Clock, 'monotonic'>
  readonly logger: Logger
}

/** Of one process: to the store, each has a name of its own. */
export function createLeases(deps: LeasesDeps): Leases {
  const { store, clock, logger } = deps
  const holder = randomUUID()

  /** When our term is over, by this process's clock as it was before asking; null: another has the name. */
  async function ask(name: string): Promise<number | null> {
    const asked = clock.monotonic()
    const held = await within(ANSWER_MS, store.hold(name, holder, LEASE_MS))
    return held ? asked + LEASE_MS - MARGIN_MS : null
  }

  /** Undefined where the store does not say. */
  async function tryAsk(name: string): Promise<number | null | undefined> {
    return ask(name).catch((error: unknown) => {
      logger.warn({ err: error, name }, 'the store does not say who has the lease')
      return undefined
    })
  }

  async function release(name: string): Promise<void> {
    await within(ANSWER_MS, store.release(name, holder)).catch((error: unknown) =>
      logger.warn({ err: error, name }, 'the lease was not handed back; it runs out'),
    )
  }

  async function renew(name: string, term: LeaseTerm): Promise<void> {
    let restMs = RENEW_MS
    while (await rest(restMs, term.over)) {
      const until = await tryAsk(name)
      restMs = until === undefined ? LOOK_MS : RENEW_MS
      if (until === null) term.rob()
      else if (until !== undefined) term.extend(until)
    }
  }

  /** One term: works, renews until the work has ended, and lets go. False: the work failed before long. */
  async function serveTerm(name: string, term: LeaseTerm, work: LeasedWork): Promise<boolean> {
    const renewing = renew(name, term)
    const begun = clock.monotonic()
    let works = true
    logger.debug({ name }, 'the lease is ours')
    try {
      await work(term.turn)
    } catch (error) {
      works = clock.monotonic() - begun > LONGEST_REST_MS
      logger.error({ err: error, name }, 'what is done under the lease failed; it is begun again')
    }
    if (term.isLost) logger.warn({ name }, 'the lease was lost')
    term.close()
    await renewing
    await release(name)
    return works
  }

  return {
    keep(name, work) {
      const stopping = new AbortController()
      const { signal } = stopping
      let failures = 0
      /** How long to rest after it. */
      const tryTerm = async (): Promise<number> => {
        const until = await tryAsk(name)
        if (typeof until !== 'number') return LOOK_MS
        if (signal.aborted) await release(name)
        else if (await serveTerm(name, new LeaseTerm(until, signal, clock), work)) failures = 0
        else failures++
        return Math.min(LOOK_MS * 2 ** Math.max(0, failures - 1), LONGEST_REST_MS)
      }
      const tend = async (): Promise<void> => {
        while (await rest(await tryTerm(), signal));
      }
      const tending = tend()
      return {
        async stop() {
          stopping.abort()
          await tending
        },
      }
    },
  }
}

/** True after `ms`; false as soon as the signal ends. */
function rest(ms: number, signal: AbortSignal): Promise<boolean> {
  if (signal.aborted) return Promise.resolve(false)
  return new Promise((resolve) => {
    const over = (): void => {
      clearTimeout(timer)
      signal.removeEventListener('abort', over)
      resolve(!signal.aborted)
    }
    const timer = setTimeout(over, ms)
    signal.addEventListener('abort', over)
  })
}
