/** A worker of a fleet: the engine in the role `worker`, with a channel that does nothing for a given time. */
import { setTimeout as sleep } from 'node:timers/promises'
import { createSystemClock } from '#adapters/clock/system.ts'
import { createBullDispatcher } from '#adapters/dispatchers/bull/bull.ts'
import { createRedisRates } from '#adapters/rates/redis.ts'
import { createMemorySpool } from '#adapters/spool/memory.ts'
import { createEngine } from '#engine/create-engine.ts'
import type { EngineSettings } from '#engine/deps.ts'
import { createKeys } from '#engine/keys.ts'
import { engineSettings, noPreviews } from '#test/fixtures/engine-settings.ts'
import { noMetrics, quiet } from '#test/fixtures/quiet.ts'
import { createScriptedChannel } from '#test/fixtures/scripted-channel.ts'
import { RECIPIENT_CAP } from '../recipient-cap.ts'
import { openMongoStore } from '../stores.ts'
import { report, workGiven } from './work.ts'

const SETTINGS: EngineSettings = {
  ...engineSettings,
  role: 'worker',
  sharedQueue: true,
  cap: RECIPIENT_CAP,
}

const { uri, redisUrl, concurrency, sendMs } = workGiven()
const clock = createSystemClock()
const rates = await createRedisRates({ url: redisUrl }, { logger: quiet })
let settled = 0
const channel = createScriptedChannel({
  caps: { concurrency, receipts: false },
  async send() {
    if (sendMs > 0) await sleep(sendMs)
    return { kind: 'accepted' }
  },
})
const engine = createEngine(SETTINGS, {
  store: await openMongoStore(uri),
  channels: [channel],
  keys: createKeys('a secret for benchmarks that is long enough'),
  clock,
  dispatcher: await createBullDispatcher({ url: redisUrl }, { clock, logger: quiet }),
  rates,
  requestRates: rates,
  bots: () => [],
  unfurler: noPreviews,
  spool: createMemorySpool(),
  logger: quiet,
  metrics: { ...noMetrics, count: (name, _labels, by = 1) => count(name, by) },
})

function count(name: string, by: number): void {
  if (name === 'outcomes') settled += by
}

report(() => settled)
await engine.start()
