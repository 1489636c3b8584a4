import mongoose from 'mongoose'
import { createMongoStore } from '#adapters/stores/mongo/store.ts'
import type { Store } from '#ports/store/store.ts'
import { randomBytes, type StoreHarness } from '#test/contracts/store/harness.ts'
import { quiet } from '#test/fixtures/quiet.ts'
import { freshDatabase } from '#test/services/shared.ts'

/** A database for the tests of one file, emptied between them: making its indexes takes longer than a test. */
export interface TestDatabase {
  readonly uri: string
  /** Opens a store whose time is so far ahead of the server's. */
  open(aheadMs?: () => number): Promise<Store>
  /** Everything but the state of the schema. */
  empty(): Promise<void>
}

export async function testDatabase(): Promise<TestDatabase> {
  const uri = await freshDatabase()
  return {
    uri,
    open: (aheadMs = () => 0) =>
      createMongoStore({ uri: () => uri }, { logger: quiet, randomBytes, aheadMs }),
    async empty() {
      const connection = await mongoose.createConnection(uri).asPromise()
      const names = (await connection.listCollections()).map(({ name }) => name)
      const full = names.filter((name) => name !== 'schema_state')
      await Promise.all(full.map((name) => connection.collection(name).deleteMany({})))
      await connection.close()
    },
  }
}

/** So long another process leaves it to the one that is gone to raise revisions. */
const RIPENING_MS = 5_100

export function mongoHarness(): StoreHarness {
  let database: Promise<TestDatabase> | undefined
  return {
    async open() {
      database ??= testDatabase()
      const { open, empty } = await database
      await empty()
      let ahead = 0
      const openNow = () => open(() => ahead)
      const stores = [await openNow()]
      return {
        get store() {
          return stores.at(-1) as Store
        },
        now: () => Date.now() + ahead,
        async advance(ms) {
          ahead += ms
        },
        async reopen() {
          ahead += RIPENING_MS
          const store = await openNow()
          stores.push(store)
          return store
        },
        async close() {
          for (const store of stores) await store.close()
        },
      }
    },
  }
}
