import { spawn } from 'node:child_process'
import { once } from 'node:events'
import {
  existsSync,
  readdirSync,
  readFileSync,
  statSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import { monitorEventLoopDelay } from 'node:perf_hooks'
import { DatabaseSync } from 'node:sqlite'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { type BackupJob, makeBackup } from '#adapters/stores/sqlite/backup.ts'
import { markMoved } from '#adapters/stores/sqlite/moved-mark.ts'
import { restoreBackup } from '#adapters/stores/sqlite/restore.ts'
import type { DeliveryId, Instant } from '#core/ids.ts'
import type { Store } from '#ports/store/store.ts'
import type { VisitBatch } from '#ports/store/visits.ts'
import { acceptOne, sharePlan } from '#test/contracts/store/plans.ts'
import { openSqlite, type TempFolder, tempFolder } from './harness.ts'

const SECRET = 'a session secret of thirty-two or more characters'
let folder: TempFolder
beforeEach(() => {
  folder = tempFolder()
})
afterEach(() => folder.remove())

const data = (): string => join(folder.path, 'data')
const file = (): string => join(folder.path, 'backup')

function job(more: Partial<BackupJob> = {}): BackupJob {
  return {
    dataDir: data(),
    file: file(),
    force: false,
    madeAt: 1_000 as Instant,
    sessionSecret: SECRET,
    spooled: [],
    onProgress() {},
    ...more,
  }
}

/** The backup as a store of its own. */
async function restored(): Promise<Store> {
  const dataDir = join(folder.path, `restored-${readdirSync(folder.path).length}`)
  await restoreBackup({ dataDir, file: file(), now: 0 as Instant, onProgress() {} })
  return openSqlite(dataDir)
}

function batch(seq: number, delivery: DeliveryId): VisitBatch {
  const visit = { at: 5 as Instant, class: 'human', why: '', visitor: 'v', agent: 'a' } as const
  return { writer: 'w', seq, visits: [{ ...visit, delivery, tracked: true }], reclassed: [] }
}

describe('a backup', () => {
  test('removes what a kill left of earlier ones, and leaves one that is being made', async () => {
    const store = openSqlite(data())
    await acceptOne(store)
    const hours = (ago: number): Date => new Date(Date.now() - ago * 3_600_000)
    const leave = (name: string, ago: number): string => {
      const left = join(folder.path, name)
      writeFileSync(left, 'half of the data')
      utimesSync(left, hours(ago), hours(ago))
      return left
    }
    const old = ['backup.77.passalong-making', 'other.77.passalong-making-journal']
    for (const name of old) leave(name, 4)
    leave('now.77.passalong-making', 1)
    leave('somebodys.77.making', 99)
    await makeBackup(job())
    await store.close()
    expect(readdirSync(folder.path).sort()).toEqual(
      ['backup', 'data', 'now.77.passalong-making', 'somebodys.77.making'].sort(),
    )
  })

  test('holds everything of one moment, though the store goes on being written to', async () => {
    const store = openSqlite(data())
    const many = Array.from({ length: 1_000 }, () => ({}))
    const before = []
    for (let i = 0; i < 20; i++) {
      const plan = sharePlan({ to: many })
      await store.shares.accept(plan)
      before.push(plan.id)
    }
    const during: string[] = []
    let steps = 0
    let going = true
    const writing = (async () => {
      while (going) {
        const { share } = await acceptOne(store)
        during.push(share)
      }
    })()
    const made = await makeBackup(job({ onProgress: () => steps++ }))
    going = false
    await writing
    await store.close()

    expect(steps).toBeGreaterThan(3)
    expect(during.length).toBeGreaterThan(3)
    expect(made).toMatchObject({ accounts: 0, bytes: statSync(file()).size })
    const copy = await restored()
    for (const id of before) expect(await copy.deliveries.ofShare(id)).toHaveLength(1_000)
    const whole = made.shares - before.length
    expect(made.deliveries).toBe(20_000 + whole)
    for (const [i, id] of during.entries()) {
      const found = await copy.shares.get(id as never)
      expect(found === null).toBe(i >= whole)
    }
    await copy.close()
  })

  test('is for its owner alone, and replaces a file only when told to', async () => {
    const store = openSqlite(data())
    writeFileSync(file(), 'precious', { mode: 0o644 })
    await expect(makeBackup(job())).rejects.toMatchObject({ code: 'conflict' })
    expect(readFileSync(file(), 'utf8')).toBe('precious')
    await makeBackup(job({ force: true }))
    expect(statSync(file()).mode & 0o777).toBe(0o600)
    await store.close()
    await (await restored()).close()
  })

  test('that is ended in the middle leaves nothing behind, and what was there as it was', async () => {
    const store = openSqlite(data())
    await store.shares.accept(sharePlan({ to: Array.from({ length: 10_000 }, () => ({})) }))
    writeFileSync(file(), 'precious')
    const ended = new Error('ended')
    const onProgress = (): never => {
      throw ended
    }
    await expect(makeBackup(job({ onProgress, force: true }))).rejects.toBe(ended)
    expect(readdirSync(folder.path).sort()).toEqual(['backup', 'data'])
    expect(readFileSync(file(), 'utf8')).toBe('precious')
    await store.close()
  })

  test('has what a killed process left in the write-ahead log', async () => {
    const child = spawn(process.execPath, [join(import.meta.dirname, 'holder.ts'), data()], {
      stdio: ['ignore', 'pipe', 'inherit'],
    })
    const [line] = (await once(child.stdout, 'data')) as [Buffer]
    child.kill('SIGKILL')
    await once(child, 'exit')
    expect(statSync(join(data(), 'passalong.db-wal')).size).toBeGreaterThan(0)
    expect(await makeBackup(job())).toMatchObject({ deliveries: 1, unfinished: 1 })
    const copy = await restored()
    expect(await copy.deliveries.get(line.toString().trim() as never)).not.toBeNull()
    await copy.close()
  })

  test('brings the visits that only the spool holds, each counted once', async () => {
    const store = openSqlite(data())
    const { id, share } = await acceptOne(store)
    await store.visits.append([batch(1, id)])
    await store.visits.fold(10)
    await store.visits.append([batch(2, id)])
    await makeBackup(job({ spooled: [1, 2, 3, 4].map((seq) => batch(seq, id)) }))
    await store.close()
    const copy = await restored()
    await copy.visits.fold(10)
    const [counted] = await copy.visits.counters(share)
    expect(counted?.counts.human).toBe(4)
    expect(await copy.visits.lastSeq('w')).toBe(4)
    await copy.close()
  })

  test('says where there is nothing to copy, or no place to write', async () => {
    await expect(makeBackup(job())).rejects.toMatchObject({ code: 'not_found' })
    expect(existsSync(data())).toBe(false)
    await openSqlite(data()).close()
    const nowhere = join(folder.path, 'nowhere', 'backup')
    await expect(makeBackup(job({ file: nowhere }))).rejects.toMatchObject({ code: 'unavailable' })
  })

  test('is not made within the data folder, by whatever path, where it could replace the database', async () => {
    const store = openSqlite(data())
    symlinkSync(data(), join(folder.path, 'link'))
    for (const place of [join(data(), 'passalong.db'), join(folder.path, 'link', 'backup')]) {
      const making = makeBackup(job({ file: place, force: true }))
      await expect(making).rejects.toMatchObject({ reason: 'backup.cannot.within' })
    }
    await acceptOne(store)
    await store.close()
  })

  test('is not made of data that was moved and is out of date', async () => {
    await openSqlite(data()).close()
    markMoved(data(), 'db.example.org/passalong')
    await expect(makeBackup(job())).rejects.toMatchObject({ reason: 'move.cannot.moved' })
  })

  test('does not hold up the process that writes, however long its log grows meanwhile', async () => {
    const store = openSqlite(data())
    const { id } = await acceptOne(store)
    // As a backup does for as long as it takes.
    const reader = new DatabaseSync(join(data(), 'passalong.db'), { readOnly: true })
    reader.exec('BEGIN')
    reader.prepare('SELECT count(*) FROM share').get()
    const agent = 'x'.repeat(100_000)
    const [visit] = batch(1, id).visits
    if (!visit) throw new Error('no visit')
    const delay = monitorEventLoopDelay()
    delay.enable()
    const wal = join(data(), 'passalong.db-wal')
    for (let seq = 1; statSync(wal).size < 90_000_000; seq++) {
      const visits = Array.from({ length: 10 }, () => ({ ...visit, agent }))
      await store.visits.append([{ writer: 'w', seq, visits, reclassed: [] }])
      await sleep(1)
    }
    await sleep(1_500)
    delay.disable()
    expect(delay.max / 1e6).toBeLessThan(2_000)
    reader.close()
    await store.close()
  })
})
