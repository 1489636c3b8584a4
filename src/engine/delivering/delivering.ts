import { sends } from '#core/role.ts'
import type { Turn } from '#ports/bot.ts'
import type { Channel, ChannelSink } from '#ports/channel.ts'
import type { Queue } from '#ports/dispatcher.ts'
import type { Bell } from '../bell.ts'
import { type Channels, isPlacedAnywhere } from '../channels.ts'
import type { Connections } from '../connections.ts'
import type { EngineDeps, EngineSettings } from '../deps.ts'
import type { Keeping, Leases } from '../leases.ts'
import { type Placement, startPlacement, stopChannel } from '../placement.ts'
import { createPreviews } from '../previews.ts'
import { type AnswerServing, createAnswering } from '../replies/answering.ts'
import { createReplyTaking } from '../replies/taking.ts'
import type { StatusLoop } from '../status.ts'
import { ended, leftAfter } from '../within.ts'
import { startFeeder } from './feeder.ts'
import { createSink } from './sink.ts'
import { startSweeper } from './sweeper.ts'
import { createWorker } from './worker.ts'

/** The part of the engine that sends. */
export interface Delivering {
  start(): Promise<void>
  /** Takes what comes back from providers, whichever process it comes to. */
  readonly sink: ChannelSink
  /** There may be due work, whichever process feeds. */
  ring(): void
  /** Lets what is being sent finish; what is not yet claimed stays in the store. */
  stop(graceMs: number): Promise<void>
}

interface DeliveringDeps extends Omit<EngineDeps, 'channels'> {
  readonly channels: Channels
  readonly connections: Connections
  readonly status: StatusLoop
  readonly leases: Leases
}

/** What a look for due work, a sweep or a probe under way gets to end; nothing is lost with it. */
const FEED_STOP_MS = 2_000
/** Where another process is to send in place of this one, what is being sent gets so long; its rates are taken. */
const HAND_OVER_MS = 10_000

/**
 * What this process does of sending: channels that any process may send on, those that live here, and, in the one
 * process of the fleet that holds the lease, feeder and sweeps. Where the queue is not shared, all of it hangs on
 * that lease.
 */
export function createDelivering(settings: EngineSettings, deps: DeliveringDeps): Delivering {
  const { channels, dispatcher, metrics, status } = deps
  const { role, sharedQueue } = settings
  const everywhere = channels.all.filter(isPlacedAnywhere)
  const queues = everywhere.map(
    ({ name, caps }): Queue => ({ channel: name, concurrency: caps.concurrency }),
  )
  let feeder: Bell | undefined
  let feeding: Keeping | undefined
  let placement: Placement | undefined
  let answers: AnswerServing | undefined
  let graceMs = HAND_OVER_MS

  const ring = (): void => dispatcher.knock()
  const worker = createWorker({
    ...settings,
    ...deps,
    previews: createPreviews({ shares: deps.store.shares, unfurler: deps.unfurler }),
    onChange: status.ring,
    ring,
    onSettled: (channel: Channel, outcome) =>
      metrics.count('outcomes', { channel: channel.name, outcome }),
  })
  const answering = createAnswering({ ...settings, ...deps })
  const takeReply = createReplyTaking({
    ...deps,
    onOwed: answering.ring,
    onChange: status.ring,
  })
  const { store, keys } = deps
  const sink = createSink({ store, keys, takeReply, ring, onChange: status.ring })
  const place = (): Placement => startPlacement({ ...deps, role, sink, answering })
  const answer = (): AnswerServing => answering.serve(everywhere.map(({ name }) => name))

  async function feed({ signal }: Turn): Promise<void> {
    feeder = startFeeder(deps)
    const { identifyMs } = settings
    const sweeper = startSweeper({ ...deps, identifyMs, onChange: status.ring })
    await ended(signal)
    await leftAfter(FEED_STOP_MS, Promise.all([feeder.stop(), sweeper.stop()]))
  }

  /** Feeds, and sends what it feeds: nobody else could. */
  async function sendAlone(turn: Turn): Promise<void> {
    for (const queue of queues) await dispatcher.serve(queue)
    const placed = place()
    const answers = answer()
    await Promise.all([feed(turn), ended(turn.signal).then(() => endSending(placed, answers))])
  }

  async function endSending(placed: Placement, answers: AnswerServing): Promise<void> {
    await Promise.all([
      placed.stop(graceMs),
      answers.stop(graceMs),
      ...queues.map(({ channel }) => dispatcher.cease(channel, graceMs)),
    ])
  }

  return {
    sink,
    ring,
    async start() {
      for (const channel of everywhere) await channel.start(sink)
      await dispatcher.start(sharedQueue && sends(role) ? queues : [], worker)
      dispatcher.onIdle(() => feeder?.ring())
      if (sends(role)) feeding = deps.leases.keep('feeder', sharedQueue ? feed : sendAlone)
      if (sharedQueue) placement = place()
      if (sharedQueue && sends(role)) answers = answer()
    },
    async stop(grace) {
      graceMs = grace
      await Promise.all([
        feeding?.stop(),
        placement?.stop(grace),
        answers?.stop(grace),
        dispatcher.stop(grace),
      ])
      await Promise.all(everywhere.map((channel) => stopChannel(channel, deps.logger)))
    },
  }
}
