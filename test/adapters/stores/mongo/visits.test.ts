import { describe } from 'vitest'
import { visitStoreContract } from '#test/contracts/store/visits.ts'
import { missingDatabase } from '#test/services/shared.ts'
import { skippedFor } from '#test/services/skipped-for.ts'
import { type TestDatabase, testDatabase } from './harness.ts'

let ahead = 0
let database: Promise<TestDatabase> | undefined
const open = async () => {
  database ??= testDatabase()
  return (await database).open(() => Date.now() + ahead)
}

describe.skipIf(skippedFor(await missingDatabase()))('mongo store', () =>
  visitStoreContract('mongo', {
    async open() {
      database ??= testDatabase()
      await (await database).empty()
      return open()
    },
    async reopen(store) {
      await store.close()
      return open()
    },
    async close(store) {
      await store.close()
      await (await database)?.check()
    },
    advance(ms) {
      ahead += ms
    },
  }),
)
