import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import mongoose from 'mongoose'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { createSystemClock } from '#adapters/clock/system.ts'
import { openMongoArchive } from '#adapters/stores/mongo/archive.ts'
import { createMongoStore } from '#adapters/stores/mongo/store.ts'
import { openSqliteArchive, type SqliteArchive } from '#adapters/stores/sqlite/archive.ts'
import { deliveryId } from '#core/ids.ts'
import { type MoveDeps, type Moved, move } from '#engine/moving/move.ts'
import { ARCHIVE_KINDS } from '#ports/store/archive.ts'
import type { Store } from '#ports/store/store.ts'
import { checkStoredDocuments } from '#test/adapters/stores/mongo/stored-documents.ts'
import { randomBytes } from '#test/contracts/store/harness.ts'
import {
  acceptOne,
  claimed,
  DAY,
  deliveryNow,
  HOUR,
  sendOne,
  sharePlan,
} from '#test/contracts/store/plans.ts'
import { quiet } from '#test/fixtures/quiet.ts'
import { aVisit } from '#test/fixtures/visits.ts'
import { freshDatabase, missingDatabase } from '#test/services/shared.ts'
import { skippedFor } from '#test/services/skipped-for.ts'
import { answersOf } from './answers.ts'
import {
  enrich,
  LATE_RECEIPT,
  QUOTA,
  RECIPIENTS,
  type Rich,
  receiptOf,
  VISITS,
} from './rich-store.ts'

let folder: string
let uri: string
let source: SqliteArchive
let rich: Rich
let opened: Store | undefined

/** The move, ended at the nth step of its progress where one is named. */
async function moveOnce(
  { endAt = Infinity, sourceName = 'the-source', wasEnding = false } = {},
  archive = source,
): Promise<Moved | null> {
  const target = await openMongoArchive({ uri: () => uri }, { logger: quiet })
  let steps = 0
  const onProgress: MoveDeps['onProgress'] = () => {
    if (++steps === endAt) throw new Error('ended')
  }
  try {
    const deps = { source: archive, target, sourceName, wasEnding }
    return await move({ ...deps, onProgress, onFinishing() {} })
  } finally {
    await target.close()
  }
}

async function openTarget(): Promise<Store> {
  opened = await createMongoStore({ uri: () => uri }, { logger: quiet, randomBytes })
  return opened
}

describe.skipIf(skippedFor(await missingDatabase()))('a move into MongoDB', () => {
  beforeEach(async () => {
    folder = mkdtempSync(join(tmpdir(), 'passalong-moving-'))
    uri = await freshDatabase()
    const deps = { clock: createSystemClock(), randomBytes }
    const before = openSqliteArchive(folder, deps)
    rich = await enrich(before.store)
    await before.close()
    // Opened again as the command does it: what was being sent is interrupted.
    source = openSqliteArchive(folder, deps)
    await source.settle()
  })
  afterEach(async () => {
    await opened?.close()
    opened = undefined
    await source.close()
    rmSync(folder, { recursive: true, force: true })
  })

  test('finds something of every kind to move, says how much, and writes what schemas know', async () => {
    const moved = await moveOnce()
    for (const kind of ARCHIVE_KINDS) {
      expect(moved?.[kind].count, kind).toBeGreaterThan(0)
      expect(moved?.[kind].count, kind).toBe(await source.count(kind))
    }
    await checkStoredDocuments(uri)
  })

  test('leaves a store that answers every question as the one before it', async () => {
    const before = await answersOf(source.store, rich)
    await moveOnce()
    expect(await answersOf(await openTarget(), rich)).toEqual(before)
  })

  test('may be ended again and again: taken up it comes to the same, and nobody opens the half of it', async () => {
    const before = await answersOf(source.store, rich)
    for (const endAt of [1, 2, 3, 5, 8, 13, 21, 34]) {
      await expect(moveOnce({ endAt })).rejects.toThrow('ended')
      await expect(openTarget()).rejects.toMatchObject({ reason: 'move.cannot.halfMoved' })
    }
    await moveOnce()
    expect(await answersOf(await openTarget(), rich)).toEqual(before)
  })

  test('copies anew what the source changed between two tries', async () => {
    await expect(moveOnce({ endAt: 18 })).rejects.toThrow('ended')
    const { consent, contacts, shares } = source.store
    await consent.lift(rich.endpoints[20] as never, rich.ann.id, 'stop')
    await contacts.setNotes(rich.bob.id, ['another'])
    await shares.mark(rich.keyed.id, 'recalled')
    await source.settle()
    const before = await answersOf(source.store, rich)
    await moveOnce()
    expect(await answersOf(await openTarget(), rich)).toEqual(before)
  })

  test('does not touch a database that holds other data, or another folder’s half-done move', async () => {
    const other = await openTarget()
    await acceptOne(other)
    await expect(moveOnce()).rejects.toMatchObject({ reason: 'move.cannot.holdsData' })
    uri = await freshDatabase()
    await expect(moveOnce({ endAt: 5 })).rejects.toThrow('ended')
    await expect(moveOnce({ sourceName: 'another' })).rejects.toMatchObject({
      reason: 'move.cannot.otherSource',
    })
    await moveOnce()
    await expect(moveOnce({ sourceName: 'another' })).rejects.toMatchObject({
      reason: 'move.cannot.holdsData',
    })
  })

  test('is refused while somebody is at work on the database', async () => {
    const started = await openTarget()
    await started.connections.hold('feeder', 'a-worker', HOUR)
    await expect(moveOnce()).rejects.toMatchObject({ reason: 'move.cannot.inUse' })
    await started.connections.release('feeder', 'a-worker')
    await expect(moveOnce({ endAt: 5 })).rejects.toThrow('ended')
    await started.connections.hold('feeder', 'a-worker', HOUR)
    await expect(moveOnce()).rejects.toMatchObject({ reason: 'move.cannot.inUse' })
    await started.connections.release('feeder', 'a-worker')
    expect(await moveOnce()).not.toBeNull()
  })

  test('changes nothing once it is done, whatever came in since', async () => {
    await moveOnce()
    const store = await openTarget()
    const { share } = await acceptOne(store)
    expect(await moveOnce({ wasEnding: true })).toBeNull()
    await expect(moveOnce()).rejects.toMatchObject({ reason: 'move.cannot.holdsData' })
    expect(await store.shares.get(share)).not.toBeNull()
  })

  test('takes over a database that was only started on', async () => {
    const started = await openTarget()
    await started.accounts.addTicket('first', 'first-account', '', DAY)
    await started.visits.salt('2026-11-23')
    const before = await answersOf(source.store, rich)
    await moveOnce()
    expect(await answersOf(started, rich)).toEqual(before)
    expect(await started.accounts.peekTicket('first', 'first-account')).toBeNull()
  })

  test('notices a record that is not what it was', async () => {
    await expect(moveOnce({ endAt: 2 * ARCHIVE_KINDS.length })).rejects.toThrow('ended')
    const connection = await mongoose.createConnection(uri).asPromise()
    const changed = await connection
      .collection('deliveries')
      .updateOne({ n: 17 }, { $set: { cost: 99 } })
    expect(changed.modifiedCount).toBe(1)
    await connection.close()
    const before = await answersOf(source.store, rich)
    await moveOnce()
    expect(await answersOf(await openTarget(), rich)).toEqual(before)
  })

  test('leaves deliveries, receipts and visits that go on where they stood', async () => {
    await moveOnce()
    const store = await openTarget()
    const { deliveries, shares, visits } = store
    expect(await claimed(store, rich.interrupted)).toMatchObject({
      interrupted: true,
      delivery: { attempts: 1, unknowns: 1 },
    })
    const suppressed = deliveryId(rich.many.id, 20)
    expect(await claimed(store, suppressed)).toMatchObject({ suppressed: true })
    expect(await deliveries.wake(rich.waiting.address, { chat: '5' })).toBe(1)
    expect((await claimed(store, rich.waiting.id)).reach).toEqual({ chat: '5' })
    expect(await deliveries.receipt(receiptOf('q/0', 'delivered'))).toBe('applied')
    const parked = await sendOne(store, deliveryId(rich.many.id, 30), undefined, {
      providerIds: [LATE_RECEIPT.providerId],
    })
    expect(parked.state).toBe('delivered')

    const [first] = rich.visited
    const seq = rich.lastSeq
    const visit = aVisit({ delivery: first as never, at: Date.now() as never, visitor: 'new' })
    const batch = { writer: 'w', visits: [visit], reclassed: [] }
    await visits.append([{ ...batch, seq }])
    await visits.append([{ ...batch, seq: seq + 1 }])
    await visits.fold(10)
    const listed = await visits.ofShare(rich.many.id, { limit: 500, cursor: null })
    expect(listed.items[0]).toEqual(visit)
    expect(listed.items).toHaveLength(VISITS + 3)
    expect(await shares.blank(-1_000, 1_000)).toBeGreaterThan(3)
  })

  test('leaves keys, quotas and caps that hold as before', async () => {
    await moveOnce()
    const store = await openTarget()
    const again = await store.shares.accept(rich.many)
    expect(again).toMatchObject({ kind: 'replayed', share: { id: rich.many.id } })
    const other = { ...sharePlan({ account: rich.ann.id }), idempotency: rich.many.idempotency }
    const mismatch = { ...other, idempotency: { key: 'api:many', hash: 'x', ttlMs: DAY } }
    expect(await store.shares.accept(mismatch)).toEqual({ kind: 'mismatch' })
    const room = QUOTA.messagesPerDay - RECIPIENTS
    const to = Array.from({ length: room + 1 }, () => ({}))
    const over = sharePlan({ account: rich.ann.id, to, quota: QUOTA })
    expect(await store.shares.accept(over)).toMatchObject({ kind: 'over-quota', which: 'messages' })

    const next = sharePlan({ account: rich.ann.id, to: [{ value: 'person-0@example.org' }] })
    await store.shares.accept(next)
    const page = await store.shares.page(rich.ann.id, { limit: 1, cursor: null })
    expect(page.items[0]?.share.id).toBe(next.id)
    const id = deliveryId(next.id, 0)
    const { epoch } = await deliveryNow(store, id)
    const cap = { fromSender: 1, fromAll: 5, windowMs: DAY }
    const claim = await store.deliveries.claim(id, { epoch, holder: 'x', leaseMs: 400, cap })
    expect(claim).toMatchObject({ kind: 'deferred' })
  })
})
