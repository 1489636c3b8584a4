import type { DeliveryId, Instant } from '#core/ids.ts'
import type { Share } from '#core/share.ts'
import type { Reach } from '#ports/channel.ts'
import type { Suppression } from '#ports/store/consent.ts'
import type { ClaimRequest, ClaimResult, DeliveryStore } from '#ports/store/deliveries.ts'
import { capStep, claimEnds, claimStep, countsAlready, mayClaim } from '../claim-steps.ts'
import { type StoredDelivery, viewOf } from '../stored-delivery.ts'
import type { MongoConsent } from './consent.ts'
import type { Database } from './database.ts'
import type { DeliveryTable, Read } from './delivery-table.ts'
import type { Endpoints } from './endpoints.ts'
import { type GatherLimits, gather } from './gather.ts'
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
}

/** What a claim that may lead to a send goes by. */
interface Circumstances {
  readonly suppressed: ReadonlySet<StoredDelivery>
  readonly reachOf: (delivery: StoredDelivery) => Reach | null
}

/** What a claim makes of a delivery, and what it answers where that holds. */
interface Decided {
  readonly found: Found
  readonly after: StoredDelivery
  readonly answer: ClaimResult
}

/** Concurrent claims of one process go together, and so do settles. */
export const TOGETHER: GatherLimits = { most: 128, atOnce: 2 }
/** Where a delivery is changed while it is claimed, the claim looks again so often. */
const TRIES = 8
const GONE: ClaimResult = { kind: 'gone' }

/**
 * Claims in this order: read the deliveries, then their shares (so that no mark between the two is overlooked),
 * count against the caps, and write each delivery that still stands as it was read. The time is the store's, read
 * after the claim was asked for: a lease never ends before its holder believes it to.
 */
export function createClaim(db: Database, deps: ClaimDeps): DeliveryStore['claim'] {
  /** Those whose delivery changed meanwhile are left out. */
  const claimOnce = async (asks: readonly Ask[]): Promise<ReadonlyMap<Ask, ClaimResult>> => {
    const ids = asks.map(({ id }) => id)
    const [now, reads] = await Promise.all([db.readNow(), deps.table.getAll(ids)])
    const found = await withShares(dueOf(asks, reads, now))
    const ended = found.flatMap((one) => endedOf(one, now))
    const going = found.filter((one) => !ended.some((other) => other.found === one))
    const decided = [...ended, ...(await decide(going, now))]
    const held = await deps.table.putAll(
      decided.map(({ found: { read }, after }) => ({ read, after })),
    )
    const results = new Map(asks.map((ask) => [ask, GONE]))
    for (const [
      i,
      {
        found: { ask },
        answer,
      },
    ] of decided.entries()) {
      if (held[i]) results.set(ask, answer)
      else results.delete(ask)
    }
    return results
  }

  const withShares = async (due: readonly Omit<Found, 'share'>[]): Promise<readonly Found[]> => {
    if (due.length === 0) return []
    const shares = await deps.shares.getAll(due.map(({ read }) => read.delivery.share))
    return due.flatMap((one) => {
      const share = shares.get(one.read.delivery.share)
      return share ? [{ ...one, share }] : []
    })
  }

  const decide = async (going: readonly Found[], now: Instant): Promise<readonly Decided[]> => {
    if (going.length === 0) return []
    const circumstances = await circumstancesOf(going.map(({ read }) => read.delivery))
    const candidates = going.map(({ ask, read: { delivery } }) => ({
      delivery,
      cap: mayDefer(delivery, circumstances) ? ask.request.cap : null,
      counts: countsAlready(delivery, ask.request.cap?.windowMs ?? Infinity, now),
    }))
    const rooms = await deps.endpoints.count(candidates, now)
    return going.flatMap((one) => {
      const room = rooms.get(one.read.delivery.id)
      if (!room) return []
      if (room.waitMs > 0) return [deferredOf(one, room.waitMs, now)]
      return [claimedOf(one, circumstances, room.firstContact, now)]
    })
  }

  const circumstancesOf = async (deliveries: readonly StoredDelivery[]): Promise<Circumstances> => {
    const [suppressions, reach] = await Promise.all([
      deps.consent.ofAll([...new Set(deliveries.map(({ endpoint }) => endpoint))]),
      deps.reaches.of(deliveries.flatMap(({ address }) => address ?? [])),
    ])
    return {
      suppressed: new Set(deliveries.filter((one) => isSuppressed(one, suppressions))),
      reachOf: ({ address }) => address && reach(address),
    }
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

/** What is suppressed is ended by its sender, and what was cut off may have gone out: neither waits. */
function mayDefer(delivery: StoredDelivery, { suppressed }: Circumstances): boolean {
  return !suppressed.has(delivery) && delivery.state !== 'sending'
}

function dueOf(
  asks: readonly Ask[],
  reads: ReadonlyMap<DeliveryId, Read>,
  now: Instant,
): readonly Omit<Found, 'share'>[] {
  return asks.flatMap((ask) => {
    const read = reads.get(ask.id)
    return read && mayClaim(read.delivery, ask.request.epoch, now) ? [{ ask, read }] : []
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
  const after = claimEnds(found.read.delivery, found.share, now)
  return after ? [{ found, after, answer: GONE }] : []
}

function deferredOf(found: Found, waitMs: number, now: Instant): Decided {
  const after = capStep(found.read.delivery, waitMs, now)
  return { found, after, answer: { kind: 'deferred', inMs: waitMs } }
}

function claimedOf(
  found: Found,
  circumstances: Circumstances,
  firstContact: boolean,
  now: Instant,
): Decided {
  const { ask, read, share } = found
  const { delivery } = read
  const after = claimStep(delivery, ask.request, now)
  const answer: ClaimResult = {
    kind: 'claimed',
    lease: { id: ask.id, epoch: after.epoch, holder: ask.request.holder },
    delivery: viewOf(after, now),
    share,
    interrupted: delivery.state === 'sending',
    suppressed: circumstances.suppressed.has(delivery),
    reach: circumstances.reachOf(delivery),
    firstContact,
  }
  return { found, after, answer }
}
