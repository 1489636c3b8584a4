import { randomBytes } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll } from 'vitest'
import { createSqliteStore } from '#adapters/stores/sqlite/store.ts'
import { visitStoreContract } from '#test/contracts/store/visits.ts'

let ahead = 0
const clock = { now: () => Date.now() + ahead, monotonic: () => performance.now() + ahead }
const root = mkdtempSync(join(tmpdir(), 'visits-'))
let last = 0
const open = () => createSqliteStore({ dataDir: join(root, String(last)) }, { clock, randomBytes })
afterAll(() => rmSync(root, { recursive: true, force: true }))

visitStoreContract('sqlite', {
  async open() {
    last++
    return open()
  },
  async reopen(store) {
    await store.close()
    return open()
  },
  close: (store) => store.close(),
  advance(ms) {
    ahead += ms
  },
})
