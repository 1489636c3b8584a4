import type { ChannelName, Via } from '#core/address.ts'
import { type Code, type Instant, isCode, type RandomBytes, type ShareId } from '#core/ids.ts'
import type { Tracking } from '#core/share.ts'
import { type Bell, startBell } from '#engine/bell.ts'
import type { VisitAnswer, Visiting, VisitRequest } from '#engine/engine.ts'
import type { Keys } from '#engine/keys.ts'
import type { Clock } from '#ports/clock.ts'
import type { Logger } from '#ports/logger.ts'
import type { Metrics } from '#ports/metrics.ts'
import type { Spool } from '#ports/spool.ts'
import type { Link, VisitStore } from '#ports/store/visits.ts'
import { leftAfter, within } from '../within.ts'
import { createLinkCache } from './link-cache.ts'
import { createObserver } from './observer.ts'
import { createOpens, type OpenListener } from './opens.ts'
import { createRecorder } from './recorder.ts'
import { createScannerWatch } from './scanner-watch.ts'
import { createVisitors } from './visitors.ts'

/** Counters follow their visits by this and the time of one merge. */
const FOLD_GAP_MS = 400
const FOLD_REST_MS = 5_000
/** Batches merged in one step of the store. */
const FOLD_LIMIT = 1_000
/** At the end counters are brought up to date, but a stop never waits longer for that. */
const LAST_FOLD_MS = 2_000

interface VisitingDeps {
  readonly visits: VisitStore
  readonly spool: Spool
  readonly clock: Clock
  readonly keys: Pick<Keys, 'visitor'>
  readonly logger: Logger
  readonly metrics: Metrics
  readonly randomBytes: RandomBytes
  /** The setting TRACKING: lowers that of every share. */
  readonly tracking: Tracking
  /** What a code leads to; null: nothing. */
  resolve(code: Code): Promise<Link | null>
  /** What carries a delivery on this channel that is just being sent. */
  viaOf(channel: ChannelName): Via
}

/** Visiting with what the engine alone asks of it. */
export interface VisitingService extends Visiting {
  /** Reads where the visits' numbers stand, drains the spool, keeps counters up to date. */
  start(): Promise<void>
  /** Resolves when every visit that was answered is durable. The spool and the store stay open. */
  stop(): Promise<void>
  /** What was known of these links here is asked for anew: after a recall, a cancel, a change. */
  invalidate(which: { readonly codes?: readonly Code[]; readonly share?: ShareId }): void
  /**
   * First opens, as they are to be announced (mail's after ten seconds), for front-ends that say so in a message
   * of its own; pages and the API follow the status revision instead. Returns how to end it.
   */
  onOpened(listener: OpenListener): () => void
  /** Merges what is stored into the counters now. */
  fold(): Promise<void>
}

/** Answers and records before `start` too; counters follow from then on. */
export function createVisiting(deps: VisitingDeps): VisitingService {
  const { visits, clock, logger } = deps
  const links = createLinkCache(deps)
  const visitors = createVisitors(deps)
  const watch = createScannerWatch()
  const observer = createObserver({ ...deps, visitors, watch })
  const recorder = createRecorder({ ...deps, onStored: () => folder?.ring() })
  const opens = createOpens(deps)
  let folder: Bell | undefined

  /** Undefined: not before `visitors.prepare`. */
  function record(link: Link, request: VisitRequest, now: Instant): Promise<void> | undefined {
    if (link.tracking === 'off' || deps.tracking === 'off') return Promise.resolve()
    const seen = observer.observe(link, request, now)
    if (!seen) return undefined
    for (const visit of seen.takenBack) recorder.reclass({ visit, to: 'scanner' })
    return recorder.record(seen.visit)
  }

  async function fold(): Promise<undefined> {
    for (let more = true; more; ) {
      const result = await visits.fold(FOLD_LIMIT)
      opens.take(result)
      more = result.more
    }
  }

  return {
    quick(request) {
      const link = links.peek(request.code)
      if (link?.target.kind !== 'page') return undefined
      const now = clock.now() as Instant
      if (goneAt(link, now)) return undefined
      const { url } = link.target
      return record(link, request, now)?.then(() => url)
    },
    async visit(request) {
      if (!isCode(request.code)) return { kind: 'unknown' }
      const link = await links.resolve(request.code)
      if (!link) return { kind: 'unknown' }
      const now = clock.now() as Instant
      const why = goneAt(link, now)
      if (why) return { kind: 'gone', why }
      await visitors.prepare(now)
      await record(link, request, now)
      return answerOf(link)
    },
    unrecorded: () => recorder.unrecorded(),
    async start() {
      await recorder.start()
      await visitors.prepare(clock.now() as Instant)
      folder ??= startBell({
        run: fold,
        restMs: FOLD_REST_MS,
        gapMs: FOLD_GAP_MS,
        onFault: (error) => logger.warn({ err: error }, 'visits are stored, but not counted yet'),
      })
    },
    async stop() {
      await recorder.stop()
      await leftAfter(LAST_FOLD_MS, folder?.stop() ?? Promise.resolve())
      await within(LAST_FOLD_MS, fold()).catch((error: unknown) =>
        logger.warn({ err: error }, 'visits are stored; they are counted at the next start'),
      )
      opens.stop()
    },
    invalidate: (which) => links.forget(which),
    onOpened: (listener) => opens.subscribe(listener),
    fold,
  }
}

function goneAt(link: Link, now: number): 'expired' | 'recalled' | undefined {
  if (link.recalled) return 'recalled'
  return link.expiresAt !== null && link.expiresAt <= now ? 'expired' : undefined
}

function answerOf(link: Link): VisitAnswer {
  const { target } = link
  return target.kind === 'page'
    ? { kind: 'redirect', location: target.url }
    : { kind: 'page', link }
}
