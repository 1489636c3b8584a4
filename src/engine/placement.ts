import type { ChannelName } from '#core/address.ts'
import { rootMessage } from '#core/errors.ts'
import { mayHouse, type Role } from '#core/role.ts'
import type { Channel, ChannelSink } from '#ports/channel.ts'
import type { Dispatcher } from '#ports/dispatcher.ts'
import type { Logger } from '#ports/logger.ts'
import { type Bell, startBell } from './bell.ts'
import type { Channels } from './channels.ts'
import { type Connections, PROBE_MS } from './connections.ts'
import type { LeasedTurn } from './lease-term.ts'
import type { Leases } from './leases.ts'
import type { Answering, AnswerServing } from './replies/answering.ts'
import { ended, leftAfter, within } from './within.ts'

/** Where the lease was lost, what is being sent gets so long before it is aborted. */
const CEASE_MS = 1_000
/** A probe under way is not waited for any longer. */
const PROBE_STOP_MS = 500
/** A channel that has not connected by then has failed to; another process may try. */
const START_MS = 30_000
/** After so many failed starts in a row the operator is told: what a predecessor still holds is free by then. */
const TELLING_FAILURES = 2
/** Nor is a connection that does not end. */
const CHANNEL_STOP_MS = 5_000

/** The channels that live in one process of the fleet at a time, as far as this one may house them. */
export interface Placement {
  /** What is being sent gets `graceMs`; then another process takes the channels over. */
  stop(graceMs: number): Promise<void>
}

interface PlacementDeps {
  readonly role: Role
  readonly channels: Channels
  readonly connections: Connections
  readonly dispatcher: Dispatcher
  readonly leases: Leases
  readonly sink: ChannelSink
  readonly answering: Answering
  readonly logger: Logger
}

/** Waits for each single-placed channel's lease; while it is held, the channel is connected and served here. */
export function startPlacement(deps: PlacementDeps): Placement {
  let graceMs = CEASE_MS
  const keepings = deps.channels.all
    .filter((channel) => mayLiveHere(channel, deps.role))
    .map((channel) => {
      const home: Home = { failures: 0, graceMs: () => graceMs }
      return deps.leases.keep(`channel/${channel.name}`, (turn) => house(deps, channel, turn, home))
    })
  return {
    async stop(grace) {
      graceMs = grace
      await Promise.all(keepings.map((keeping) => keeping.stop()))
    },
  }
}

function mayLiveHere({ caps }: Channel, role: Role): boolean {
  return caps.placement !== 'any' && mayHouse(role, caps.placement.single)
}

/** What is known of a channel here from one term to the next. */
interface Home {
  /** Starts that failed in a row. */
  failures: number
  readonly graceMs: () => number
}

async function house(
  deps: PlacementDeps,
  channel: Channel,
  turn: LeasedTurn,
  home: Home,
): Promise<void> {
  const { name, caps } = channel
  const { signal, lost } = turn
  let prober: Bell | undefined
  let answers: AnswerServing | undefined
  let ceasing: Promise<unknown> = Promise.resolve()
  try {
    await connect(deps, channel, signal, home)
    if (!signal.aborted) {
      deps.channels.housed.add(name)
      await deps.dispatcher.serve({ channel: name, concurrency: caps.concurrency })
      prober = startProber(deps, name)
      answers = deps.answering.serve([name])
    }
    await ended(signal)
    const graceMs = lost.aborted ? CEASE_MS : home.graceMs()
    ceasing = Promise.all([deps.dispatcher.cease(name, graceMs), answers?.stop(graceMs)])
    await Promise.race([ceasing, mustBeCut(turn)])
  } finally {
    deps.channels.housed.delete(name)
    await Promise.all([ceasing, stopChannel(channel, deps.logger), stopProber(prober)])
  }
}

/** Resolves when the connection must end, whatever is still being sent on it: another process may open its own. */
async function mustBeCut({ lost, cutInMs }: LeasedTurn): Promise<void> {
  await ended(lost)
  await new Promise((resolve) => setTimeout(resolve, cutInMs()))
}

/** A channel that cannot be connected again and again is down: its deliveries say so, and the operator hears. */
async function connect(
  deps: PlacementDeps,
  channel: Channel,
  signal: AbortSignal,
  home: Home,
): Promise<void> {
  try {
    await startUntil(signal, within(START_MS, channel.start(deps.sink)))
    home.failures = 0
  } catch (error) {
    home.failures++
    if (home.failures >= TELLING_FAILURES) await pause(deps, channel, rootMessage(error))
    throw error
  }
}

async function pause(
  { connections, logger }: PlacementDeps,
  { connections: refs }: Channel,
  detail: string,
): Promise<void> {
  await Promise.all(refs.map((ref) => connections.pause(ref, detail))).catch((error: unknown) =>
    logger.warn({ err: error }, 'that a channel is down was not kept'),
  )
}

/** A start that hangs is left where the lease ends: the stop that follows ends it too. */
async function startUntil(signal: AbortSignal, starting: Promise<void>): Promise<void> {
  // It may fail after the race: by then nobody waits for it.
  starting.catch(() => undefined)
  await Promise.race([starting, ended(signal)])
}

async function stopProber(prober: Bell | undefined): Promise<void> {
  await leftAfter(PROBE_STOP_MS, prober?.stop() ?? Promise.resolve())
}

/** Ends what a channel has open; one that does not end is told of, and left. */
export async function stopChannel(channel: Channel, logger: Logger): Promise<void> {
  await within(CHANNEL_STOP_MS, channel.stop()).catch((error: unknown) =>
    logger.warn({ err: error, channel: channel.name }, 'a channel did not stop'),
  )
}

/** Only where the channel lives can it be told whether it is back. */
function startProber({ connections, logger }: PlacementDeps, channel: ChannelName): Bell {
  return startBell({
    restMs: PROBE_MS,
    gapMs: PROBE_MS / 10,
    async run() {
      await connections.probe(channel)
      return undefined
    },
    onFault: (error) => logger.error({ err: error, channel }, 'probe failed; it is tried again'),
  })
}
