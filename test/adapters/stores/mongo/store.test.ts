import { describe } from 'vitest'
import { storeContract } from '#test/contracts/store/store.ts'
import { missingDatabase } from '#test/services/shared.ts'
import { skippedFor } from '#test/services/skipped-for.ts'
import { mongoHarness } from './harness.ts'

describe.skipIf(skippedFor(await missingDatabase()))('mongo store', () =>
  storeContract(mongoHarness()),
)
