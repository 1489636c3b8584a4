import { describe } from 'vitest'
import { createSystemClock } from '#adapters/clock/system.ts'
import { createBullDispatcher } from '#adapters/dispatchers/bull/bull.ts'
import { dispatcherContract } from '#test/contracts/dispatcher.ts'
import { quiet } from '#test/fixtures/quiet.ts'
import { missingRedis } from '#test/services/redis.ts'
import { freshRedis } from '#test/services/shared.ts'
import { skippedFor } from '#test/services/skipped-for.ts'

describe.skipIf(skippedFor(missingRedis()))('on Redis', () => {
  dispatcherContract(async () =>
    createBullDispatcher(
      { url: await freshRedis() },
      { clock: createSystemClock(), logger: quiet },
    ),
  )
})
