import { isFinal } from '#core/delivery.ts'
import { PassalongError } from '#core/errors.ts'
import type { Instant, ShareId } from '#core/ids.ts'
import type { DeliveryStore, Lease, SettleRequest, SettleResult } from '#ports/store/deliveries.ts'
import { holdsLease, isSettledBy } from '../claim-steps.ts'
import { markStep } from '../move-steps.ts'
import { settleStep } from '../settle-steps.ts'
import { type ShareFate, type StoredDelivery, viewOf } from '../stored-delivery.ts'
import type { Database } from './database.ts'
import type { DeliveryTable, Read } from './delivery-table.ts'
import type { Endpoints } from './endpoints.ts'
import { gather, TOGETHER } from './gather.ts'
import type { Reaches } from './reaches.ts'
import type { Receipts } from './receipts.ts'
import type { ShareTable } from './share-table.ts'

export interface SettleDeps {
  readonly table: DeliveryTable
  readonly shares: ShareTable
  readonly endpoints: Endpoints
  readonly reaches: Reaches
  readonly receipts: Receipts
}

interface Ask {
  readonly lease: Lease
  readonly request: SettleRequest
}

/** What a settle makes of a delivery that it holds. */
interface Decided {
  readonly ask: Ask
  readonly read: Read
  readonly after: StoredDelivery
  /** The same settle is written already; what follows on it may not be. */
  readonly isAgain: boolean
}

/** Where a delivery is changed while it is settled (a recall), the settle looks again so often. */
const TRIES = 20

/**
 * Settles in this order: what the send taught about address and endpoint, the deliveries that still stand as they
 * were read (whoever lost the lease meanwhile finds another stamp), then what was parked for them, then what was
 * taken back while they were written.
 */
export function createSettle(db: Database, deps: SettleDeps): DeliveryStore['settle'] {
  const { table, shares, endpoints } = deps

  /** Undefined stands for fenced. Those whose delivery changed meanwhile are left out. */
  const settleOnce = async (
    asks: readonly Ask[],
  ): Promise<ReadonlyMap<Ask, Decided | undefined>> => {
    const [now, reads] = await Promise.all([
      db.readNow(),
      table.getAll(asks.map(({ lease }) => lease.id)),
    ])
    const fates = await shares.fates([...reads.values()].map(({ delivery }) => delivery.share))
    const decided = asks.flatMap((ask) => decide(ask, reads.get(ask.lease.id), fates, now))
    await learn(decided)
    const held = await table.putAll(decided)
    const results = new Map<Ask, Decided | undefined>(asks.map((ask) => [ask, undefined]))
    for (const [i, one] of decided.entries()) {
      if (held[i]) results.set(one.ask, one)
      else results.delete(one.ask)
    }
    return results
  }

  /** True whatever becomes of the settle: the send was made. */
  const learn = async (decided: readonly Decided[]): Promise<void> => {
    const reached = decided.filter(
      ({ read, after }) => after.acceptedAt !== null && read.delivery.acceptedAt === null,
    )
    await Promise.all([
      endpoints.contacted(reached.map(({ after }) => after.endpoint)),
      ...decided.map(async ({ ask: { request }, after: { address } }) => {
        if (request.reach && address) await deps.reaches.put(address, request.reach)
      }),
    ])
  }

  /** What a mark overlooked, because it was being sent when the mark came by. */
  const endTakenBack = async (
    deliveries: readonly StoredDelivery[],
  ): Promise<readonly StoredDelivery[]> => {
    const going = deliveries.filter(({ state }) => !isFinal(state))
    if (going.length === 0) return deliveries
    const fates = await shares.fates(going.map(({ share }) => share))
    return Promise.all(
      deliveries.map(async (delivery) => {
        const mark = isFinal(delivery.state) ? undefined : markOf(fates.get(delivery.share))
        if (!mark) return delivery
        const stepped = await table.change(delivery.id, (one, now) => markStep(one, mark, now))
        return stepped?.after ?? delivery
      }),
    )
  }

  const settleAll = async (
    asks: readonly Ask[],
  ): Promise<ReadonlyMap<Ask, Decided | undefined>> => {
    const results = new Map<Ask, Decided | undefined>()
    for (let i = 0; results.size < asks.length; i++) {
      if (i === TRIES) throw new PassalongError('internal', 'A settle was overtaken too often.')
      const open = asks.filter((ask) => !results.has(ask))
      for (const [ask, decided] of await settleOnce(open)) results.set(ask, decided)
    }
    return results
  }

  const settle = gather<Ask, SettleResult>(async (asks) => {
    const results = await settleAll(asks)
    const settled = [...results.values()].filter((one) => one !== undefined)
    await endpoints.uncount(settled.filter(isUncounted).map(({ after }) => after))
    const received = await deps.receipts.applyParked(settled.map(({ after }) => after))
    const current = await endTakenBack(received)
    const byAsk = new Map(settled.map(({ ask }, i) => [ask, current[i]]))
    return asks.map((ask): SettleResult => {
      const delivery = byAsk.get(ask)
      return delivery
        ? { kind: 'settled', delivery: viewOf(delivery, delivery.changedAt) }
        : { kind: 'fenced' }
    })
  }, TOGETHER)
  return (lease, request) => settle({ lease, request })
}

function decide(
  ask: Ask,
  read: Read | undefined,
  fates: ReadonlyMap<ShareId, ShareFate>,
  now: Instant,
): readonly Decided[] {
  const fate = read && fates.get(read.delivery.share)
  if (!read || !fate) return []
  const { delivery } = read
  if (isSettledBy(delivery, ask.lease)) return [{ ask, read, after: delivery, isAgain: true }]
  if (!holdsLease(delivery, ask.lease, now)) return []
  return [{ ask, read, after: settleStep(delivery, fate, ask.request, now), isAgain: false }]
}

/** Nothing of it was ever sent. */
function isUncounted({ read, after, isAgain }: Decided): boolean {
  return after.countedAt === null && (isAgain || read.delivery.countedAt !== null)
}

function markOf(fate: ShareFate | undefined): 'cancelled' | 'recalled' | undefined {
  if (!fate) return undefined
  if (fate.recalledAt !== null) return 'recalled'
  return fate.cancelledAt === null ? undefined : 'cancelled'
}
