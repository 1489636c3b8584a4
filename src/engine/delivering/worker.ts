import { randomBytes } from 'node:crypto'
import {
  LEASE_MS,
  type Outcome,
  type Settlement,
  settle,
  type UnknownPolicy,
  wholeMs,
} from '#core/delivery.ts'
import { randomText } from '#core/ids.ts'
import type { Rendered } from '#core/message/message.ts'
import type { Delivery } from '#core/share.ts'
import type { Channel, SendContext, SendResult } from '#ports/channel.ts'
import type { Clock } from '#ports/clock.ts'
import type { Admission, Job, JobHandler } from '#ports/dispatcher.ts'
import type { Logger } from '#ports/logger.ts'
import type { Rates } from '#ports/rates.ts'
import type { RecipientCap, SettleRequest } from '#ports/store/deliveries.ts'
import type { Store } from '#ports/store/store.ts'
import type { Channels } from '../channels.ts'
import type { Connections } from '../connections.ts'
import { beforeSend, type Claimed, SEND_MARGIN_MS } from './before-send.ts'
import { type MessageDeps, writeMessage } from './write-message.ts'

/** A bounce keeps everybody from writing to the endpoint for this long. */
const BOUNCE_MS = 30 * 24 * 3_600_000
/** A bucket that is closed for so long is waited for in the store, and the sender reads why. */
const LONG_WAIT_MS = 30_000
/** What a channel gets to answer in after its signal has ended; a promise of it may stay open, no slot does. */
const GIVE_UP_MS = 1_000
/** Between two tries to write a settlement down while the lease lives. */
const SETTLE_RETRY_MS = 500

export interface WorkerDeps extends MessageDeps {
  readonly store: Store
  readonly channels: Channels
  readonly connections: Connections
  readonly rates: Rates
  readonly clock: Clock
  readonly logger: Logger
  readonly unknownPolicy: UnknownPolicy
  readonly cap: RecipientCap | null
  /** A delivery of the share changed. */
  onChange(): void
  onSettled(channel: Channel, outcome: Outcome['kind'] | 'skipped'): void
}

/** Sends due deliveries: rates, claim, consent, send, settlement. */
export function createWorker(deps: WorkerDeps): JobHandler {
  return {
    admit: (job) => admit(deps, job),
    run: (job, signal) => run(deps, job, signal),
  }
}

async function admit(deps: WorkerDeps, job: Job): Promise<Admission> {
  const channel = deps.channels.get(job.lane.channel)
  if (!channel || deps.connections.isDown(job.lane)) return { kind: 'gone' }
  const delivery = await deps.store.deliveries.get(job.id)
  if (!delivery || delivery.epoch !== job.epoch || delivery.dueAt === null) return { kind: 'gone' }
  if (!delivery.address) return { kind: 'go' }
  const taken = await deps.rates.take(channel.buckets(delivery.address, delivery.cost))
  if (taken.ok) return { kind: 'go' }
  if (taken.waitMs < LONG_WAIT_MS)
    return { kind: 'wait', bucket: taken.bucket, waitMs: taken.waitMs }
  // Put off in the store, it leaves its lane's place among the due to deliveries that need other buckets.
  await deps.store.deliveries.defer(job.id, job.epoch, taken.waitMs, 'throttled')
  deps.onChange()
  return { kind: 'gone' }
}

async function run(deps: WorkerDeps, job: Job, signal: AbortSignal): Promise<void> {
  const channel = deps.channels.get(job.lane.channel)
  if (!channel || deps.connections.isDown(job.lane)) return
  // Read before the claim, so that the lease as we count it ends no later than the store's.
  const leaseEnds = deps.clock.monotonic() + LEASE_MS
  const claimed = await deps.store.deliveries.claim(job.id, {
    epoch: job.epoch,
    holder: randomText(16, randomBytes),
    leaseMs: LEASE_MS,
    cap: deps.cap,
  })
  if (claimed.kind === 'gone') return
  if (claimed.kind === 'claimed') await handle(deps, channel, claimed, { leaseEnds, signal })
  deps.onChange()
}

interface Hold {
  /** By the monotonic clock. */
  readonly leaseEnds: number
  readonly signal: AbortSignal
}

async function handle(
  deps: WorkerDeps,
  channel: Channel,
  claimed: Claimed,
  hold: Hold,
): Promise<void> {
  const skip = beforeSend(claimed, channel, deps.unknownPolicy, deps.clock.now())
  if (skip) {
    await writeDown(deps, channel, claimed, hold, { settlement: skip, result: null })
    deps.onSettled(channel, 'skipped')
    return
  }
  const result = await send(deps, channel, claimed, hold)
  // Beside the settlement, which waits for nothing: what is not written down would be sent again.
  const learned = learn(deps, claimed.delivery, result.outcome)
  const settlement = settle(result.outcome, {
    attempts: claimed.delivery.attempts,
    unknowns: claimed.delivery.unknowns,
    idempotent: channel.caps.idempotent,
    policy: deps.unknownPolicy,
    random: Math.random(),
  })
  const settled = await writeDown(deps, channel, claimed, hold, { settlement, result })
  deps.onSettled(channel, result.outcome.kind)
  await learned
  if (settled?.state === 'recalled') await takeAway(deps, channel, settled)
}

async function send(
  deps: WorkerDeps,
  channel: Channel,
  claimed: Claimed,
  hold: Hold,
): Promise<SendResult> {
  const prepared = await prepare(deps, channel, claimed, hold).catch((error: unknown) => {
    deps.logger.error({ err: error, delivery: claimed.delivery.id }, 'a message could not be made')
    return null
  })
  if (!prepared) return notSent
  const { rendered, context, leftMs } = prepared
  try {
    return await inTime(leftMs, hold.signal, (signal) =>
      channel.send(rendered, { ...context, signal }),
    )
  } catch (error) {
    deps.logger.error(
      { err: error, delivery: claimed.delivery.id },
      'a channel threw; its outcome is unknown',
    )
    return { outcome: { kind: 'unknown', detail: '' }, providerIds: [] }
  }
}

/** Runs the work with a signal that ends after `ms`, or with `parent`; nothing of it stays behind. */
async function inTime<T>(
  ms: number,
  parent: AbortSignal,
  work: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  const limit = new AbortController()
  const givenUp = Promise.withResolvers<never>()
  const giveUp = (): void => givenUp.reject(new Error('the channel heeded no signal'))
  const end = (): void => {
    clearTimeout(timer)
    limit.abort()
    timer = setTimeout(giveUp, GIVE_UP_MS)
  }
  let timer = setTimeout(end, ms)
  parent.addEventListener('abort', end)
  if (parent.aborted) end()
  try {
    return await Promise.race([work(limit.signal), givenUp.promise])
  } finally {
    clearTimeout(timer)
    parent.removeEventListener('abort', end)
  }
}

interface Prepared {
  readonly rendered: Rendered
  readonly context: Omit<SendContext, 'signal'>
  /** What the send may take. */
  readonly leftMs: number
}

/** All that goes before the first byte; null where the lease has all but run out meanwhile. */
async function prepare(
  deps: WorkerDeps,
  channel: Channel,
  { delivery, share, reach, firstContact }: Claimed,
  hold: Hold,
): Promise<Prepared | null> {
  const { address } = delivery
  if (!address) throw new Error('a blanked delivery is not sent')
  const tracked = share.tracking === 'full'
  const message = await writeMessage(deps, { share, delivery, address, firstContact, tracked })
  const rendered = channel.render(message)
  const leftMs = Math.floor(hold.leaseEnds - deps.clock.monotonic()) - SEND_MARGIN_MS
  if (leftMs <= 0) return null
  const context = {
    deliveryId: delivery.id,
    address,
    connection: delivery.lane.connection,
    attempt: delivery.attempts + 1,
    idempotencyKey: delivery.id,
    reach,
    link: message.link,
  }
  return { rendered, context, leftMs }
}

/** Nothing left this process. */
const notSent: SendResult = {
  outcome: { kind: 'transient', reason: 'our_fault', detail: '' },
  providerIds: [],
}

/** What an outcome teaches about more than its own delivery. What cannot be kept, another send finds out again. */
async function learn(deps: WorkerDeps, delivery: Delivery, outcome: Outcome): Promise<void> {
  try {
    if (outcome.kind === 'throttled')
      await deps.rates.pause(outcome.bucket, wholeMs(outcome.retryAfterMs))
    if (outcome.kind === 'down') await deps.connections.pause(delivery.lane, outcome.detail)
    if (outcome.kind === 'permanent' && outcome.suppress) {
      await deps.store.consent.suppress(delivery.endpoint, null, 'bounce', BOUNCE_MS)
    }
  } catch (error) {
    deps.logger.error({ err: error, outcome: outcome.kind }, 'what a send taught was not kept')
  }
}

/**
 * Writes the settlement down, trying again for as long as the lease lives: the message is out, and forgetting
 * that would send it twice. Null where the lease was lost.
 */
async function writeDown(
  deps: WorkerDeps,
  channel: Channel,
  claimed: Claimed,
  hold: Hold,
  what: { settlement: Settlement; result: SendResult | null },
): Promise<Delivery | null> {
  const request: SettleRequest = {
    settlement: what.settlement,
    via: channel.via,
    providerIds: what.result?.providerIds ?? [],
    reach: what.result?.reach ?? null,
  }
  for (;;) {
    try {
      const result = await deps.store.deliveries.settle(claimed.lease, request)
      if (result.kind === 'settled') return result.delivery
      deps.logger.warn({ delivery: claimed.lease.id }, 'the lease was lost before settling')
      return null
    } catch (error) {
      const mayWait = deps.clock.monotonic() + SETTLE_RETRY_MS < hold.leaseEnds
      if (!mayWait || hold.signal.aborted) throw error
      deps.logger.warn({ err: error, delivery: claimed.lease.id }, 'settling failed; trying again')
      await new Promise((resolve) => setTimeout(resolve, SETTLE_RETRY_MS))
    }
  }
}

/** It was recalled while it went out: take the message away where the platform can. */
async function takeAway(deps: WorkerDeps, channel: Channel, delivery: Delivery): Promise<void> {
  if (!channel.caps.recall || !delivery.address || delivery.providerIds.length === 0) return
  await channel
    .recall(delivery.providerIds, {
      address: delivery.address,
      connection: delivery.lane.connection,
    })
    .catch((error: unknown) =>
      deps.logger.warn({ err: error, delivery: delivery.id }, 'recall failed'),
    )
}
