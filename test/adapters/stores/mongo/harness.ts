import mongoose from 'mongoose'
import { afterEach } from 'vitest'
import { RIPE_MS } from '#adapters/stores/mongo/changes.ts'
import { createMongoStore } from '#adapters/stores/mongo/store.ts'
import type { Store } from '#ports/store/store.ts'
import { randomBytes, type StoreHarness, testClock } from '#test/contracts/store/harness.ts'
import { type CutProxy, startCutProxy } from '#test/fixtures/cut-proxy.ts'
import { quiet } from '#test/fixtures/quiet.ts'
import { freshDatabase } from '#test/services/shared.ts'
import { checkStoredDocuments } from './stored-documents.ts'

/** A database for the tests of one file, emptied between them: making its indexes takes longer than a test. */
export interface TestDatabase {
  readonly uri: string
  /** Opens a store: by the server's clock or by one of the test's; at `uri`, or through what stands before it. */
  open(now?: () => number, address?: string): Promise<Store>
  /** Everything but the state of the schema. */
  empty(): Promise<void>
  /** Throws where a document is not what its schema says. */
  check(): Promise<void>
}

/** `portion`: documents that its stores write in one call; as many as in earnest where left out. */
export async function testDatabase(portion?: number): Promise<TestDatabase> {
  const uri = await freshDatabase()
  return {
    uri,
    open: (now, address = uri) =>
      createMongoStore(
        { uri: () => address, ...(portion ? { portion } : {}) },
        {
          logger: quiet,
          randomBytes,
          ...(now ? { now: () => ({ $toLong: now() }) } : {}),
        },
      ),
    async empty() {
      const connection = await mongoose.createConnection(uri).asPromise()
      const names = (await connection.listCollections()).map(({ name }) => name)
      const full = names.filter((name) => name !== 'schema_state')
      await Promise.all(full.map((name) => connection.collection(name).deleteMany({})))
      await connection.close()
    },
    check: () => checkStoredDocuments(uri),
  }
}

/** The stores of several processes on one database, for the tests of one file; all by a clock that stands still. */
export interface TestStores {
  readonly clock: ReturnType<typeof testClock>
  uri(): Promise<string>
  open(): Promise<Store>
  /** A store whose every write passes a proxy. */
  openBehindProxy(): Promise<{ readonly store: Store; readonly proxy: CutProxy }>
  /** Done after each test too. */
  closeAll(): Promise<void>
}

/** `portion`: as for {@link testDatabase}. */
export function testStores(portion?: number): TestStores {
  const clock = testClock()
  let database: Promise<TestDatabase> | undefined
  const opened: (() => Promise<unknown>)[] = []

  const ofFile = (): Promise<TestDatabase> => (database ??= testDatabase(portion))
  const open = async (address?: string): Promise<Store> => {
    const store = await (await ofFile()).open(clock.now, address)
    opened.push(() => store.close().catch(() => undefined))
    return store
  }
  const closeAll = async (): Promise<void> => {
    for (const close of opened.splice(0).toReversed()) await close()
  }
  afterEach(closeAll)
  return {
    clock,
    uri: async () => (await ofFile()).uri,
    open: () => open(),
    async openBehindProxy() {
      const proxy = await startCutProxy((await ofFile()).uri)
      opened.push(proxy.close)
      return { store: await open(proxy.uri), proxy }
    },
    closeAll,
  }
}

export function mongoHarness(): StoreHarness {
  let database: Promise<TestDatabase> | undefined
  return {
    async open() {
      database ??= testDatabase()
      const { open, empty, check } = await database
      await empty()
      // Time stands still unless the test lets it pass: a lease must not run out because the machine is busy.
      const clock = testClock()
      const openNow = () => open(clock.now)
      const stores = [await openNow()]
      return {
        get store() {
          return stores.at(-1) as Store
        },
        now: clock.now,
        advance: async (ms) => clock.advance(ms),
        setBack: clock.setBack,
        // A fleet cannot tell a process that was killed from one that is slow: its leases run out, and its changes
        // ripen, before another takes them over.
        async reopen() {
          clock.advance(RIPE_MS)
          const store = await openNow()
          stores.push(store)
          return store
        },
        async close() {
          for (const store of stores) await store.close()
          await check()
        },
      }
    },
  }
}
