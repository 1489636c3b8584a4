import { randomBytes } from 'node:crypto'
import { existsSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Connection, Mongoose } from 'mongoose'
import { createSystemClock } from '#adapters/clock/system.ts'
import { createMongoStore } from '#adapters/stores/mongo/store.ts'
import { createSqliteStore } from '#adapters/stores/sqlite/store.ts'
import type { Clock } from '#ports/clock.ts'
import type { Store } from '#ports/store/store.ts'
import { quiet } from '#test/fixtures/quiet.ts'

/** A folder in memory, where the system has one: figures without the disk's share. */
export const IN_MEMORY: string | undefined = existsSync('/dev/shm') ? '/dev/shm' : undefined

export interface SqliteGround {
  /** Where the folder is made. */
  readonly root?: string
  readonly clock?: Clock
}

/** Runs with an embedded store in a folder of its own, which is gone afterwards. */
export async function withSqliteStore<T>(
  run: (store: Store, folder: string) => Promise<T>,
  { root = tmpdir(), clock = createSystemClock() }: SqliteGround = {},
): Promise<T> {
  const folder = mkdtempSync(join(root, 'passalong-bench-'))
  const store = createSqliteStore({ dataDir: folder }, { clock, randomBytes })
  try {
    return await run(store, folder)
  } finally {
    await store.close()
    rmSync(folder, { recursive: true, force: true })
  }
}

export function openMongoStore(uri: string): Promise<Store> {
  return createMongoStore({ uri: () => uri }, { logger: quiet, randomBytes })
}

/** Runs with a store in the database, and a connection of its own for references; what was in it is dropped. */
export async function withMongoStore<T>(
  uri: string,
  run: (store: Store, connection: Connection) => Promise<T>,
): Promise<T> {
  const store = await openMongoStore(uri)
  const connection = await connectRaw(uri)
  try {
    return await run(store, connection)
  } finally {
    await store.close()
    await connection.dropDatabase()
    await connection.close()
  }
}

/** A connection for what is measured without us, with the same promises: on disk, at the majority. */
export function connectRaw(uri: string): Promise<Connection> {
  const writeConcern = { w: 'majority', journal: true } as const
  return new Mongoose().createConnection(uri, { writeConcern, autoCreate: false }).asPromise()
}
