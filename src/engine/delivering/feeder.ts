import { laneKey } from '#core/address.ts'
import type { Dispatcher } from '#ports/dispatcher.ts'
import type { Logger } from '#ports/logger.ts'
import type { Store } from '#ports/store/store.ts'
import { type Bell, startBell } from '../bell.ts'
import type { Channels } from '../channels.ts'
import type { Connections } from '../connections.ts'
import { closedQueues } from '../routing.ts'

/** Jobs of one lane that the dispatcher gets at a time: enough to keep slots busy, few enough to stay fair. */
const PER_LANE = 64
/** The same while the dispatcher holds much already: lanes that are new still get in. */
const PER_LANE_WHEN_MUCH = 4
const MUCH = 5_000
/** Lanes asked for at a time; the next time goes on behind them. */
const LANES = 64
/** Until then, where there are more. */
const NEXT_LANES_MS = 20
/** Asking takes half of the time at most. */
const GAP_FACTOR = 1
const LONGEST_REST_MS = 1_000
/** Due work that the dispatcher has already is not asked for again sooner. */
const SHORTEST_REST_MS = 200

interface FeederDeps {
  readonly store: Store
  readonly dispatcher: Dispatcher
  readonly channels: Channels
  readonly connections: Connections
  readonly logger: Logger
}

/**
 * Brings due deliveries from the store to the dispatcher: when it is rung, and by the clock. Once in a fleet, or
 * lanes would not be filled fairly; what two of them bring twice is sent once all the same.
 */
export function startFeeder(deps: FeederDeps): Bell {
  const { store, dispatcher, channels, connections } = deps
  return startBell({
    restMs: LONGEST_REST_MS,
    gapMs: 2,
    gapFactor: GAP_FACTOR,
    async run() {
      const much = dispatcher.size().waiting > MUCH
      const due = await store.deliveries.due({
        perLane: much ? PER_LANE_WHEN_MUCH : PER_LANE,
        lanes: LANES,
        channels: channels.names,
        except: closedQueues(channels, connections),
      })
      await dispatcher.ring(due)
      if (new Set(due.map(({ lane }) => laneKey(lane))).size === LANES) return NEXT_LANES_MS
      const next = due.length > 0 ? 0 : await store.deliveries.nextDueInMs(channels.names)
      return Math.min(Math.max(next ?? LONGEST_REST_MS, SHORTEST_REST_MS), LONGEST_REST_MS)
    },
    onFault: (error) => deps.logger.error({ err: error }, 'due deliveries could not be read'),
  })
}
