import type { Dispatcher } from '#ports/dispatcher.ts'
import type { Logger } from '#ports/logger.ts'
import type { Store } from '#ports/store/store.ts'
import { type Bell, startBell } from '../bell.ts'
import type { Channels } from '../channels.ts'
import type { Connections } from '../connections.ts'

/** Jobs of one lane that the dispatcher gets at a time: enough to keep slots busy, few enough to stay fair. */
const PER_LANE = 64
const LANES = 1_000
const LONGEST_REST_MS = 1_000
/** Due work that the dispatcher has already is not asked for again sooner. */
const SHORTEST_REST_MS = 200

export interface FeederDeps {
  readonly store: Store
  readonly dispatcher: Dispatcher
  readonly channels: Channels
  readonly connections: Connections
  readonly logger: Logger
}

/** Brings due deliveries from the store to the dispatcher: on a ring, when a lane has room, and by the clock. */
export function startFeeder(deps: FeederDeps): Bell {
  const { store, dispatcher, channels, connections } = deps
  const bell = startBell({
    restMs: LONGEST_REST_MS,
    gapMs: 2,
    async run() {
      const due = await store.deliveries.due({
        perLane: PER_LANE,
        lanes: LANES,
        channels: channels.names,
        except: connections.down().map((state) => state.connection),
      })
      await dispatcher.ring(due)
      const next = due.length > 0 ? 0 : await store.deliveries.nextDueInMs(channels.names)
      return Math.min(Math.max(next ?? LONGEST_REST_MS, SHORTEST_REST_MS), LONGEST_REST_MS)
    },
    onFault: (error) => deps.logger.error({ err: error }, 'due deliveries could not be read'),
  })
  dispatcher.onIdle(() => bell.ring())
  return bell
}
