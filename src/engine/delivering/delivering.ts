import type { Channel } from '#ports/channel.ts'
import type { Bell } from '../bell.ts'
import type { Channels } from '../channels.ts'
import type { Connections } from '../connections.ts'
import type { EngineDeps, EngineSettings } from '../deps.ts'
import type { StatusLoop } from '../status.ts'
import { within } from '../within.ts'
import { startFeeder } from './feeder.ts'
import { createSink } from './sink.ts'
import { startSweeper } from './sweeper.ts'
import { createWorker } from './worker.ts'

/** The part of the engine that sends. */
export interface Delivering {
  start(): Promise<void>
  /** There may be due work. */
  ring(): void
  /** Lets what is being sent finish; what is not yet claimed stays in the store. */
  stop(graceMs: number): Promise<void>
}

interface DeliveringDeps extends Omit<EngineDeps, 'channels'> {
  readonly channels: Channels
  readonly connections: Connections
  readonly status: StatusLoop
}

/** What a sweep or a probe under way gets to end; nothing is lost with it. */
const SWEEP_STOP_MS = 2_000

/** Feeder, workers, sweeper and channels of this process. */
export function createDelivering(settings: EngineSettings, deps: DeliveringDeps): Delivering {
  const { channels, metrics, status } = deps
  let feeder: Bell | undefined
  let sweeper: { stop(): Promise<void> } | undefined

  const worker = createWorker({
    ...settings,
    ...deps,
    onChange: status.ring,
    onSettled: (channel: Channel, outcome) =>
      metrics.count('outcomes', { channel: channel.name, outcome }),
  })
  const ring = (): void => feeder?.ring()

  return {
    ring,
    async start() {
      const sink = createSink({ store: deps.store, keys: deps.keys, ring, onChange: status.ring })
      for (const channel of channels.all) await channel.start(sink)
      await deps.dispatcher.start(
        channels.all.map(({ name, caps }) => ({ channel: name, concurrency: caps.concurrency })),
        worker,
      )
      feeder = startFeeder(deps)
      sweeper = startSweeper({ ...deps, identifyMs: settings.identifyMs, onChange: status.ring })
    },
    async stop(graceMs) {
      await feeder?.stop()
      await deps.dispatcher.stop(graceMs)
      await within(SWEEP_STOP_MS, sweeper?.stop() ?? Promise.resolve()).catch(() => undefined)
      await Promise.all(channels.all.map((channel) => channel.stop()))
    },
  }
}
