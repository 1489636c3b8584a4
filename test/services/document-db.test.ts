import { readdirSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'
import mongoose, { type Connection } from 'mongoose'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { type DocumentDb, missingDocumentDb, SERVERS, startDocumentDb } from './document-db.ts'
import { killStarterOf } from './kill-starter.ts'
import { runs } from './process-tree.ts'
import { skippedFor } from './skipped-for.ts'

describe.skipIf(skippedFor(missingDocumentDb()))('DocumentDB under test', () => {
  let server: DocumentDb
  let connection: Connection

  beforeAll(async () => {
    server = await startDocumentDb()
  })
  afterAll(() => server?.stop())
  beforeEach(async () => {
    connection = mongoose.createConnection(`${server.uri}test`, { serverSelectionTimeoutMS: 500 })
    await connection.asPromise()
  })
  afterEach(() => connection.close())

  it('keeps every write that it acknowledged over two kills under load', {
    timeout: 60_000,
  }, async () => {
    const writes = connection.collection<{ _id: number }>('writes')
    const acknowledged: number[] = []
    const load = { on: true, next: 0 }
    const write = async () => {
      while (load.on) {
        const _id = load.next++
        await writes.insertOne({ _id }).then(
          () => acknowledged.push(_id),
          () => sleep(10),
        )
      }
    }
    const writers = Array.from({ length: 8 }, write)
    for (let kills = 0; kills < 2; kills++) {
      const enough = acknowledged.length + 200
      while (acknowledged.length < enough) await sleep(10)
      const killed = server.pids()
      await server.kill()
      expect(killed.filter(runs)).toEqual([])
      await server.restart()
    }
    load.on = false
    await Promise.all(writers)

    const stored = new Set((await writes.find().toArray()).map(({ _id }) => _id))
    expect(acknowledged.filter((id) => !stored.has(id))).toEqual([])
  })

  it('answers nobody while it is frozen, and does after the thaw what it was asked', async () => {
    const letters = connection.collection('letters')
    await letters.insertOne({ to: 'ann' })
    server.freeze()
    let answered = false
    const asked = letters.insertOne({ to: 'bob' }).then(() => {
      answered = true
    })
    await sleep(500)
    expect(answered).toBe(false)
    server.thaw()
    await asked
    expect(await letters.countDocuments()).toBe(2)
  })

  it('builds a unique index over what is there, and refuses a second of the same', async () => {
    const people = connection.collection('people')
    await people.insertMany(Array.from({ length: 1_000 }, (_, number) => ({ number })))
    await people.createIndex({ number: 1 }, { unique: true })
    await expect(people.insertOne({ number: 7 })).rejects.toMatchObject({ code: 11_000 })
  })

  it('leaves no process and no data behind when it is stopped', async () => {
    const other = await startDocumentDb()
    const pids = other.pids()
    const folders = foldersOf(process.pid)
    await other.stop()
    expect(pids.filter(runs)).toEqual([])
    expect(foldersOf(process.pid)).toHaveLength(folders.length - 1)
  })

  it.each([
    { state: 'at work', freeze: false },
    { state: 'frozen', freeze: true },
  ])('$state, it does not outlive the start after its starter was killed', async ({ freeze }) => {
    const { starter, pids } = await killStarterOf('document-db', { freeze })
    expect(pids.length).toBeGreaterThan(5)
    await (await startDocumentDb()).stop()
    await expect.poll(() => pids.filter(runs), { timeout: 30_000 }).toEqual([])
    expect(foldersOf(starter)).toEqual([])
  })
})

function foldersOf(starter: number): readonly string[] {
  return readdirSync(SERVERS).filter((name) => name.startsWith(`${starter}-`))
}
