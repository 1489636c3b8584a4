import { afterAll, describe, test } from 'vitest'
import { missingDocumentDb } from '#test/services/document-db.ts'
import { missingRedis } from '#test/services/redis.ts'
import { clocksWrong, missingFaketime } from './fleet/clocks-wrong.ts'
import { databaseFrozen, databaseKilled, databaseSlow } from './fleet/database-broken.ts'
import { everythingBroken } from './fleet/everything-broken.ts'
import { redisFlushed, redisKilled, redisKilledWithoutAof } from './fleet/redis-broken.ts'
import { type Row, tableOf } from './fleet/report.ts'
import type { Scenario } from './fleet/scenario.ts'
import { setStage } from './fleet/stage.ts'
import { createTurns } from './fleet/turns.ts'
import { webKilled } from './fleet/web-killed.ts'
import { frozenAndAsked, frozenAndRetried } from './fleet/worker-frozen.ts'
import { workersKilled } from './fleet/workers-killed.ts'

/** Includes the waiting for a turn. */
const LIMIT_MS = 45 * 60_000
const missing = missingDocumentDb() ?? missingRedis() ?? missingFaketime()
const skipped = missing !== undefined && process.env.REQUIRE_SERVICES !== '1'
if (skipped) console.log(`skipped: ${missing}`)

const rows: Row[] = []
const turn = createTurns()

afterAll(() => console.log(tableOf(rows)))

function scenario(sentence: string, play: Scenario): void {
  test.concurrent(
    sentence,
    async ({ onTestFinished }) => {
      await play({
        turn,
        setStage: (settings) => setStage(settings, onTestFinished),
        report: (row) => void rows.push(row),
      })
    },
    LIMIT_MS,
  )
}

// Those that wait for leases first: the others break things meanwhile.
describe.skipIf(skipped)('a fleet of real processes, broken on purpose, loses nothing', () => {
  scenario(
    'a worker frozen past its lease cannot settle, and its sends go out again',
    frozenAndRetried,
  )
  scenario(
    'a worker frozen past its lease leaves outcomes that only the sender decides',
    frozenAndAsked,
  )
  scenario('four workers, one killed -9 every second', workersKilled)
  scenario('workers, web processes, Redis and the database broken all at once', everythingBroken)
  scenario('the database killed -9 and started again', databaseKilled)
  scenario('the database frozen: writes are refused in time, known links lead on', databaseFrozen)
  scenario('the database slower by 200 ms', databaseSlow)
  scenario('Redis killed -9 and started again', redisKilled)
  scenario('Redis killed -9 that kept nothing', redisKilledWithoutAof)
  scenario('Redis flushed in the middle', redisFlushed)
  scenario('web processes killed -9 under load: what was answered is stored', webKilled)
  scenario("workers whose clocks are wrong go by the store's", clocksWrong)
})
