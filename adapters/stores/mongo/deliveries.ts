import type { mongo } from 'mongoose'
import { type DeliveryId, type ShareId, splitDeliveryId } from '#core/ids.ts'
import type { Delivery } from '#core/share.ts'
import type { DeliveryStore, QueueDepth } from '#ports/store/deliveries.ts'
import { arrivalStep, isUnaskedAt } from '../arrival-steps.ts'
import { deadlineStep } from '../claim-steps.ts'
import { latestOut } from '../last-to.ts'
import { byAge, deferStep, type Moved, moveStep, readdressStep, wakeStep } from '../move-steps.ts'
import { viewOf } from '../stored-delivery.ts'
import { type ClaimDeps, createClaim } from './claims.ts'
import type { Database } from './database.ts'
import { type DeliveryDocument, deliveryOf, toKey } from './delivery-document.ts'
import type { Read } from './delivery-table.ts'
import { createDueLanes } from './due-lanes.ts'
import { gather, TOGETHER } from './gather.ts'
import type { Known } from './known.ts'
import type { Plans } from './plans.ts'
import { createRecents } from './recents.ts'
import { createSettle, type SettleDeps } from './settles.ts'
import type { ShareLists } from './share-lists.ts'
import type { DropUnused } from './unused-reaches.ts'
import type { WholeShares } from './whole-shares.ts'

export interface DeliveriesDeps extends ClaimDeps, SettleDeps {
  readonly known: Known
  readonly plans: Plans
  readonly whole: WholeShares
  readonly lists: ShareLists
  readonly dropUnused: DropUnused
}

type Filter = mongo.Filter<DeliveryDocument>

export function createMongoDeliveries(db: Database, deps: DeliveriesDeps): DeliveryStore {
  const { table, shares, reaches, receipts, known, plans, whole } = deps
  const lanes = createDueLanes(db, table.collection)

  /** One that only a plan knows of is made first. */
  const findPlanned = async (id: DeliveryId): Promise<Read | undefined> => {
    const share = splitDeliveryId(id)?.share
    return share && (await plans.finishOf(share)) ? table.get(id) : undefined
  }

  const get = gather<DeliveryId, Delivery | null>(async (ids) => {
    const [now, reads] = await Promise.all([db.readNow(), table.getAll(ids)])
    const found = await Promise.all(ids.map((id) => reads.get(id) ?? findPlanned(id)))
    return found.map((read) => (read ? viewOf(read.delivery, now) : null))
  }, TOGETHER)

  const overdue = async (limit: number): Promise<readonly Read[]> => {
    const now = await db.readNow()
    const filter = {
      'sweep.for': 'deadline',
      'sweep.at': { $lte: now },
      $or: [{ state: { $ne: 'sending' } }, { 'due.at': { $lte: now } }],
    }
    return table.find(filter as Filter, limit)
  }

  const wakeOne = async (id: DeliveryId): Promise<boolean> => {
    const stepped = await table.change(id, (one, now) =>
      one.state === 'waiting' ? wakeStep(one, now) : undefined,
    )
    return stepped !== undefined
  }

  return {
    claim: createClaim(db, deps),
    settle: createSettle(db, deps),
    due: lanes.due,
    async nextDueInMs(channels) {
      const [now, next] = await Promise.all([db.readNow(), lanes.next(channels)])
      return next === null ? null : Math.max(0, next - now)
    },
    get,
    async ofShare(share: ShareId) {
      const [now, reads] = await Promise.all([db.readNow(), whole.deliveries(share)])
      return reads.map(({ delivery }) => viewOf(delivery, now))
    },
    async move(id, change) {
      let moved: Moved | undefined
      const stepped = await table.change(id, (delivery, now) => {
        moved = moveStep(delivery, change, now)
        return moved?.delivery
      })
      if (!stepped || !moved?.matched) return null
      // Handed over by hand, it counts for no cap.
      if (stepped.before.countedAt !== stepped.after.countedAt) {
        await deps.endpoints.uncount([stepped.before])
      }
      return viewOf(stepped.after, stepped.after.changedAt)
    },
    async defer(id, epoch, inMs, reason) {
      const stepped = await table.change(id, (delivery, now) =>
        deferStep(delivery, epoch, { inMs, reason }, now),
      )
      return stepped !== undefined
    },
    receipt: receipts.receipt,
    named: receipts.named,
    unpark: receipts.unpark,
    async expire(limit) {
      const found = await overdue(limit)
      const fates = await shares.fates(found.map(({ delivery }) => delivery.share))
      const now = await db.readNow()
      const held = await table.putAll(
        found.flatMap((read) => {
          const fate = fates.get(read.delivery.share)
          return fate ? [{ read, after: deadlineStep(read.delivery, fate, now) }] : []
        }),
      )
      return held.filter(Boolean).length
    },
    async wake(address, reach) {
      await reaches.put(address, reach)
      const filter = { finds: toKey(address), state: 'waiting' } as Filter
      const found = await table.find(filter)
      const now = await db.readNow()
      const held = await table.putAll(
        found.map((read) => ({ read, after: wakeStep(read.delivery, now) })),
      )
      const lost = found.filter((_, i) => !held[i])
      const woken = await Promise.all(lost.map(({ delivery: { id } }) => wakeOne(id)))
      return [...held, ...woken].filter(Boolean).length
    },
    async waiting(address, limit) {
      const filter = { finds: toKey(address), state: 'waiting' } as Filter
      const [now, found] = await Promise.all([db.readNow(), table.find(filter)])
      const oldestFirst = found.map(({ delivery }) => delivery).sort(byAge)
      return oldestFirst.slice(0, limit).map((delivery) => viewOf(delivery, now))
    },
    async readdress(id, to) {
      const read = await table.get(id)
      if (read?.delivery.state !== 'waiting') return null
      await reaches.put(to.address, to.reach)
      await known.add(read.delivery.account, [to.endpoint])
      const stepped = await table.change(id, (one, now) => readdressStep(one, to, now))
      if (!stepped) return null
      await deps.endpoints.uncount([stepped.before])
      if (stepped.before.address?.value !== to.address.value)
        await deps.dropUnused([stepped.before])
      return viewOf(stepped.after, stepped.after.changedAt)
    },
    async noteArrival(id, news) {
      const stepped = await table.change(id, (one) => arrivalStep(one, news))
      const noted = stepped?.after ?? (await table.get(id))?.delivery
      return noted?.state === 'waiting' ? viewOf(noted, await db.readNow()) : null
    },
    async unasked(place, { limit, after = '' }) {
      const filter = { arrived: { $gt: after } } as Filter
      const [now, found] = await Promise.all([
        db.readNow(),
        db.attempt(() => table.collection.find(filter).sort({ arrived: 1 }).limit(limit).toArray()),
      ])
      const page = found.map(deliveryOf)
      return {
        deliveries: page.filter(isUnaskedAt(place)).map((one) => viewOf(one, now)),
        next: page.length < limit ? null : (page.at(-1)?.id ?? null),
      }
    },
    async depth() {
      const now = await db.readNow()
      const due = { 'due.channel': { $exists: true }, 'due.at': { $lte: now } } as Filter
      const group = { _id: '$due.channel', due: { $sum: 1 }, since: { $min: '$due.at' } }
      const found = await db.attempt(() =>
        table.collection
          .aggregate<{ _id: QueueDepth['channel']; due: number; since: number }>([
            { $match: due },
            { $group: group },
          ])
          .toArray(),
      )
      return found.map(({ _id, due: count, since }) => ({
        channel: _id,
        due: count,
        oldestMs: now - since,
      }))
    },
    async lastTo(endpoint) {
      const ids = await deps.endpoints.countedTo(endpoint)
      const [now, reads] = await Promise.all([db.readNow(), table.getAll(ids)])
      const counted = [...reads.values()].map(({ delivery }) => delivery)
      const last = latestOut(counted.filter((delivery) => delivery.endpoint === endpoint))
      return last ? viewOf(last, now) : null
    },
    known: known.of,
    ...createRecents(deps.lists, whole),
  }
}
