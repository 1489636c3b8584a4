import type { Address, ChannelName } from '#core/address.ts'
import { LEASE_MS, type Outcome, type UnknownPolicy } from '#core/delivery.ts'
import { type ConnectionId, NO_DELIVERY } from '#core/ids.ts'
import type { Channel } from '#ports/channel.ts'
import type { Clock } from '#ports/clock.ts'
import type { Logger } from '#ports/logger.ts'
import type { Rates } from '#ports/rates.ts'
import type { OwedAnswer } from '#ports/store/replies.ts'
import { type Bell, startBell } from '../bell.ts'
import type { Channels } from '../channels.ts'
import { type Connections, PROBE_MS } from '../connections.ts'
import { SEND_MARGIN_MS } from '../delivering/before-send.ts'
import { inTime } from '../delivering/in-time.ts'
import { takeUnits } from '../delivering/take-units.ts'
import { learn } from '../learn.ts'
import { queueOf, routeOf } from '../routing.ts'
import {
  type AnswerFate,
  type AnswerTry,
  fateOf,
  GIVEN_UP,
  mayHaveGone,
  waiting,
} from './answer-fate.ts'
import { type WritingDeps, type WrittenAnswer, writeAnswer } from './write-answer.ts'

/** Answers that another process came to owe are found within this. */
const LOOK_MS = 3_000
const GAP_MS = 20
/** Answers that are sent at a time. */
const TOGETHER = 8
/** Between two tries to write down what a send came to, while the lease lives. */
const SETTLE_RETRY_MS = 500

/** Sends what is owed to recipients and senders for what was written back. */
export interface Answering {
  /** On these channels, in this process, until it is stopped. */
  serve(channels: readonly ChannelName[]): AnswerServing
  /** An answer is owed. */
  ring(): void
}

export interface AnswerServing {
  /** What is being sent gets so long to end. */
  stop(graceMs: number): Promise<void>
}

interface AnsweringDeps extends WritingDeps {
  readonly channels: Channels
  readonly connections: Connections
  readonly rates: Rates
  readonly clock: Clock
  readonly logger: Logger
  readonly unknownPolicy: UnknownPolicy
}

export function createAnswering(deps: AnsweringDeps): Answering {
  const bells = new Set<Bell>()
  return {
    serve(names) {
      const stopping = new AbortController()
      const channels = names.flatMap((name) => deps.channels.get(name) ?? [])
      // What the outbox stands in for can neither be written to nor write back.
      const real = channels.filter(({ via }) => via !== 'outbox')
      const bell = startBell({
        restMs: LOOK_MS,
        gapMs: GAP_MS,
        run: () => sendOwed(deps, real, stopping.signal),
        onFault: (error) => deps.logger.error({ err: error }, 'owed answers could not be read'),
      })
      bells.add(bell)
      return {
        async stop(graceMs) {
          bells.delete(bell)
          const timer = setTimeout(() => stopping.abort(), graceMs)
          await bell.stop()
          clearTimeout(timer)
        },
      }
    },
    ring() {
      for (const bell of bells) bell.ring()
    },
  }
}

/** How long to rest: not at all where there may be more. */
async function sendOwed(
  deps: AnsweringDeps,
  channels: readonly Channel[],
  signal: AbortSignal,
): Promise<number | undefined> {
  const claims = channels
    .filter((channel) => isUp(deps, channel))
    .map((channel) => sendSome(deps, channel, signal))
  const sent = await Promise.all(claims)
  return sent.includes(TOGETHER) ? 0 : undefined
}

function isUp({ connections }: AnsweringDeps, channel: Channel): boolean {
  return channel.connections.some((ref) => !connections.isDown(ref))
}

async function sendSome(
  deps: AnsweringDeps,
  channel: Channel,
  signal: AbortSignal,
): Promise<number> {
  // Read before the claim, so that the lease as we count it ends no later than the store's.
  const leaseEnds = deps.clock.monotonic() + LEASE_MS
  const request = { channel: channel.name, limit: TOGETHER, leaseMs: LEASE_MS }
  const owed = await deps.store.replies.claim(request)
  await Promise.all(owed.map((one) => handle(deps, channel, one, { leaseEnds, signal })))
  return owed.length
}

interface Hold {
  /** By the monotonic clock. */
  readonly leaseEnds: number
  readonly signal: AbortSignal
}

async function handle(
  deps: AnsweringDeps,
  channel: Channel,
  owed: OwedAnswer,
  hold: Hold,
): Promise<void> {
  try {
    const fate = await sendOne(deps, channel, owed, hold)
    await writeDown(deps, owed, fate, hold)
  } catch (error) {
    const { kind, reply } = owed
    deps.logger.error({ err: error, reply: reply.id, kind }, 'an answer failed; its lease runs out')
  }
}

async function sendOne(
  deps: AnsweringDeps,
  channel: Channel,
  owed: OwedAnswer,
  hold: Hold,
): Promise<AnswerFate> {
  const tried = triedOf(deps, owed)
  if (mayHaveGone(tried, tried.policy)) return gaveUp(deps, owed, 'unknown')
  const written = await writeAnswer(deps, channel, owed)
  if (!written) return gaveUp(deps, owed, 'nobody')
  const connection = connectionFor(deps, channel, owed, written.address)
  if (connection === null) return waiting(PROBE_MS, tried)
  const { cost } = channel.estimate(written.rendered)
  const buckets = channel.buckets(written.address, cost, connection)
  const taken = await takeUnits(deps.rates, buckets)
  if (!taken.ok) return waiting(taken.waitMs, tried)
  const outcome = await sendBy(deps, channel, { owed, written, connection }, hold)
  await learn(deps, { channel: channel.name, connection }, outcome)
  const fate = fateOf(outcome, tried)
  return fate.gaveUp ? gaveUp(deps, owed, outcome.kind) : fate
}

function triedOf({ clock, unknownPolicy }: AnsweringDeps, owed: OwedAnswer): AnswerTry {
  const { attempts, unknowns, reply } = owed
  return { attempts, unknowns, ageMs: clock.now() - reply.at, policy: unknownPolicy }
}

function gaveUp({ logger }: AnsweringDeps, owed: OwedAnswer, why: string): AnswerFate {
  logger.warn({ reply: owed.reply.id, kind: owed.kind, why }, 'an answer was given up')
  return GIVEN_UP
}

/** The first time by where the recipient wrote to, as far as that can carry it: they know that number. */
function connectionFor(
  { connections }: AnsweringDeps,
  channel: Channel,
  { reply, attempts }: OwedAnswer,
  address: Address,
): ConnectionId | null {
  const { connection } = reply
  const isTheirs = connection.channel === channel.name && !connections.isDown(connection)
  const routes = channel.routes(address)
  if (attempts === 0 && isTheirs && routes.includes(connection.connection)) {
    return connection.connection
  }
  return routeOf(channel, queueOf(channel, address), address, connections, attempts)
}

interface Outgoing {
  readonly owed: OwedAnswer
  readonly written: WrittenAnswer
  readonly connection: ConnectionId
}

async function sendBy(
  deps: AnsweringDeps,
  channel: Channel,
  { owed, written, connection }: Outgoing,
  { leaseEnds, signal }: Hold,
): Promise<Outcome> {
  const leftMs = Math.floor(leaseEnds - deps.clock.monotonic()) - SEND_MARGIN_MS
  if (leftMs <= 0) return { kind: 'transient', reason: 'our_fault', detail: '' }
  const { address, rendered, link } = written
  try {
    const { outcome } = await inTime(leftMs, signal, (limited) =>
      channel.send(rendered, {
        deliveryId: NO_DELIVERY,
        address,
        connection,
        attempt: owed.attempts + 1,
        idempotencyKey: `answer-${owed.reply.id}`,
        reach: null,
        link,
        signal: limited,
      }),
    )
    return outcome
  } catch (error) {
    deps.logger.error(
      { err: error, reply: owed.reply.id },
      'a channel threw; its outcome is unknown',
    )
    return { kind: 'unknown', detail: '' }
  }
}

/** Tries for as long as the lease lives: what is not written down is sent again. */
async function writeDown(
  deps: AnsweringDeps,
  { lease }: OwedAnswer,
  { settlement }: AnswerFate,
  { leaseEnds, signal }: Hold,
): Promise<void> {
  for (;;) {
    try {
      await deps.store.replies.settle(lease, settlement)
      return
    } catch (error) {
      const mayWait = deps.clock.monotonic() + SETTLE_RETRY_MS < leaseEnds
      if (!mayWait || signal.aborted) throw error
      deps.logger.warn({ err: error, reply: lease.reply }, 'settling failed; trying again')
      await new Promise((resolve) => setTimeout(resolve, SETTLE_RETRY_MS))
    }
  }
}
