import { createServer } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import mongoose, { mongo } from 'mongoose'
import { afterEach, describe, expect, it } from 'vitest'
import { type Database, openDatabase } from '#adapters/stores/mongo/database.ts'
import { createIndexes } from '#adapters/stores/mongo/migrations/001-indexes.ts'
import { MIGRATIONS, type Migration, migrate } from '#adapters/stores/mongo/migrations.ts'
import type { SchemaState } from '#adapters/stores/mongo/schema-state.ts'
import { createMongoStore } from '#adapters/stores/mongo/store.ts'
import type { Instant } from '#core/ids.ts'
import { randomBytes, START } from '#test/contracts/store/harness.ts'
import { DAY, newAccount } from '#test/contracts/store/plans.ts'
import { quiet } from '#test/fixtures/quiet.ts'
import { freshDatabase, missingDatabase } from '#test/services/shared.ts'
import { skippedFor } from '#test/services/skipped-for.ts'

const left: (() => Promise<unknown>)[] = []
afterEach(async () => {
  for (const close of left.splice(0).toReversed()) await close()
})

function open(uri: string) {
  return createMongoStore({ uri: () => uri }, { logger: quiet, randomBytes })
}

describe('opening', () => {
  it.each([
    ['where nothing listens', 'mongodb://ann:s3cret@127.0.0.1:1/mine', '127.0.0.1:1/mine'],
    ['at what is no address', 'mongodb://ann:s3cret@127.0.0.1:1:2/?x=@', undefined],
  ])('fails within seconds %s, and names no password', async (_case, uri, place) => {
    const begun = performance.now()
    const fault = await open(uri).catch((error: unknown) => error)
    expect(performance.now() - begun).toBeLessThan(10_000)
    expect(fault).toMatchObject({ code: 'unavailable', reason: 'setup.cannot.database' })
    if (place) expect(String(fault)).toContain(place)
    expect(String(fault)).not.toContain('s3cret')
  })

  it('fails within seconds where somebody listens and says nothing', async () => {
    const mute = createServer().listen(0, '127.0.0.1')
    await new Promise((resolve) => mute.once('listening', resolve))
    left.push(async () => mute.close())
    const { port } = mute.address() as { port: number }
    const begun = performance.now()
    await expect(open(`mongodb://127.0.0.1:${port}/mine`)).rejects.toMatchObject({
      code: 'unavailable',
    })
    expect(performance.now() - begun).toBeLessThan(10_000)
  })
})

describe.skipIf(skippedFor(await missingDatabase()))('a database', () => {
  async function database(uri: string, now?: () => number): Promise<Database> {
    const time = now && (() => ({ $toLong: now() }))
    const db = await openDatabase({ uri: () => uri }, time)
    left.push(() => db.close())
    return db
  }

  const steps = (made: number[], ...versions: number[]): Migration[] =>
    versions.map((version) => ({ version, apply: async () => void made.push(version) }))

  it('is brought to the newest version once, by one of those that start together', async () => {
    const uri = await freshDatabase()
    const made: number[] = []
    const all = await Promise.all([1, 2, 3, 4].map(() => database(uri)))
    await Promise.all(all.map((db) => migrate(db, quiet, steps(made, 1, 2))))
    await migrate(all[0] as Database, quiet, steps(made, 1, 2, 3))
    expect(made).toEqual([1, 2, 3])
  })

  it('goes on from the step at which a start was cut off, when that one’s lease has run out', async () => {
    const uri = await freshDatabase()
    let now = START
    const db = await database(uri, () => now)
    const made: number[] = []
    const cut = Promise.withResolvers<void>()
    const hanging: Migration = {
      version: 2,
      apply: () => {
        cut.resolve()
        return new Promise(() => {})
      },
    }
    void migrate(db, quiet, [...steps(made, 1), hanging])
    await cut.promise
    const other = await database(uri, () => now)
    const migrating = migrate(other, quiet, steps(made, 1, 2))
    await new Promise((resolve) => setTimeout(resolve, 600))
    expect(made).toEqual([1])
    now += 60_000
    await migrating
    expect(made).toEqual([1, 2])
  })

  it('gets an index on whose building the line gave up: it is asked for again', async () => {
    const uri = await freshDatabase()
    const db = await database(uri)
    let calls = 0
    const collection = (name: string) => {
      const real = db.connection.collection(name)
      return {
        async createIndexes(indexes: mongo.IndexDescription[]) {
          if (calls++ % 2 === 0) throw new mongo.MongoNetworkTimeoutError('silent for too long')
          return real.createIndexes(indexes)
        },
      }
    }
    await createIndexes({ connection: { collection } as never })
    const names = (await db.connection.collection('deliveries').indexes()).map(({ name }) => name)
    expect(names).toEqual(expect.arrayContaining(['code', 'lane', 'channel', 'sweep', 'finds']))
  })

  it('keeps what a newer release brought it to while an older one was held up', async () => {
    const uri = await freshDatabase()
    let now = START
    const made: number[] = []
    const [under, gate] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()]
    const hanging: Migration = {
      version: 2,
      apply: () => {
        under.resolve()
        return gate.promise
      },
    }
    const older = migrate(await database(uri, () => now), quiet, [...steps([], 1), hanging])
    const refused = expect(older).rejects.toThrow('taken the migration over')
    await under.promise
    now += 60_000
    const newer = await database(uri, () => now)
    await migrate(newer, quiet, steps(made, 1, 2, 3))
    const state = newer.connection.collection<SchemaState>('schema_state')
    // The older one takes the free lock again, when it next renews it.
    while ((await state.findOne({ _id: 'schema' }))?.holder === '') await sleep(100)
    gate.resolve()
    await refused
    expect(made).toEqual([2, 3])
    expect((await state.findOne({ _id: 'schema' }))?.version).toBe(3)
  })

  it('of the version before knows its browsers and mailboxes', async () => {
    const uri = await freshDatabase()
    const db = await database(uri)
    await migrate(db, quiet, MIGRATIONS.slice(0, 2))
    const { id, passwordHash, ...account } = newAccount({
      email: 'Ann@Example.org',
      emailVerifiedAt: 5 as Instant,
    })
    const raw = <T extends { _id: string }>(name: string) => db.connection.collection<T>(name)
    await raw('accounts').insertOne({ _id: id, ...account, passwordHash, createdAt: 5 } as never)
    const until = Date.now() + DAY
    await raw('sessions').insertOne({ _id: 'key', account: id, data: 'x', until } as never)
    const store = await open(uri)
    left.push(() => store.close())
    expect(await store.accounts.byMailbox('ann@example.org')).toMatchObject([{ id }])
    const [session] = await store.accounts.sessions(id)
    expect(session).toMatchObject({ keyHash: 'key', agent: '' })
    expect(session?.seenAt).toBeGreaterThan(until - 2 * DAY)
    expect(await store.accounts.getSession('key')).toEqual({ account: id, data: 'x' })
  })

  it('of a newer release is refused', async () => {
    const uri = await freshDatabase()
    await migrate(await database(uri), quiet, steps([], 1, 2, 99))
    await expect(open(uri)).rejects.toMatchObject({
      code: 'conflict',
      reason: 'setup.cannot.newer_database',
    })
  })

  it('keeps what a newer release wrote into a document that is changed', async () => {
    const uri = await freshDatabase()
    const store = await open(uri)
    left.push(() => store.close())
    const account = newAccount()
    await store.accounts.create(account)
    const connection = await mongoose.createConnection(uri).asPromise()
    left.push(() => connection.close())
    const raw = connection.collection<{ _id: string }>('accounts')
    await raw.updateOne({ _id: account.id }, { $set: { pronouns: 'they' } })
    await store.accounts.update(account.id, { displayName: 'Ann' })
    expect(await raw.findOne({ _id: account.id })).toMatchObject({
      pronouns: 'they',
      displayName: 'Ann',
    })
    expect(Object.keys((await store.accounts.get(account.id)) ?? {})).not.toContain('pronouns')
  })

  it('takes no document and no filter that its schema does not know', async () => {
    const uri = await freshDatabase()
    const db = await database(uri)
    await migrate(db, quiet)
    const { documentSchema } = await import('#adapters/stores/mongo/schema.ts')
    const letters = db.model(
      'letters',
      documentSchema<{ _id: string; to: string }>({ _id: String, to: String }),
    )
    const wrong = { _id: '1', form: 'ann' } as never
    await expect(letters.insertMany([wrong])).rejects.toThrow('form')
    await expect(letters.findOne({ form: 'ann' } as never)).rejects.toThrow('form')
  })
})
