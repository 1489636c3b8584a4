import type { ChannelName, Lane } from '#core/address.ts'
import type { DeliveryId } from '#core/ids.ts'

/** A due delivery, as the bell knows it. `epoch` tells one schedule of a delivery from the next. */
export interface Job {
  readonly id: DeliveryId
  readonly epoch: number
  readonly lane: Lane
}

/** Whether a job may run now. */
export type Admission =
  | { readonly kind: 'go' }
  /** The rates say no: ask again after `waitMs`; others that need `bucket` wait as long. */
  | { readonly kind: 'wait'; readonly bucket: string; readonly waitMs: number }
  /** No longer due: forget it. */
  | { readonly kind: 'gone' }

/** What the engine does with jobs. Neither method throws for what a delivery may come to. */
export interface JobHandler {
  /**
   * Asked before a job is chosen, so that waiting for a rate holds no slot and looks like no sending. On `go`
   * the rates are taken and `run` follows at once.
   */
  admit(job: Job): Promise<Admission>
  /** Claims and sends. `signal` ends when the dispatcher must stop at once. */
  run(job: Job, signal: AbortSignal): Promise<void>
}

/** A channel that this process sends on, now or for as long as it holds the channel's lease. */
export interface Queue {
  readonly channel: ChannelName
  /** Jobs that run at once on this channel in this process. */
  readonly concurrency: number
}

/**
 * A bell, not a store: whatever it forgets, the feeder rings again from the store. Chooses fairly, one job of
 * each lane in turn, and skips lanes that wait for a bucket. Its processes may be many: one that feeds, any number
 * that serve queues, and others that only knock.
 */
export interface Dispatcher {
  /** Serves these queues with `handler`, and whichever `serve` adds. Once, before anything else. */
  start(queues: readonly Queue[], handler: JobHandler): Promise<void>
  /** Jobs of this channel run here from now on (what is served already stays as it is). */
  serve(queue: Queue): Promise<void>
  /**
   * As `stop`, for one channel; it may be served again. What waits here is left to others, and to the store. Where
   * the channel is being ended already, resolves with that end.
   */
  cease(channel: ChannelName, graceMs: number): Promise<void>
  /**
   * Offers jobs of any channel to whoever serves it. One that waits or runs already (same id and epoch) is not
   * taken twice. Resolves at once even when the transport is gone: accepting never waits for it.
   */
  ring(jobs: readonly Job[]): Promise<void>
  /** There may be due work: whoever feeds, in whichever process, is called back. Never waits, never throws. */
  knock(): void
  /** Calls back when a lane has room again, and when somebody knocked; the feeder then looks for more. */
  onIdle(callback: () => void): void
  /** Jobs waiting and running here, for metrics. */
  size(): { readonly waiting: number; readonly running: number }
  /**
   * Takes no more jobs, lets those that run finish, and after `graceMs` aborts them. What does not end even
   * then is left soon after: a stop never hangs.
   */
  stop(graceMs: number): Promise<void>
}
