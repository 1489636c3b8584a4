import mongoose from 'mongoose'
import { describe, expect, it } from 'vitest'
import { type LogDocument, logId } from '#adapters/stores/mongo/visit-documents.ts'
import type { DeliveryId, Instant } from '#core/ids.ts'
import type { Store } from '#ports/store/store.ts'
import type { Visit, VisitBatch } from '#ports/store/visits.ts'
import { START } from '#test/contracts/store/harness.ts'
import { HOUR } from '#test/contracts/store/plans.ts'
import type { Cut } from '#test/fixtures/cut-proxy.ts'
import { type Planted, plantAccount, plantShare } from '#test/fixtures/planted-share.ts'
import { aBatch, aVisit } from '#test/fixtures/visits.ts'
import { missingDatabase } from '#test/services/shared.ts'
import { skippedFor } from '#test/services/skipped-for.ts'
import { testStores } from './harness.ts'

/** Fills a page of the list and begins the next, so that a merge later fills that too. */
const BEFORE = 70
const AFTER = 60
/** More writes than recording and merging these visits makes. */
const ENOUGH = 40

const { clock, uri, open, openBehindProxy, closeAll } = testStores()

async function foldAll(store: Store): Promise<void> {
  while ((await store.visits.fold(100)).more);
}

function visitsOf(share: Planted, from: number, count: number): Visit[] {
  return Array.from({ length: count }, (_, i) =>
    aVisit({
      delivery: share.deliveries[(from + i) % share.deliveries.length] as DeliveryId,
      at: (START - HOUR + from + i) as Instant,
    }),
  )
}

/** What one process records: its spool hands the same batches on again after a kill. */
function batchesOf(share: Planted, early: readonly Visit[], writer: string): VisitBatch[] {
  const late = visitsOf(share, BEFORE, AFTER)
  const found = [early[0], early[BEFORE - 1], late[0]].map((visit) => ({
    visit: visit as Visit,
    to: 'scanner' as const,
  }))
  return [
    aBatch(2, late.slice(0, 20), writer),
    { ...aBatch(3, late.slice(20), writer), reclassed: found },
    aBatch(4, [], writer),
  ]
}

async function totals(store: Store, share: Planted) {
  const counters = await store.visits.counters(share.id)
  const { days } = await store.visits.stats(share.id)
  const listed = await store.visits.ofShare(share.id, { limit: 1_000, cursor: null })
  const sum = (numbers: readonly number[]) => numbers.reduce((all, n) => all + n, 0)
  return {
    human: sum(counters.map(({ counts }) => counts.human)),
    scanner: sum(counters.map(({ counts }) => counts.scanner)),
    humanInStats: sum(days.map(({ human }) => human)),
    otherInStats: sum(days.map(({ other }) => other)),
    listed: listed.items.map(({ at }) => at - START + HOUR),
    scannerListed: listed.items.filter((visit) => visit.class === 'scanner').length,
    firstOpens: counters.map(({ firstOpenedAt }) => (firstOpenedAt ?? 0) - START + HOUR),
  }
}

let writers = 0

/** False: everything was through before so many writes. */
async function isCutOff(cut: Cut): Promise<boolean> {
  const writer = `w${++writers}`
  const given = await open()
  const account = await plantAccount(given, `ann${writers}`)
  const share = await plantShare(given, account, { recipients: 2, via: 'email' })
  const early = visitsOf(share, 0, BEFORE)
  await given.visits.append([aBatch(1, early, writer)])
  await foldAll(given)
  await given.shares.revise(100)

  const { store: victim, proxy } = await openBehindProxy()
  const batches = batchesOf(share, early, writer)
  const record = async () => {
    await victim.visits.append(batches)
    await foldAll(victim)
  }
  proxy.arm(cut)
  await Promise.race([record().catch(() => undefined), proxy.cut])

  clock.advance(HOUR)
  const restarted = await open()
  const told = new Set<string>()
  for (const revised of await restarted.shares.revise(100)) told.add(revised.id)
  await restarted.visits.append(batches)
  await foldAll(restarted)
  for (const revised of await restarted.shares.revise(100)) told.add(revised.id)
  const all = BEFORE + AFTER
  expect(await totals(restarted, share), JSON.stringify(cut)).toEqual({
    human: all - 3,
    scanner: 3,
    humanInStats: all - 3,
    otherInStats: 3,
    listed: Array.from({ length: all }, (_, i) => all - 1 - i),
    scannerListed: 3,
    firstOpens: [2, 1],
  })
  expect([...told]).toContain(share.id)
  expect(await restarted.visits.lastSeq(writer)).toBe(4)
  const wasCut = proxy.isCut()
  await closeAll()
  return wasCut
}

describe.skipIf(skippedFor(await missingDatabase()))('recording visits', () => {
  it.each([false, true])(
    'counts each once, cut off at each write, carried out: %s',
    async (applied) => {
      let write = 1
      while (await isCutOff({ write, applied })) write++
      expect(write).toBeGreaterThan(8)
      expect(write).toBeLessThan(ENOUGH)
      expect(await leftInTheLog()).toBe(0)
    },
    120_000,
  )

  it('counts once what a frozen server stores after it was given up, sent again and merged', async () => {
    const store = await open()
    const share = await plantShare(store, await plantAccount(store, 'late'), { recipients: 2 })
    const batch = aBatch(1, visitsOf(share, 0, 5), 'late')
    await store.visits.append([batch])
    const connection = await connected()
    const stored = await connection.collection('visit_log').findOne({ writer: 'late' })
    await foldAll(store)
    await connection.collection('visit_log').insertOne(stored as never)
    await connection.close()
    await foldAll(store)
    const [first] = await store.visits.counters(share.id)
    expect(first?.counts.human).toBe(3)
    expect(await leftInTheLog()).toBe(0)
  })

  it('leaves a batch alone until the one before it can be read', async () => {
    const store = await open()
    const share = await plantShare(store, await plantAccount(store, 'gap'), { recipients: 2 })
    for (const seq of [1, 2])
      await store.visits.append([aBatch(seq, visitsOf(share, seq, 1), 'gap')])
    const connection = await connected()
    const batches = connection.collection('visit_log')
    const first = await batches.findOneAndDelete({ writer: 'gap', seq: 1 })
    expect(await store.visits.fold(10)).toMatchObject({ folded: 0 })
    await batches.insertOne(first as never)
    await connection.close()
    expect(await store.visits.fold(10)).toMatchObject({ folded: 2 })
  })

  it('counts once what is sent again in another group than an earlier try stored', async () => {
    const [early, late] = [await open(), await open()]
    const share = await plantShare(early, await plantAccount(early, 'group'), { recipients: 1 })
    const batches = [1, 2, 3, 4].map((seq) => aBatch(seq, visitsOf(share, seq, 1), 'group'))
    await late.visits.append([])
    expect(await late.visits.lastSeq('group')).toBe(0)
    await Promise.all([
      early.visits.append(batches.slice(0, 2)),
      late.visits.append(batches.slice(0, 3)),
    ])
    await late.visits.append(batches)
    await foldAll(late)
    expect((await late.visits.counters(share.id))[0]?.counts.human).toBe(4)
    expect(await late.visits.lastSeq('group')).toBe(4)
  })

  it('goes on where numbers were left out', async () => {
    const store = await open()
    const share = await plantShare(store, await plantAccount(store, 'lost'), { recipients: 1 })
    for (const seq of [1, 2_000, 2_001]) {
      await store.visits.append([aBatch(seq, visitsOf(share, seq, 1), 'lost')])
    }
    await foldAll(store)
    expect((await store.visits.counters(share.id))[0]?.counts.human).toBe(3)
  })

  it('counts once where two processes merge at the same time', async () => {
    const [one, other] = [await open(), await open()]
    const share = await plantShare(one, await plantAccount(one, 'both'), { recipients: 2 })
    for (let seq = 1; seq <= 20; seq++) {
      await one.visits.append([aBatch(seq, visitsOf(share, seq * 10, 10), 'both')])
    }
    // Neither waits for the other: as if each had lost its lease to the other.
    await Promise.all([foldAll(one), loseLeases(foldAll(other))])
    await foldAll(one)
    expect((await totals(one, share)).human).toBe(200)
    expect((await totals(one, share)).listed).toHaveLength(200)
  })

  it('counts what other writers have where a batch of one writer is lost', async () => {
    const store = await open()
    const share = await plantShare(store, await plantAccount(store, 'hole'), { recipients: 1 })
    const connection = await connected()
    const log = connection.collection<LogDocument>('visit_log')
    const lost = Array.from({ length: 2_001 }, (_, i) => {
      const after = i + 5
      const _id = logId('missing', after)
      return { _id, writer: 'missing', after, seq: after + 1, size: 0, entries: '' }
    })
    await log.insertMany(lost as never)
    const visits = [aVisit({ delivery: share.deliveries[0]! })]
    await store.visits.append([aBatch(1, visits, 'before'), aBatch(1, visits, 'zoe')])
    await foldAll(store)
    expect((await store.visits.counters(share.id))[0]?.counts.human).toBe(2)
    expect(await log.countDocuments({})).toBe(lost.length)
    await log.deleteMany({})
    await connection.close()
  })
})

async function connected() {
  return mongoose.createConnection(await uri()).asPromise()
}

async function leftInTheLog(): Promise<number> {
  const connection = await connected()
  const left = await connection.collection('visit_log').countDocuments()
  await connection.close()
  return left
}

/** Takes every lease away, over and over, until the work is done. */
async function loseLeases(work: Promise<void>): Promise<void> {
  const connection = await connected()
  let done = false
  const working = work.finally(() => {
    done = true
  })
  const leases = connection.collection('held_names')
  while (!done) await leases.updateMany({}, { $set: { until: 0 } })
  await working
  await connection.close()
}
