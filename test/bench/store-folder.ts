import { randomBytes } from 'node:crypto'
import { existsSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createSqliteStore } from '#adapters/stores/sqlite/store.ts'
import type { Store } from '#ports/store/store.ts'

const clock = { now: () => Date.now(), monotonic: () => performance.now() }

/** A folder in memory, where the system has one: figures without the disk's share. */
export const IN_MEMORY: string | undefined = existsSync('/dev/shm') ? '/dev/shm' : undefined

/** Runs with a store in a folder of its own, which is gone afterwards. */
export async function withStore<T>(
  run: (store: Store, folder: string) => Promise<T>,
  root: string = tmpdir(),
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
