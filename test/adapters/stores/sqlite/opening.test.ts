import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { chmodSync, existsSync, mkdirSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { migrate, readMigrations } from '#adapters/stores/sqlite/migrations.ts'
import type { AccountId } from '#core/ids.ts'
import { testClock } from '#test/contracts/store/harness.ts'
import { acceptOne, claimed, DAY, dueRequest } from '#test/contracts/store/plans.ts'
import { openSqlite, type TempFolder, tempFolder } from './harness.ts'

let folder: TempFolder
beforeEach(() => {
  folder = tempFolder()
})
afterEach(() => folder.remove())

const data = (): string => join(folder.path, 'data')

describe('one process on a data folder', () => {
  it('makes the folder for its owner alone', async () => {
    const store = openSqlite(data())
    expect(statSync(data()).mode & 0o777).toBe(0o700)
    for (const file of ['passalong.db', 'passalong.db-wal', 'passalong.db.lock']) {
      expect(statSync(join(data(), file)).mode & 0o077).toBe(0)
    }
    await store.close()
  })

  it('refuses a second one, naming the folder and what to do', async () => {
    const store = openSqlite(data())
    expect(() => openSqlite(data())).toThrow(/data.*DATA_DIR/)
    expect(() => openSqlite(data())).toThrow(expect.objectContaining({ code: 'conflict' }))
    await store.close()
    await openSqlite(data()).close()
  })

  it('is free at once after a kill -9, and has what was accepted and being sent', async () => {
    const child = spawn(process.execPath, [join(import.meta.dirname, 'holder.ts'), data()], {
      stdio: ['ignore', 'pipe', 'inherit'],
    })
    const [line] = (await once(child.stdout, 'data')) as [Buffer]
    const id = line.toString().trim() as never
    expect(() => openSqlite(data())).toThrow(/Another/)
    child.kill('SIGKILL')
    await once(child, 'exit')
    const store = openSqlite(data())
    expect((await store.deliveries.due(dueRequest())).map((due) => due.id)).toEqual([id])
    expect(await claimed(store, id)).toMatchObject({ interrupted: true })
    expect(await store.connections.hold('poller', 'another', 1_000)).toBe(true)
    await store.close()
  })

  it('says which folder it cannot write', () => {
    const file = join(folder.path, 'file')
    writeFileSync(file, '')
    expect(() => openSqlite(join(file, 'data'))).toThrow(
      expect.objectContaining({ code: 'unavailable', message: expect.stringContaining(file) }),
    )
  })

  it('says that it cannot read what is no database, and gives the folder back', async () => {
    mkdirSync(data())
    const file = join(data(), 'passalong.db')
    writeFileSync(file, 'not a database '.repeat(1_000))
    expect(() => openSqlite(data())).toThrow(expect.objectContaining({ code: 'unavailable' }))
    rmSync(file)
    await openSqlite(data()).close()
  })

  it('may be closed twice, and answers nothing afterwards', async () => {
    const store = openSqlite(data())
    await Promise.all([store.close(), store.close()])
    await store.close()
    const unavailable = expect.objectContaining({ code: 'unavailable' })
    await expect(store.check()).rejects.toEqual(unavailable)
    await expect(store.shares.get('a' as never)).rejects.toEqual(unavailable)
    await expect(store.shares.mark('a' as never, 'recalled')).rejects.toEqual(unavailable)
  })

  it('leaves the mode of a folder that was there', async () => {
    mkdirSync(data())
    chmodSync(data(), 0o755)
    await openSqlite(data()).close()
    expect(statSync(data()).mode & 0o777).toBe(0o755)
  })

  it('takes data that came back from a backup for others to read away from them', async () => {
    await openSqlite(data()).close()
    for (const file of ['passalong.db', 'passalong.db.lock']) chmodSync(join(data(), file), 0o644)
    const store = openSqlite(data())
    for (const file of ['passalong.db', 'passalong.db-wal', 'passalong.db.lock']) {
      expect(statSync(join(data(), file)).mode & 0o777).toBe(0o600)
    }
    await store.close()
  })
})

describe('migrations', () => {
  const newest = readMigrations().at(-1)?.version ?? 0

  it('are numbered without gaps', () => {
    const versions = readMigrations().map(({ version }) => version)
    expect(versions).toEqual(versions.map((_, i) => i + 1))
  })

  it('refuse data that a newer release wrote, and leave it alone', async () => {
    await openSqlite(data()).close()
    const raw = new DatabaseSync(join(data(), 'passalong.db'))
    raw.exec(`PRAGMA user_version = ${newest + 1}`)
    raw.close()
    expect(() => openSqlite(data())).toThrow(/newer release/)
    const again = new DatabaseSync(join(data(), 'passalong.db'))
    expect(again.prepare('PRAGMA user_version').get()?.user_version).toBe(newest + 1)
    again.close()
  })

  it('run once each, whole or not at all', () => {
    const db = new DatabaseSync(':memory:')
    const first = { version: 1, sql: 'CREATE TABLE a (x)' }
    const broken = { version: 2, sql: 'CREATE TABLE b (x); INSERT INTO nowhere VALUES (1)' }
    migrate(db, 'here', [first])
    expect(() => migrate(db, 'here', [first, broken])).toThrow(/nowhere/)
    const tables = () =>
      db.prepare(`SELECT name FROM sqlite_schema WHERE type = 'table' ORDER BY name`).all()
    expect(tables().map(({ name }) => name)).toEqual(['a'])
    migrate(db, 'here', [first, { version: 2, sql: 'CREATE TABLE b (x)' }])
    expect(tables().map(({ name }) => name)).toEqual(['a', 'b'])
    db.close()
  })

  it('know of browsers and mailboxes of the version before', async () => {
    mkdirSync(data(), { recursive: true })
    const raw = new DatabaseSync(join(data(), 'passalong.db'))
    migrate(raw, 'here', readMigrations().slice(0, 3))
    raw.exec(`
      INSERT INTO account VALUES ('acc', 'ann', 'Ann', 'member', 'Ann@Example.org', 5, 1, 0, NULL,
        NULL, '{}', NULL, 5);
      INSERT INTO session VALUES ('key', 'acc', 'x', ${Date.now() + DAY})`)
    raw.close()
    const store = openSqlite(data(), testClock(Date.now()))
    const [session] = await store.accounts.sessions('acc' as AccountId)
    expect(session).toMatchObject({ keyHash: 'key', agent: '' })
    expect(Math.abs((session?.createdAt ?? 0) - Date.now())).toBeLessThan(60_000)
    expect(await store.accounts.byMailbox('ann@example.org')).toMatchObject([{ id: 'acc' }])
    await store.close()
  })

  it('keep the data of the version before', async () => {
    const store = openSqlite(data())
    const { share } = await acceptOne(store)
    await store.close()
    const again = openSqlite(data())
    expect(await again.shares.get(share)).not.toBeNull()
    await again.close()
    expect(existsSync(join(data(), 'passalong.db'))).toBe(true)
  })
})
