import type { Metrics } from '#ports/metrics.ts'
import type { Reclass, Visit, VisitStore } from '#ports/store/visits.ts'
import { within } from '../within.ts'
import { createShipper, type ShipperDeps } from './shipper.ts'

/** Where the writer stands is asked with patience: nothing can be numbered without it. */
const NUMBER_MS = 5_000

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

interface RecorderDeps extends ShipperDeps {
  readonly visits: Pick<VisitStore, 'append' | 'lastSeq' | 'remote'>
  readonly metrics: Metrics
}

interface Group {
  readonly visits: Visit[]
  readonly reclassed: Reclass[]
  readonly kept: PromiseWithResolvers<void>
}

/** One for each process: it numbers its writer's batches. */
export function createRecorder(deps: RecorderDeps): Recorder {
  const { spool, logger, metrics } = deps
  const shipper = createShipper(deps)
  let seq: number | undefined
  let open: Group | undefined
  let running: Promise<void> | undefined
  let lost = 0

  async function readSeq(): Promise<number> {
    const stored = await within(NUMBER_MS, deps.visits.lastSeq(spool.writer))
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
      await shipper.ship({ writer: spool.writer, seq, visits, reclassed })
    } catch (error) {
      lost += visits.length
      metrics.count('unrecordedVisits', {}, visits.length)
      logger.error({ err: error, visits: visits.length }, 'visits answered but not recorded')
    }
    countClasses(metrics, visits)
  }

  return {
    async start() {
      seq = await readSeq()
      shipper.start()
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
      while (open || running) await (open?.kept.promise ?? running)
      await shipper.stop()
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
