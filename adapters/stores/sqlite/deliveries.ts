import { type EndpointKey, type ShareId, splitDeliveryId } from '#core/ids.ts'
import type { DeliveryStore, QueueDepth } from '#ports/store/deliveries.ts'
import { arrivalStep, isUnaskedAt } from '../arrival-steps.ts'
import { deadlineStep } from '../claim-steps.ts'
import { COUNTED_LOOKED_AT, latestOut } from '../last-to.ts'
import { deferStep, moveStep, readdressStep, wakeStep } from '../move-steps.ts'
import { type StoredDelivery, viewOf } from '../stored-delivery.ts'
import { createClaims } from './claims.ts'
import type { Database } from './database.ts'
import type { DeliveryTable } from './delivery-table.ts'
import { createDueLanes } from './due-lanes.ts'
import type { ReachTable } from './reach-table.ts'
import type { Receipts } from './receipts.ts'
import { createRecents } from './recents.ts'

interface Key {
  readonly share: ShareId
  readonly n: number
}

export function createSqliteDeliveries(
  db: Database,
  table: DeliveryTable,
  reach: ReachTable,
  receipts: Receipts,
): DeliveryStore {
  const lanes = createDueLanes(db)
  const { claim, settle } = createClaims(db, table, reach, receipts)
  const overdue = db.prepare(`
    SELECT share, n FROM delivery
    WHERE final_at IS NULL AND deadline_at <= :now AND (state <> 'sending' OR due_at <= :now)
    ORDER BY deadline_at LIMIT :limit`)
  const waiting = db.prepare(`
    SELECT share, n FROM delivery WHERE state = 'waiting' AND channel = ? AND value = ?
    ORDER BY share, n LIMIT ?`)
  const arrived = db.prepare(`
    SELECT share, n FROM delivery INDEXED BY delivery_arrived
    WHERE arrivals IS NOT NULL AND (share, n) > (?, ?) ORDER BY share, n LIMIT ?`)
  const know = db.prepare('INSERT OR IGNORE INTO known_endpoint (account, endpoint) VALUES (?, ?)')
  const depth = db.prepare(`
    SELECT channel, count(*) AS due, :now - min(due_at) AS oldestMs
    FROM delivery INDEXED BY delivery_lane
    WHERE due_at IS NOT NULL AND due_at <= :now GROUP BY channel`)

  const countedLast = db.prepare(`
    SELECT share, n FROM delivery WHERE endpoint = ? AND counted_at IS NOT NULL
    ORDER BY counted_at DESC LIMIT ${COUNTED_LOOKED_AT}`)
  const countedTo = (endpoint: EndpointKey): readonly StoredDelivery[] =>
    (countedLast.all(endpoint) as unknown as Key[]).flatMap(
      ({ share, n }) => table.at(share, n) ?? [],
    )

  const putEach = (
    rows: readonly unknown[],
    step: (delivery: StoredDelivery) => StoredDelivery,
  ): number => {
    for (const { share, n } of rows as readonly Key[]) {
      const delivery = table.at(share, n)
      if (delivery) table.put(delivery, step(delivery))
    }
    return rows.length
  }

  return {
    claim,
    settle,
    due: (request) => db.read(() => lanes.due(request, db.now())),
    nextDueInMs: (channels) =>
      db.read(() => {
        const next = lanes.next(channels)
        return next === null ? null : Math.max(0, next - db.now())
      }),
    get: (id) =>
      db.read(() => {
        const delivery = table.get(id)
        return delivery ? viewOf(delivery, db.now()) : null
      }),
    ofShare: (share) =>
      db.read(() => {
        const now = db.now()
        return table.ofShare(share).map((delivery) => viewOf(delivery, now))
      }),
    move: (id, change) =>
      db.write(() => {
        const delivery = table.get(id)
        const moved = delivery && moveStep(delivery, change, db.now())
        if (!moved) return null
        table.put(delivery, moved.delivery)
        return moved.matched ? viewOf(moved.delivery, db.now()) : null
      }),
    defer: (id, epoch, inMs, reason) =>
      db.write(() => {
        const delivery = table.get(id)
        const deferred = delivery && deferStep(delivery, epoch, { inMs, reason }, db.now())
        if (delivery && deferred) table.put(delivery, deferred)
        return deferred !== undefined
      }),
    receipt: receipts.receipt,
    named: receipts.named,
    unpark: receipts.unpark,
    expire: (limit) =>
      db.write(() => {
        const now = db.now()
        return putEach(overdue.all({ now, limit }), (delivery) => {
          const fate = table.fateOf(delivery.share)
          return fate ? deadlineStep(delivery, fate, now) : delivery
        })
      }),
    wake: (address, learned) =>
      db.write(() => {
        const now = db.now()
        reach.put(address, learned)
        const rows = waiting.all(address.channel, address.value, -1)
        return putEach(rows, (delivery) => wakeStep(delivery, now))
      }),
    waiting: ({ channel, value }, limit) =>
      db.read(() => {
        const now = db.now()
        const rows = waiting.all(channel, value, limit) as unknown as Key[]
        return rows.flatMap(({ share, n }) => table.at(share, n) ?? []).map((d) => viewOf(d, now))
      }),
    readdress: (id, to) =>
      db.write(() => {
        const now = db.now()
        const before = table.get(id)
        const after = before && readdressStep(before, to, now)
        if (!before || !after) return null
        table.put(before, after)
        know.run(after.account, to.endpoint)
        reach.put(to.address, to.reach)
        if (before.address) reach.dropUnused(before.address, before.endpoint)
        return viewOf(after, now)
      }),
    noteArrival: (id, news) =>
      db.write(() => {
        const before = table.get(id)
        const after = before && arrivalStep(before, news)
        if (before && after) table.put(before, after)
        const noted = after ?? before
        return noted?.state === 'waiting' ? viewOf(noted, db.now()) : null
      }),
    unasked: (place, { limit, after }) =>
      db.read(() => {
        const from = splitDeliveryId(after ?? '') ?? { share: '', n: 0 }
        const rows = arrived.all(from.share, from.n, limit) as unknown as Key[]
        const page = rows.flatMap(({ share, n }) => table.at(share, n) ?? [])
        const now = db.now()
        return {
          deliveries: page.filter(isUnaskedAt(place)).map((one) => viewOf(one, now)),
          next: page.length < limit ? null : (page.at(-1)?.id ?? null),
        }
      }),
    depth: () =>
      db.read(() =>
        (depth.all({ now: db.now() }) as unknown as QueueDepth[]).map((row) => ({ ...row })),
      ),
    lastTo: (endpoint) =>
      db.read(() => {
        const last = latestOut(countedTo(endpoint))
        return last ? viewOf(last, db.now()) : null
      }),
    ...createRecents(db),
  }
}
