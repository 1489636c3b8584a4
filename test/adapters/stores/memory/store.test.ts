import { describe } from 'vitest'
import { createMemoryStore } from '#adapters/stores/memory/store.ts'
import { randomBytes, type StoreHarness, testClock } from '#test/contracts/store/harness.ts'
import { storeContract } from '#test/contracts/store/store.ts'

const memoryHarness: StoreHarness = {
  async open() {
    const clock = testClock()
    const store = createMemoryStore({}, { clock, randomBytes })
    return {
      store,
      now: clock.now,
      advance: async (ms) => clock.advance(ms),
      setBack: clock.setBack,
      reopen: { skip: 'a memory store ends with its process' },
      close: () => store.close(),
    }
  },
}

describe('memory store', () => storeContract(memoryHarness))
