import { type DeliveryId, type Instant, type ShareId, splitDeliveryId } from '#core/ids.ts'
import type {
  FoldResult,
  Link,
  Reclass,
  Visit,
  VisitBatch,
  VisitStore,
} from '#ports/store/visits.ts'
import { pageOf, positionOf } from '../cursor.ts'
import {
  countReclass,
  countStat,
  countVisit,
  emptyStats,
  emptyTally,
  reclassStat,
  type StatTally,
  statsView,
  tallyView,
  tellFrom,
  type VisitTally,
} from '../visit-tally.ts'
import { keyOf, type MemoryDeps } from './state.ts'

export interface MemoryVisits extends VisitStore {
  /** Deliveries of the share that a human opened. */
  openedCount(share: ShareId): number
}

const SALT_BYTES = 32
const SALT_KEPT_MS = 48 * 3_600_000

interface Kept extends Visit {
  /** In the order of merging. */
  readonly id: number
}

/** What merged visits came to, of one share. */
interface ShareVisits {
  readonly tallies: Map<DeliveryId, VisitTally>
  readonly stats: StatTally
  list: Kept[]
}

export function createMemoryVisits({ state, now, randomBytes }: MemoryDeps): MemoryVisits {
  const written = new Map<string, number>()
  const shares = new Map<ShareId, ShareVisits>()
  const salts = new Map<string, { salt: Uint8Array; madeAt: number }>()
  let waiting: VisitBatch[] = []
  let lastId = 0

  function shareOf(delivery: DeliveryId): ShareVisits | undefined {
    const share = splitDeliveryId(delivery)?.share
    if (share === undefined || !state.shares.has(share)) return undefined
    const known = shares.get(share)
    if (known) return known
    const fresh = { tallies: new Map(), stats: emptyStats(), list: [] }
    shares.set(share, fresh)
    return fresh
  }

  function tallyOf(share: ShareVisits, delivery: DeliveryId): VisitTally {
    const known = share.tallies.get(delivery)
    if (known) return known
    const fresh = emptyTally()
    share.tallies.set(delivery, fresh)
    return fresh
  }

  function merge(visit: Visit): void {
    const share = shareOf(visit.delivery)
    if (!share) return
    countVisit(tallyOf(share, visit.delivery), visit)
    countStat(share.stats, visit)
    if (visit.tracked) share.list.push({ ...visit, id: ++lastId })
  }

  function takeBack({ visit }: Reclass): void {
    const share = shareOf(visit.delivery)
    if (!share) return
    const tally = tallyOf(share, visit.delivery)
    const wasFirst = countReclass(tally, visit)
    reclassStat(share.stats, visit)
    share.list = share.list.map((kept) =>
      same(kept, visit) ? { ...kept, class: 'scanner', why: 'many-codes' } : kept,
    )
    if (!wasFirst) return
    const rest = share.list.filter(
      (kept) => kept.delivery === visit.delivery && kept.class === 'human',
    )
    tally.firstOpenedAt = rest.reduce<Instant | null>(
      (first, { at }) => (first === null || at < first ? at : first),
      null,
    )
  }

  function firstOpen(delivery: DeliveryId): Instant | null {
    return shareOf(delivery)?.tallies.get(delivery)?.firstOpenedAt ?? null
  }

  function mark(delivery: DeliveryId): void {
    const found = state.deliveries.get(delivery)
    if (!found) return
    const from = tellFrom(firstOpen(delivery), found.via, now())
    if (from === 0) state.changed.add(found.share)
    else state.changedLater.set(keyOf(found.share, String(from)), { share: found.share, from })
  }

  function openedView(delivery: DeliveryId): FoldResult['opened'] {
    const found = state.deliveries.get(delivery)
    const at = firstOpen(delivery)
    if (!found || at === null) return []
    return [{ delivery, share: found.share, account: found.account, via: found.via, at }]
  }

  function linkOf(code: Link['code']): Link | null {
    const id = state.byCode.get(code)
    const delivery = id && state.deliveries.get(id)
    const share = delivery && state.shares.get(delivery.share)
    if (!delivery || !share) return null
    const untracked = share.tracking === 'full' && state.untracked.has(delivery.endpoint)
    return {
      code,
      delivery: delivery.id,
      share: share.id,
      account: share.account,
      target: share.target,
      note: share.note,
      senderName: state.accounts.get(share.account)?.displayName ?? '',
      tracking: untracked ? 'counts' : share.tracking,
      channel: delivery.lane.channel,
      via: delivery.via,
      state: delivery.state,
      acceptedAt: delivery.acceptedAt,
      expiresAt: share.expiresAt,
      recalled: share.recalledAt !== null || delivery.recalledAt !== null,
      endpoint: delivery.endpoint,
    }
  }

  return {
    openedCount(share) {
      const tallies = [...(shares.get(share)?.tallies.values() ?? [])]
      return tallies.filter((tally) => tally.firstOpenedAt !== null).length
    },
    async resolve(code) {
      return linkOf(code)
    },
    remote: false,
    async append(batches) {
      for (const batch of batches) {
        if (batch.seq <= (written.get(batch.writer) ?? 0)) continue
        written.set(batch.writer, batch.seq)
        waiting.push(batch)
      }
    },
    async fold(limit) {
      const batches = waiting.slice(0, limit)
      waiting = waiting.slice(limit)
      const before = new Map<DeliveryId, Instant | null>()
      for (const { visits, reclassed } of batches) {
        for (const { delivery } of [...visits, ...reclassed.map(({ visit }) => visit)]) {
          if (!before.has(delivery)) before.set(delivery, firstOpen(delivery))
        }
        for (const visit of visits) merge(visit)
        for (const found of reclassed) takeBack(found)
      }
      const changed = [...before.keys()]
      for (const delivery of changed) mark(delivery)
      return {
        folded: batches.length,
        more: waiting.length > 0,
        opened: changed.filter((id) => before.get(id) === null).flatMap(openedView),
        takenBack: changed.filter((id) => before.get(id) !== null && firstOpen(id) === null),
      }
    },
    async lastSeq(writer) {
      return written.get(writer) ?? 0
    },
    async counters(share) {
      const tallies = [...(shares.get(share)?.tallies ?? [])]
      return tallies
        .map(([delivery, tally]) => tallyView(delivery, tally))
        .sort((a, b) => numberOf(a.delivery) - numberOf(b.delivery))
    },
    async ofShare(share, { limit, cursor }) {
      const after = positionOf(cursor)
      const rest = (shares.get(share)?.list ?? [])
        .filter(({ id }) => !after || id < Number(after.id))
        .reverse()
      const page = pageOf(rest, limit, ({ at, id }) => ({ at, id: String(id) }))
      return { items: page.items.map(({ id: _id, ...visit }) => visit), cursor: page.cursor }
    },
    async stats(share) {
      return statsView(shares.get(share)?.stats ?? emptyStats())
    },
    async salt(day) {
      const known = salts.get(day)
      if (known) return known.salt
      const salt = randomBytes(SALT_BYTES)
      salts.set(day, { salt, madeAt: now() })
      return salt
    },
    async purge() {
      for (const [day, { madeAt }] of salts) {
        if (madeAt <= now() - SALT_KEPT_MS) salts.delete(day)
      }
    },
  }
}

function same(a: Visit, b: Visit): boolean {
  return (
    a.class === 'human' && a.delivery === b.delivery && a.at === b.at && a.visitor === b.visitor
  )
}

function numberOf(delivery: DeliveryId): number {
  return splitDeliveryId(delivery)?.n ?? 0
}
