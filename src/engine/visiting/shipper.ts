import { type Bell, startBell } from '#engine/bell.ts'
import type { Clock } from '#ports/clock.ts'
import type { Logger } from '#ports/logger.ts'
import type { Spool } from '#ports/spool.ts'
import type { VisitBatch, VisitStore } from '#ports/store/visits.ts'
import { within } from '../within.ts'

/** Longer than a healthy store ever takes for a batch; then the spool has it. */
const STORE_MS = 300
const SPOOL_MS = 500
/** Draining is patient: nobody waits for it. */
const DRAIN_MS = 5_000
/** At the end the spool is emptied where the store takes that at once; else it waits for the next start. */
const LAST_DRAIN_MS = 2_000
/** After a fault the store is left alone so long. */
const RESPITE_MS = 1_000
/** A remote store gets what came in so much time together, */
const SHIP_MS = 250
/** unless so many batches wait behind: then one group follows the other. */
const BACKLOG = 1_000

/**
 * Brings batches to the store in the order of their numbers: straight where the store is at hand, and by way of
 * the spool where it is remote, or takes nothing just now.
 */
export interface Shipper {
  start(): void
  /** Resolves when the batch is durable, in the store or in the spool. Throws where neither takes it. */
  ship(batch: VisitBatch): Promise<void>
  /** Ships nothing any more. What is in the spool stays there. */
  stop(): Promise<void>
}

export interface ShipperDeps {
  readonly visits: Pick<VisitStore, 'append' | 'remote'>
  readonly spool: Spool
  readonly clock: Clock
  readonly logger: Logger
  /** Called after each call that the store took. */
  onStored(): void
}

export function createShipper(deps: ShipperDeps): Shipper {
  const { visits, spool, clock, logger } = deps
  let restsUntil = Number.NEGATIVE_INFINITY
  let shippedAt = Number.NEGATIVE_INFINITY
  /** Batches wait that should not. */
  let behind = spool.size > 0
  let drainer: Bell | undefined

  function rest(): void {
    restsUntil = clock.monotonic() + RESPITE_MS
    behind = true
  }

  /** Order holds: while anything waits in the spool, whatever is new goes behind it. */
  async function store(batch: VisitBatch): Promise<boolean> {
    if (visits.remote || spool.size > 0 || restsUntil > clock.monotonic()) return false
    try {
      await within(STORE_MS, visits.append([batch]))
      deps.onStored()
      return true
    } catch (error) {
      rest()
      logger.warn({ err: error }, 'visits go to the spool: the store did not take them')
      return false
    }
  }

  async function keepInSpool(batch: VisitBatch): Promise<void> {
    await spool.append(batch)
    drainer?.ring()
  }

  /** While they wait, what comes gathers behind them, to go together. */
  async function pace(batches: readonly VisitBatch[]): Promise<void> {
    const wait = shippedAt + SHIP_MS - clock.monotonic()
    const isBehind = spool.size - batches.length >= BACKLOG
    if (visits.remote && !isBehind && wait > 0) {
      await new Promise((resolve) => setTimeout(resolve, wait))
    }
    shippedAt = clock.monotonic()
  }

  async function drain(): Promise<undefined> {
    const waiting = spool.size
    if (waiting === 0 || restsUntil > clock.monotonic()) return
    await spool.drain(async (batches) => {
      await pace(batches)
      await within(DRAIN_MS, visits.append(batches))
      deps.onStored()
    })
    if (behind) logger.info({ batches: waiting }, 'the spool was drained into the store')
    behind = false
  }

  return {
    start() {
      drainer ??= startBell({
        run: drain,
        restMs: RESPITE_MS,
        gapMs: visits.remote ? SHIP_MS : RESPITE_MS,
        onFault(error) {
          rest()
          logger.warn({ err: error, batches: spool.size }, 'the spool cannot be drained yet')
        },
      })
    },
    async ship(batch) {
      if (!(await store(batch))) await within(SPOOL_MS, keepInSpool(batch))
    },
    async stop() {
      await drainer?.stop()
      await within(LAST_DRAIN_MS, drain()).catch((error: unknown) =>
        logger.warn({ err: error, batches: spool.size }, 'visits are stored at the next start'),
      )
    },
  }
}
