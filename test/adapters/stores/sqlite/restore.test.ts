import { spawn } from 'node:child_process'
import { once } from 'node:events'
import {
  appendFileSync,
  cpSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  truncateSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { makeBackup } from '#adapters/stores/sqlite/backup.ts'
import { seal } from '#adapters/stores/sqlite/backup-seal.ts'
import { type Restored, restoreBackup } from '#adapters/stores/sqlite/restore.ts'
import type { Instant, ShareId } from '#core/ids.ts'
import { acceptOne } from '#test/contracts/store/plans.ts'
import { openSqlite, type TempFolder, tempFolder } from './harness.ts'

const SECRET = 'the session secret of the backup, long enough'
const OTHER = 'the session secret of what is replaced, also'
const CHILD = join(import.meta.dirname, 'restore-until-killed.ts')
let folder: TempFolder
/** In the backup, and in the data that it replaces. */
let backedUp: ShareId
let current: ShareId
beforeEach(async () => {
  folder = tempFolder()
  backedUp = await makeData(join(folder.path, 'source'), SECRET)
  current = await makeData(data(), OTHER)
  mkdirSync(join(data(), 'spool'))
  writeFileSync(join(data(), 'spool', 'writer'), 'writer of it')
  await makeBackup({
    dataDir: join(folder.path, 'source'),
    file: file(),
    force: false,
    madeAt: 1_000 as Instant,
    sessionSecret: SECRET,
    spooled: [],
    onProgress() {},
  })
})
afterEach(() => folder.remove())

const data = (): string => join(folder.path, 'data')
const file = (): string => join(folder.path, 'backup')

async function makeData(dataDir: string, secret: string): Promise<ShareId> {
  const store = openSqlite(dataDir)
  const { share } = await acceptOne(store)
  await store.close()
  writeFileSync(join(dataDir, 'session-secret'), `${secret}\n`, { mode: 0o600 })
  return share
}

function restore(dataDir = data()): Promise<Restored> {
  return restoreBackup({ dataDir, file: file(), now: 0 as Instant, onProgress() {} })
}

/** Which of the two shares a data folder has, and its secret. */
async function contentsOf(dataDir: string): Promise<{ shares: ShareId[]; secret: string }> {
  const store = openSqlite(dataDir)
  const shares: ShareId[] = []
  for (const id of [backedUp, current]) if (await store.shares.get(id)) shares.push(id)
  await store.close()
  return { shares, secret: readFileSync(join(dataDir, 'session-secret'), 'utf8').trim() }
}

async function expectUntouched(): Promise<void> {
  expect(await contentsOf(data())).toEqual({ shares: [current], secret: OTHER })
  expect(readdirSync(data()).filter((name) => /^(restore|replaced)-/.test(name))).toEqual([])
}

describe('a restore', () => {
  test('brings data and secret back, and keeps aside what was there', async () => {
    const restored = await restore()
    expect(restored).toMatchObject({ madeAt: 1_000, shares: 1, deliveries: 1, unfinished: 1 })
    expect(await contentsOf(data())).toEqual({ shares: [backedUp], secret: SECRET })
    expect(existsSync(join(data(), 'spool'))).toBe(false)
    const aside = restored.aside ?? 'nowhere'
    expect(readFileSync(join(aside, 'spool', 'writer'), 'utf8')).toBe('writer of it')
    expect(await contentsOf(aside)).toEqual({ shares: [current], secret: OTHER })
  })

  test('works on a folder that is not there yet, and leaves no trace of the secret in the database', async () => {
    const fresh = join(folder.path, 'fresh')
    expect((await restore(fresh)).aside).toBeNull()
    expect(readdirSync(fresh).filter((name) => /^re/.test(name))).toEqual([])
    expect(await contentsOf(fresh)).toEqual({ shares: [backedUp], secret: SECRET })
    const bytes = readFileSync(join(fresh, 'passalong.db'))
    expect(readFileSync(file()).includes(SECRET)).toBe(true)
    expect(bytes.includes(SECRET)).toBe(false)
  })

  test('is refused while a process is at work on the folder', async () => {
    const store = openSqlite(data())
    await expect(restore()).rejects.toMatchObject({ code: 'conflict' })
    await store.close()
    await expectUntouched()
  })

  test.each<[string, (backup: string) => void]>([
    ['was cut short', (backup) => truncateSync(backup, readFileSync(backup).length - 5_000)],
    ['was changed', (backup) => changeByte(backup, 20_000)],
    ['has something after its end', (backup) => appendFileSync(backup, 'x')],
    ['is empty', (backup) => truncateSync(backup, 0)],
    ['was made by something else', (backup) => writeFileSync(backup, 'x'.repeat(50_000))],
  ])('of a file that %s is refused, and changes nothing', async (_what, harm) => {
    harm(file())
    await expect(restore()).rejects.toMatchObject({ code: 'invalid_request' })
    await expectUntouched()
  })

  test('of what is no file says so, and changes nothing', async () => {
    rmSync(file())
    await expect(restore()).rejects.toMatchObject({ reason: 'restore.cannot.read' })
    mkdirSync(file())
    await expect(restore()).rejects.toMatchObject({ reason: 'restore.cannot.read' })
    await expectUntouched()
  })

  test('of a database that is sealed but no backup, or of a newer release, is refused', async () => {
    cpSync(join(folder.path, 'source', 'passalong.db'), file())
    await seal(file())
    await expect(restore()).rejects.toMatchObject({ code: 'invalid_request' })
    cpSync(join(folder.path, 'source', 'passalong.db'), file())
    const db = new DatabaseSync(file())
    db.exec('PRAGMA user_version = 999')
    db.close()
    await seal(file())
    await expect(restore()).rejects.toMatchObject({ code: 'conflict' })
    await expectUntouched()
  })

  test('that was killed before it was decided leaves nothing once the folder is taken again', async () => {
    const at = join(folder.path, 'abandoned')
    const left = join(at, 'restore-20261130T120000000Z.making')
    mkdirSync(left, { recursive: true })
    writeFileSync(join(left, 'passalong.db'), 'half of the data')
    await openSqlite(at).close()
    expect(existsSync(left)).toBe(false)
  })

  test('that is killed before any step leaves the old data or the restored, whole', async () => {
    const before = join(folder.path, 'before')
    cpSync(data(), before, { recursive: true })
    const outcomes: string[] = []
    for (let step = 1; outcomes.at(-1) !== 'done'; step++) {
      const at = join(folder.path, `killed-${step}`)
      cpSync(before, at, { recursive: true })
      const child = spawn(process.execPath, [CHILD, at, file(), String(step)], {
        stdio: ['ignore', 'ignore', 'inherit'],
      })
      const [, signal] = await once(child, 'exit')
      const { shares, secret } = await contentsOf(at)
      const isNew = shares.includes(backedUp)
      expect(shares).toEqual([isNew ? backedUp : current])
      expect(secret).toBe(isNew ? SECRET : OTHER)
      const aside = readdirSync(at).filter((name) => name.startsWith('replaced-'))
      expect(aside).toHaveLength(isNew ? 1 : 0)
      for (const name of aside) {
        const old = await contentsOf(join(at, name))
        expect(old).toEqual({ shares: [current], secret: OTHER })
      }
      expect(readdirSync(at).some((name) => /^restore-\d+T\d+Z$/.test(name))).toBe(false)
      outcomes.push(signal === null ? 'done' : isNew ? 'new' : 'old')
    }
    expect(outcomes).toContain('old')
    expect(outcomes.filter((outcome) => outcome === 'new').length).toBeGreaterThan(5)
    expect(outcomes.lastIndexOf('old')).toBeLessThan(outcomes.indexOf('new'))
  })
})

function changeByte(path: string, at: number): void {
  const bytes = readFileSync(path)
  bytes[at] = (bytes[at] ?? 0) ^ 0xff
  writeFileSync(path, bytes)
}
