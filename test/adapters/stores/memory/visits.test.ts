import { randomBytes } from 'node:crypto'
import { createMemoryStore } from '#adapters/stores/memory/store.ts'
import { visitStoreContract } from '#test/contracts/store/visits.ts'

let ahead = 0
const clock = { now: () => Date.now() + ahead, monotonic: () => performance.now() + ahead }

visitStoreContract('memory', {
  open: async () => createMemoryStore({}, { clock, randomBytes }),
  reopen: { skip: 'a memory store ends with its process' },
  close: (store) => store.close(),
  advance(ms) {
    ahead += ms
  },
})
