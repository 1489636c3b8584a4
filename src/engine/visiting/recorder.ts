import { type Bell, startBell } from '#engine/bell.ts'
import type { Clock } from '#ports/clock.ts'
import type { Logger } from '#ports/logger.ts'
import type { Metrics } from '#ports/metrics.ts'
import type { Spool } from '#ports/spool.ts'
import type { Reclass, Visit, VisitBatch, VisitStore } from '#ports/store/visits.ts'
import { within } from '../within.ts'

/** Longer than a healthy store ever takes for a batch; then the spool has it. */
const STORE_MS = 300
const SPOOL_MS = 500
/** Draining is patient: nobody waits for it. */
const DRAIN_MS = 5_000
/** After a fault the store is left alone so long. */
const RESPITE_MS = 1_000

/** Stores visits in the groups that the event loop gathers, each before its visitors are answered. */
export interface Recorder {
  /** Reads where this writer stands. Throws where the store cannot say. */
  start(): Promise<void>
  /** Resolves when the visit is durable, in the store or in the spool, or lost and counted. Never rejects. */
  record(visit: Visit): Promise<void>
  /** Goes with the next group. */
  reclass(found: Reclass): void
  /** Visits that neither the store nor the spool took. */
  unrecorded(): number
  /** Resolves when everything recorded so far is durable. */
  stop(): Promise<void>
}

interface RecorderDeps {
  readonly visits: Pick<VisitStore, 'append' | 'lastSeq'>
  readonly spool: Spool
  readonly clock: Clock
  readonly logger: Logger
  readonly metrics: Metrics
  /** Called after each batch that the store took. */
  onStored(): void
}

interface Group {
  readonly visits: Visit[]
  readonly reclassed: Reclass[]
  readonly kept: PromiseWithResolvers<void>
}

/** One for each process: it numbers its writer's batches. */
export function createRecorder(deps: RecorderDeps): Recorder {
  const { spool, clock, logger, metrics } = deps
  let seq: number | undefined
  let open: Group | undefined
  let running: Promise<void> | undefined
  let lost = 0
  let storeRestsUntil = Number.NEGATIVE_INFINITY
  let drainer: Bell | undefined

  async function readSeq(): Promise<number> {
    const stored = await within(DRAIN_MS, deps.visits.lastSeq(spool.writer))
    return Math.max(stored, spool.lastSeq, seq ?? 0)
  }

  function group(): Group {
    if (open) return open
    open = { visits: [], reclassed: [], kept: Promise.withResolvers() }
    if (!running) setImmediate(flush)
    return open
  }

  function flush(): void {
    const full = open
    if (!full || running) return
    open = undefined
    running = keep(full).then(() => {
      running = undefined
      full.kept.resolve()
      if (open) setImmediate(flush)
    })
  }

  async function keep({ visits, reclassed }: Group): Promise<void> {
    try {
      seq = (seq ?? (await readSeq())) + 1
      const batch = { writer: spool.writer, seq, visits, reclassed }
      if (!(await store(batch))) await within(SPOOL_MS, spoolBatch(batch))
    } catch (error) {
      lost += visits.length
      metrics.count('unrecordedVisits', {}, visits.length)
      logger.error({ err: error, visits: visits.length }, 'visits answered but not recorded')
    }
    countClasses(metrics, visits)
  }

  /** Order holds: while anything waits in the spool, whatever is new goes behind it. */
  async function store(batch: VisitBatch): Promise<boolean> {
    if (spool.size > 0 || storeRestsUntil > clock.monotonic()) return false
    try {
      await within(STORE_MS, deps.visits.append(batch))
      deps.onStored()
      return true
    } catch (error) {
      storeRestsUntil = clock.monotonic() + RESPITE_MS
      logger.warn({ err: error }, 'visits go to the spool: the store did not take them')
      return false
    }
  }

  async function spoolBatch(batch: VisitBatch): Promise<void> {
    await spool.append(batch)
    drainer?.ring()
  }

  async function drain(): Promise<undefined> {
    const waiting = spool.size
    if (waiting === 0 || storeRestsUntil > clock.monotonic()) return
    await spool.drain((batch) => within(DRAIN_MS, deps.visits.append(batch)))
    deps.onStored()
    logger.info({ batches: waiting }, 'the spool was drained into the store')
  }

  return {
    async start() {
      seq = await readSeq()
      drainer ??= startBell({
        run: drain,
        restMs: RESPITE_MS,
        gapMs: RESPITE_MS,
        onFault(error) {
          storeRestsUntil = clock.monotonic() + RESPITE_MS
          logger.warn({ err: error, batches: spool.size }, 'the spool cannot be drained yet')
        },
      })
    },
    record(visit) {
      const { visits, kept } = group()
      visits.push(visit)
      return kept.promise
    },
    reclass(found) {
      group().reclassed.push(found)
    },
    unrecorded: () => lost,
    async stop() {
      await drainer?.stop()
      while (open || running) await (open?.kept.promise ?? running)
    },
  }
}

function countClasses(metrics: Metrics, visits: readonly Visit[]): void {
  const tally: Partial<Record<Visit['class'], number>> = {}
  for (const visit of visits) tally[visit.class] = (tally[visit.class] ?? 0) + 1
  for (const [name, count] of Object.entries(tally)) {
    metrics.count('visits', { class: name }, count)
  }
}
