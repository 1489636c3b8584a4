import { cpSync, existsSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createSqliteStore } from '#adapters/stores/sqlite/store.ts'
import type { Store } from '#ports/store/store.ts'
import {
  randomBytes,
  type StoreHarness,
  type TestClock,
  testClock,
} from '#test/contracts/store/harness.ts'

export interface TempFolder {
  readonly path: string
  remove(): void
}

/** Memory where the system has a folder of it: what is tested here does not hang on the disk's speed. */
const ROOT = existsSync('/dev/shm') ? '/dev/shm' : tmpdir()

export function tempFolder(): TempFolder {
  const path = mkdtempSync(join(ROOT, 'passalong-store-'))
  return { path, remove: () => rmSync(path, { recursive: true, force: true }) }
}

export function openSqlite(dataDir: string, clock: TestClock = testClock()): Store {
  return createSqliteStore({ dataDir }, { clock, randomBytes })
}

export const sqliteHarness: StoreHarness = {
  async open() {
    const clock = testClock()
    const folder = tempFolder()
    const open = [openSqlite(join(folder.path, 'data'), clock)]
    return {
      get store() {
        return open.at(-1) as Store
      },
      now: clock.now,
      advance: async (ms) => clock.advance(ms),
      setBack: clock.setBack,
      // What a kill leaves behind is what the files hold at that moment: a copy of them is opened.
      async reopen() {
        const copy = join(folder.path, `copy-${open.length}`)
        const from = join(folder.path, open.length === 1 ? 'data' : `copy-${open.length - 1}`)
        cpSync(from, copy, { recursive: true })
        rmSync(join(copy, 'passalong.db-shm'), { force: true })
        const store = openSqlite(copy, clock)
        open.push(store)
        return store
      },
      async close() {
        for (const store of open) await store.close()
        folder.remove()
      },
    }
  },
}
