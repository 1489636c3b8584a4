import { randomUUID } from 'node:crypto'
import type { ConnectionRef } from '#core/address.ts'
import {
  BOUNCE_MS,
  LEASE_MS,
  type Outcome,
  type Reason,
  type Settlement,
  settle,
  type UnknownPolicy,
  wholeMs,
} from '#core/delivery.ts'
import { handleIn } from '#core/identity.ts'
import type { ConnectionId } from '#core/ids.ts'
import type { Delivery } from '#core/share.ts'
import type { Channel, SendResult } from '#ports/channel.ts'
import type { Clock } from '#ports/clock.ts'
import type { Admission, Job, JobHandler } from '#ports/dispatcher.ts'
import type { Logger } from '#ports/logger.ts'
import type { Rates } from '#ports/rates.ts'
import type { RecipientCap, SettleRequest } from '#ports/store/deliveries.ts'
import type { Store } from '#ports/store/store.ts'
import type { Channels } from '../channels.ts'
import { type Connections, PROBE_MS } from '../connections.ts'
import type { Previews } from '../previews.ts'
import { releaseTo } from '../reaching/release.ts'
import { isClosed, preferredRoute, routeOf } from '../routing.ts'
import { takeAway } from '../take-away.ts'
import { beforeSend, type Claimed } from './before-send.ts'
import { claim } from './claim.ts'
import { type Hold, send } from './send.ts'
import { takeUnits } from './take-units.ts'
import type { MessageDeps } from './write-message.ts'

/** A bucket that is closed for so long is waited for in the store, and the sender reads why. */
const LONG_WAIT_MS = 30_000
/** Between two tries to write a settlement down while the lease lives. */
const SETTLE_RETRY_MS = 500

interface WorkerDeps extends MessageDeps {
  readonly previews: Previews
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
  /** There may be due work. */
  ring(): void
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
  if (!channel || isClosed(channel, job.lane, deps.connections)) return { kind: 'gone' }
  const delivery = await deps.store.deliveries.get(job.id)
  if (!delivery || delivery.epoch !== job.epoch || delivery.dueAt === null) return { kind: 'gone' }
  const { address, cost } = delivery
  if (!address) return { kind: 'go' }
  const route = routeOf(channel, job.lane, address, deps.connections, delivery.attempts)
  if (route === null) return putOff(deps, job, PROBE_MS, 'connection_down')
  await deps.previews.prepare(delivery.share)
  const taken = await takeUnits(deps.rates, channel.buckets(address, cost, route))
  if (taken.ok) return { kind: 'go' }
  if (taken.waitMs < LONG_WAIT_MS)
    return { kind: 'wait', bucket: taken.bucket, waitMs: taken.waitMs }
  return putOff(deps, job, taken.waitMs, 'throttled')
}

/** In the store, so that it leaves its lane's place among the due to deliveries that can go. */
async function putOff(
  deps: WorkerDeps,
  job: Job,
  inMs: number,
  reason: Reason,
): Promise<Admission> {
  await deps.store.deliveries.defer(job.id, job.epoch, inMs, reason)
  deps.onChange()
  return { kind: 'gone' }
}

async function run(deps: WorkerDeps, job: Job, signal: AbortSignal): Promise<void> {
  const channel = deps.channels.get(job.lane.channel)
  if (!channel || isClosed(channel, job.lane, deps.connections)) return
  // Read before the claim, so that the lease as we count it ends no later than the store's.
  const hold = { leaseEnds: deps.clock.monotonic() + LEASE_MS, signal }
  const request = { epoch: job.epoch, holder: randomUUID(), leaseMs: LEASE_MS, cap: deps.cap }
  const claimed = await claim(deps, job.id, request, hold)
  if (claimed.kind === 'gone') return
  if (claimed.kind === 'claimed') await handle(deps, channel, claimed, hold)
  deps.onChange()
}

async function handle(
  deps: WorkerDeps,
  channel: Channel,
  claimed: Claimed,
  hold: Hold,
): Promise<void> {
  const skip = beforeSend(claimed, channel, deps.unknownPolicy)
  if (skip) {
    await writeDown(deps, channel, claimed, hold, { settlement: skip, result: null })
    deps.onSettled(channel, 'skipped')
    return
  }
  const { delivery } = claimed
  const connection = connectionFor(deps, channel, delivery)
  const result = await send(deps, channel, { ...claimed, connection }, hold)
  // Beside the settlement, which waits for nothing: what is not written down would be sent again.
  const learned = learn(deps, delivery, { channel: channel.name, connection }, result.outcome)
  const settlement = settle(result.outcome, {
    attempts: delivery.attempts,
    unknowns: delivery.unknowns,
    idempotent: channel.caps.idempotent,
    policy: deps.unknownPolicy,
    random: Math.random(),
  })
  const settled = await writeDown(deps, channel, claimed, hold, { settlement, result })
  deps.onSettled(channel, result.outcome.kind)
  await learned
  if (settled?.state === 'waiting') await goOn(deps, settled)
  // It was recalled while it went out.
  if (settled?.state === 'recalled') await takeAway(deps, settled)
}

/** Whoever has the handle may have come to the bot since it was written: nobody need wait then. */
async function goOn(deps: WorkerDeps, { id, address }: Delivery): Promise<void> {
  const named = address && handleIn(address)
  if (!named) return
  try {
    await releaseTo(deps, id, await deps.store.people.byHandle(named, named.handle))
  } catch (error) {
    deps.logger.error({ err: error, delivery: id }, 'a delivery waits for somebody who is here')
  }
}

/** Chosen as in `admit`, whose rates it takes; where that went down meanwhile, the send finds it so. */
function connectionFor(
  { connections }: WorkerDeps,
  channel: Channel,
  delivery: Delivery,
): ConnectionId {
  const { address, lane, attempts } = delivery
  if (!address) return lane.connection
  return routeOf(channel, lane, address, connections, attempts) ?? preferredRoute(channel, address)
}

/** What an outcome teaches about more than its own delivery. What cannot be kept, another send finds out again. */
async function learn(
  deps: WorkerDeps,
  delivery: Delivery,
  connection: ConnectionRef,
  outcome: Outcome,
): Promise<void> {
  try {
    if (outcome.kind === 'throttled')
      await deps.rates.pause(outcome.bucket, wholeMs(outcome.retryAfterMs))
    if (outcome.kind === 'down') await deps.connections.pause(connection, outcome.detail)
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
