import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { openDatabase } from '#adapters/stores/sqlite/database.ts'
import { createDeliveryTable } from '#adapters/stores/sqlite/delivery-table.ts'
import { createGroupCommit } from '#adapters/stores/sqlite/group-commit.ts'
import { createReachTable } from '#adapters/stores/sqlite/reach-table.ts'
import { createReceipts } from '#adapters/stores/sqlite/receipts.ts'
import { createSqliteReplies } from '#adapters/stores/sqlite/replies.ts'
import { createSqliteShares } from '#adapters/stores/sqlite/shares.ts'
import { steadyClock } from '#adapters/stores/steady-clock.ts'
import { testClock } from '#test/contracts/store/harness.ts'
import { sharePlan, someAccount } from '#test/contracts/store/plans.ts'
import { type TempFolder, tempFolder } from './harness.ts'

let folder: TempFolder
beforeEach(() => {
  folder = tempFolder()
})
afterEach(() => folder.remove())

function openShares() {
  const db = openDatabase(join(folder.path, 'a.db'), steadyClock(testClock()))
  const table = createDeliveryTable(db)
  const reach = createReachTable(db)
  const receipts = createReceipts(db, table)
  const replies = createSqliteReplies(db)
  const parts = { table, reach, receipts, replies }
  const shares = createSqliteShares(db, { ...parts, openedCount: () => 0 })
  return { db, table, shares }
}

const thousand = () => sharePlan({ to: Array.from({ length: 1_000 }, () => ({})) })

describe('a disk that is full', () => {
  it('refuses what does not fit, whole, and goes on when there is room', async () => {
    const { db, shares, table } = openShares()
    const pages = Number(db.prepare('PRAGMA page_count').get()?.page_count)
    db.prepare(`PRAGMA max_page_count = ${pages + 8}`).get()
    const account = someAccount()
    const idempotency = { key: 'k', hash: 'h', ttlMs: 1_000 }
    const plan = { ...thousand(), account, idempotency }
    await expect(shares.accept(plan)).rejects.toMatchObject({
      code: 'unavailable',
      cause: expect.objectContaining({ errcode: 13 }),
    })
    expect(await shares.get(plan.id)).toBeNull()
    expect(table.ofShare(plan.id)).toEqual([])
    expect(await shares.findByKey(account, 'k', 'h')).toBeNull()
    db.prepare('PRAGMA max_page_count = 1000000').get()
    expect((await shares.accept(plan)).kind).toBe('accepted')
    db.close()
  })

  it('refuses one share for want of room, not those that were gathered with it', async () => {
    const { db, shares } = openShares()
    const pages = Number(db.prepare('PRAGMA page_count').get()?.page_count)
    db.prepare(`PRAGMA max_page_count = ${pages + 20}`).get()
    const results = await Promise.allSettled([
      shares.accept(sharePlan()),
      shares.accept(thousand()),
      shares.accept(sharePlan()),
    ])
    expect(results.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled'])
    db.close()
  })
})

describe('a database that cannot be written', () => {
  it('says unavailable to writers, and still reads', async () => {
    const { db, shares } = openShares()
    const plan = sharePlan()
    await shares.accept(plan)
    db.prepare('PRAGMA query_only = 1').run()
    await expect(shares.accept(sharePlan())).rejects.toMatchObject({ code: 'unavailable' })
    await expect(shares.mark(plan.id, 'recalled')).rejects.toMatchObject({ code: 'unavailable' })
    expect((await shares.get(plan.id))?.recalledAt).toBeNull()
    db.prepare('PRAGMA query_only = 0').run()
    expect(await shares.mark(plan.id, 'recalled')).toBe(true)
    db.close()
  })
})

describe('the group commit', () => {
  const setUp = () => {
    const db = new DatabaseSync(':memory:')
    db.exec('CREATE TABLE t (x INTEGER PRIMARY KEY)')
    let commits = 0
    let sync = async (): Promise<void> => {}
    const transaction = <T>(operation: () => T): T => {
      db.exec('BEGIN')
      try {
        const result = operation()
        db.exec('COMMIT')
        commits++
        return result
      } catch (error) {
        db.exec('ROLLBACK')
        throw error
      }
    }
    const group = createGroupCommit({ transaction, sync: () => sync(), syncNow() {} })
    const syncBy = (way: () => Promise<void>): void => {
      sync = way
    }
    const add = (x: number) => group.write(() => db.prepare('INSERT INTO t VALUES (?)').run(x))
    const rows = () =>
      db
        .prepare('SELECT x FROM t ORDER BY x')
        .all()
        .map((row) => row.x)
    return { group, add, rows, syncBy, commits: () => commits }
  }

  it('gathers what comes together into one commit', async () => {
    const { add, rows, commits } = setUp()
    await Promise.all([1, 2, 3, 4].map(add))
    expect([rows(), commits()]).toEqual([[1, 2, 3, 4], 1])
  })

  it('lets one fail alone', async () => {
    const { add, rows } = setUp()
    const results = await Promise.allSettled([1, 2, 2, 3].map(add))
    expect(results.map(({ status }) => status)).toEqual([
      'fulfilled',
      'fulfilled',
      'rejected',
      'fulfilled',
    ])
    expect(rows()).toEqual([1, 2, 3])
  })

  it('lets the event loop breathe when there is much to do', async () => {
    const { group, commits } = setUp()
    const busy = () => {
      const end = performance.now() + 2
      while (performance.now() < end);
    }
    let turns = 0
    const turn = (): void => {
      turns++
      if (commits() < 8) setImmediate(turn)
    }
    setImmediate(turn)
    await Promise.all(Array.from({ length: 50 }, () => group.write(busy)))
    expect(commits()).toBeGreaterThanOrEqual(8)
    expect(turns).toBeGreaterThanOrEqual(8)
  })

  it('answers only what is synced; what is committed meanwhile goes with the next sync', async () => {
    const { add, syncBy } = setUp()
    const syncs: PromiseWithResolvers<void>[] = []
    syncBy(() => {
      const sync = Promise.withResolvers<void>()
      syncs.push(sync)
      return sync.promise
    })
    const answered: number[] = []
    const first = add(1).then(() => answered.push(1))
    await new Promise((resolve) => setTimeout(resolve, 20))
    const later = [2, 3, 4].map((x) => add(x).then(() => answered.push(x)))
    await new Promise((resolve) => setTimeout(resolve, 20))
    expect([answered, syncs.length]).toEqual([[], 1])
    syncs[0]!.resolve()
    await first
    expect([answered, syncs.length]).toEqual([[1], 2])
    syncs[1]!.resolve()
    await Promise.all(later)
    expect(answered).toEqual([1, 2, 3, 4])
  })

  it('lets who can wait gather, and takes them along with who cannot', async () => {
    const { group, add, rows, commits } = setUp()
    const insert = (x: number) => group.writeSoon(() => rows().length * 10 + x)
    const patient = [insert(1)]
    await new Promise((resolve) => setImmediate(resolve))
    expect(commits()).toBe(0)
    patient.push(insert(2))
    expect(await Promise.all(patient)).toEqual([1, 2])
    expect(commits()).toBe(1)
    const [soon] = await Promise.all([insert(3), add(7)])
    expect([soon, commits()]).toEqual([3, 2])
  })

  it('answers what needs no sync with its commit', async () => {
    const { group, add, syncBy } = setUp()
    syncBy(() => new Promise(() => {}))
    let synced = false
    void add(1).then(() => {
      synced = true
    })
    expect(await group.writeUnsynced(() => 'committed')).toBe('committed')
    expect(synced).toBe(false)
  })

  it('refuses what could not be synced, and goes on', async () => {
    const { add, syncBy } = setUp()
    syncBy(() => Promise.reject(new Error('the disk is gone')))
    await expect(add(1)).rejects.toThrow('the disk is gone')
    syncBy(async () => {})
    await add(2)
  })

  it('commits what waits when it is told to', async () => {
    const { group, add, rows } = setUp()
    const added = [add(1), add(2)]
    group.flush()
    expect(rows()).toEqual([1, 2])
    await Promise.all(added)
  })
})

it('commits what waits when it is closed', async () => {
  const { db, shares } = openShares()
  const plan = sharePlan()
  const accepted = shares.accept(plan)
  db.close()
  expect((await accepted).kind).toBe('accepted')
  const again = openShares()
  expect(await again.shares.get(plan.id)).not.toBeNull()
  again.db.close()
})

it('keeps a clock that never runs backwards', () => {
  const clock = testClock(1_000)
  const now = steadyClock(clock)
  expect(now()).toBe(1_000)
  clock.set(500)
  expect(now()).toBe(1_000)
  clock.set(1_001)
  expect(now()).toBeGreaterThanOrEqual(1_001)
})

it('keeps a clock that goes on while the wall clock is behind, until both agree again', () => {
  let [wall, monotonic] = [10_000_000, 0]
  const now = steadyClock({ now: () => wall, monotonic: () => monotonic })
  const pass = (ms: number): number => {
    wall += ms
    monotonic += ms
    return now()
  }
  const before = now()
  wall -= 60_000
  expect(now()).toBe(before)
  expect(pass(1_000) - before).toBeGreaterThanOrEqual(900)
  expect(pass(1_000)).toBeLessThanOrEqual(before + 2_000)
  for (let i = 0; i < 100; i++) pass(10_000)
  expect(now()).toBe(wall)
  wall += 5_000
  expect(now()).toBe(wall)
})
