import type { DeliveryId, Instant } from '#core/ids.ts'
import type { Share } from '#core/share.ts'
import type { Reach } from '#ports/channel.ts'
import type { Suppression } from '#ports/store/consent.ts'
import type { ClaimRequest, ClaimResult, DeliveryStore } from '#ports/store/deliveries.ts'
import {
  capStep,
  claimEnds,
  claimStep,
  countsAlready,
  isClaimedBy,
  mayClaim,
  wasInterrupted,
} from '../claim-steps.ts'
import { type StoredDelivery, viewOf } from '../stored-delivery.ts'
import type { MongoConsent } from './consent.ts'
import type { Database } from './database.ts'
import type { DeliveryTable, Read } from './delivery-table.ts'
import type { Candidate, Endpoints } from './endpoints.ts'
import { gather, TOGETHER } from './gather.ts'
import type { Reaches } from './reaches.ts'
import type { ShareTable } from './share-table.ts'

export interface ClaimDeps {
  readonly table: DeliveryTable
  readonly shares: ShareTable
  readonly endpoints: Endpoints
  readonly reaches: Reaches
  readonly consent: Pick<MongoConsent, 'ofAll'>
}

interface Ask {
  readonly id: DeliveryId
  readonly request: ClaimRequest
}

/** A delivery that is due, as it was read. */
interface Found {
  readonly ask: Ask
  readonly read: Read
  readonly share: Share
  /** The same claim was asked for before, and holds it. */
  readonly isAgain: boolean
}

/** What a claim makes of a delivery. */
interface Decided {
  readonly found: Found
  readonly after: StoredDelivery
  /** Where it holds; `suppressed`: what must not be written to, read after that. */
  readonly answer: (suppressed: ReadonlySet<StoredDelivery>) => ClaimResult
}

/** Where a delivery is changed while it is claimed, the claim looks again so often. */
const TRIES = 8
const GONE: ClaimResult = { kind: 'gone' }

/**
 * Claims in this order: read the deliveries, then their shares (so that no mark between the two is overlooked),
 * count against the caps, write each delivery that still stands as it was read, and then read who must not be
 * written to (so that no stop before the claim is overlooked). The time is the store's, read after the claim was
 * asked for: a lease never ends before its holder believes it to.
 */
export function createClaim(db: Database, deps: ClaimDeps): DeliveryStore['claim'] {
  /** Those whose delivery changed meanwhile are left out. */
  const claimOnce = async (asks: readonly Ask[]): Promise<ReadonlyMap<Ask, ClaimResult>> => {
    const ids = asks.map(({ id }) => id)
    const [now, reads] = await Promise.all([db.readNow(), deps.table.getAll(ids)])
    const found = await withShares(openTo(asks, reads, now))
    const ended = found.flatMap((one) => endedOf(one, now))
    const going = found.filter((one) => !ended.some((other) => other.found === one))
    const decided = [...ended, ...(await decide(going, now))]
    const held = await deps.table.putAll(
      decided.map(({ found: { read }, after }) => ({ read, after })),
    )
    const suppressed = await suppressedAmong(
      decided.filter(({ after }) => after.state === 'sending').map(({ after }) => after),
    )
    const results = new Map(asks.map((ask) => [ask, GONE]))
    for (const [i, one] of decided.entries()) {
      if (held[i]) results.set(one.found.ask, one.answer(suppressed))
      else results.delete(one.found.ask)
    }
    return results
  }

  const withShares = async (open: readonly Omit<Found, 'share'>[]): Promise<readonly Found[]> => {
    if (open.length === 0) return []
    const shares = await deps.shares.getAll(open.map(({ read }) => read.delivery.share))
    return open.flatMap((one) => {
      const share = shares.get(one.read.delivery.share)
      return share ? [{ ...one, share }] : []
    })
  }

  const decide = async (going: readonly Found[], now: Instant): Promise<readonly Decided[]> => {
    if (going.length === 0) return []
    const [rooms, reachOf] = await Promise.all([
      deps.endpoints.count(
        going.map((one) => candidateOf(one, now)),
        now,
      ),
      deps.reaches.of(going.flatMap(({ read }) => read.delivery.address ?? [])),
    ])
    const full = going.filter(({ read }) => (rooms.get(read.delivery.id)?.waitMs ?? 0) > 0)
    // What is suppressed is ended by its sender: it waits for no room.
    const exempt = await suppressedAmong(full.map(({ read }) => read.delivery))
    return going.flatMap((one) => {
      const { delivery } = one.read
      const room = rooms.get(delivery.id)
      if (!room) return []
      if (room.waitMs > 0 && !exempt.has(delivery)) return [deferredOf(one, room.waitMs, now)]
      const reach = delivery.address && reachOf(delivery.address)
      return [claimedOf(one, { reach, firstContact: room.firstContact }, now)]
    })
  }

  const suppressedAmong = async (
    deliveries: readonly StoredDelivery[],
  ): Promise<ReadonlySet<StoredDelivery>> => {
    if (deliveries.length === 0) return new Set()
    const endpoints = new Set(deliveries.map(({ endpoint }) => endpoint))
    const suppressions = await deps.consent.ofAll([...endpoints])
    return new Set(deliveries.filter((one) => isSuppressed(one, suppressions)))
  }

  const claim = gather<Ask, ClaimResult>(async (asks) => {
    const results = new Map<Ask, ClaimResult>()
    for (let i = 0; i < TRIES && results.size < asks.length; i++) {
      const open = asks.filter((ask) => !results.has(ask))
      for (const [ask, result] of await claimOnce(open)) results.set(ask, result)
    }
    return asks.map((ask) => results.get(ask) ?? GONE)
  }, TOGETHER)
  return (id, request) => claim({ id, request })
}

/** What was cut off may have gone out: it waits for no room. */
function candidateOf({ ask, read: { delivery } }: Found, now: Instant): Candidate {
  const { cap } = ask.request
  return {
    delivery,
    cap: delivery.state === 'sending' ? null : cap,
    counts: countsAlready(delivery, cap?.windowMs ?? Infinity, now),
  }
}

/** Those that are due, and those that the same claim holds. */
function openTo(
  asks: readonly Ask[],
  reads: ReadonlyMap<DeliveryId, Read>,
  now: Instant,
): readonly Omit<Found, 'share'>[] {
  return asks.flatMap((ask) => {
    const read = reads.get(ask.id)
    if (!read) return []
    const isAgain = isClaimedBy(read.delivery, ask.request, now)
    return isAgain || mayClaim(read.delivery, ask.request.epoch, now)
      ? [{ ask, read, isAgain }]
      : []
  })
}

function isSuppressed(
  { endpoint, account }: StoredDelivery,
  suppressions: readonly Suppression[],
): boolean {
  return suppressions.some(
    (found) => found.endpoint === endpoint && (found.account === null || found.account === account),
  )
}

function endedOf(found: Found, now: Instant): readonly Decided[] {
  if (found.isAgain) return []
  const after = claimEnds(found.read.delivery, found.share, now)
  return after ? [{ found, after, answer: () => GONE }] : []
}

function deferredOf(found: Found, waitMs: number, now: Instant): Decided {
  const after = capStep(found.read.delivery, waitMs, now)
  return { found, after, answer: () => ({ kind: 'deferred', inMs: waitMs }) }
}

function claimedOf(
  found: Found,
  known: { readonly reach: Reach | null; readonly firstContact: boolean },
  now: Instant,
): Decided {
  const { ask, read, share, isAgain } = found
  const after = isAgain ? read.delivery : claimStep(read.delivery, ask.request, now)
  const interrupted = isAgain ? wasInterrupted(after) : read.delivery.state === 'sending'
  return {
    found,
    after,
    answer: (suppressed) => ({
      kind: 'claimed',
      lease: { id: ask.id, epoch: after.epoch, holder: ask.request.holder },
      delivery: viewOf(after, now),
      share,
      interrupted,
      suppressed: suppressed.has(after),
      ...known,
    }),
  }
}
