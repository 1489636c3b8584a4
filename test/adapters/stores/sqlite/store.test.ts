import { describe } from 'vitest'
import { storeContract } from '#test/contracts/store/store.ts'
import { sqliteHarness } from './harness.ts'

describe('sqlite store', () => storeContract(sqliteHarness))
