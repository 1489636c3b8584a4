import type { MongoFacts } from '#adapters/stores/mongo/inspect.ts'
import type { Logger } from '#ports/logger.ts'
import { type Config, placeOf } from '../../config.ts'
import { type Finding, finding } from './check.ts'

/** Pages and messages that show times may be off by so much before anybody minds. */
const SKEW_MS = 30_000

/** MongoDB and Redis, where they are set: whether they answer, and whether work can be given to them. */
export async function checkServices(config: Config, logger: Logger): Promise<readonly Finding[]> {
  const found = await Promise.all([checkDatabase(config), checkQueue(config, logger)])
  return found.flat()
}

async function checkDatabase({ embedded, secret }: Config): Promise<readonly Finding[]> {
  if (embedded) return []
  const { inspectMongo } = await import('#adapters/stores/mongo/inspect.ts')
  const uri = secret('MONGODB_URI') ?? ''
  const facts = await inspectMongo({ uri: () => uri })
  const place = placeOf(uri)
  if (!facts.reachable) {
    return [finding('MONGODB_URI', 'fault', 'doctor.databaseFault', { place, why: facts.why })]
  }
  const { version, topology } = facts
  return [
    topology === 'single server'
      ? finding('MONGODB_URI', 'warning', 'doctor.standalone', { place, version })
      : finding('MONGODB_URI', 'ok', 'doctor.database', { place, version, topology }),
    ...formatOf(facts),
    skewOf(facts),
  ]
}

type Reached = Extract<MongoFacts, { readonly reachable: true }>

function formatOf({ pending }: Reached): readonly Finding[] {
  if (pending === 0) return []
  return pending < 0
    ? [finding('MONGODB_URI', 'fault', 'doctor.newerDatabase')]
    : [finding('MONGODB_URI', 'ok', 'doctor.migrations', { pending })]
}

function skewOf({ aheadMs }: Reached): Finding {
  const seconds = Math.round(Math.abs(aheadMs) / 1_000)
  return Math.abs(aheadMs) > SKEW_MS
    ? finding('clock', 'warning', 'doctor.skew', { seconds })
    : finding('clock', 'ok', 'doctor.clockAgrees')
}

async function checkQueue(
  { sharedQueue, embedded, secret }: Config,
  logger: Logger,
): Promise<readonly Finding[]> {
  if (!sharedQueue) return embedded ? [] : [finding('REDIS_URL', 'off', 'doctor.oneSender')]
  const { inspectRedis } = await import('#adapters/redis/inspect.ts')
  const url = secret('REDIS_URL') ?? ''
  const facts = await inspectRedis({ url }, { logger })
  const place = placeOf(url)
  if (!facts.reachable) {
    return [finding('REDIS_URL', 'fault', 'doctor.redisFault', { place, why: facts.why })]
  }
  const { version, maxmemoryPolicy: policy, appendonly, refuses } = facts
  if (refuses !== null) {
    return [finding('REDIS_URL', 'fault', 'doctor.redisRefuses', { place, why: refuses })]
  }
  const findings = [finding('REDIS_URL', 'ok', 'doctor.redis', { place, version })]
  if (policy !== null && policy !== 'noeviction') {
    findings.push(finding('REDIS_URL', 'warning', 'doctor.redisEvicts', { policy }))
  }
  if (!appendonly) findings.push(finding('REDIS_URL', 'warning', 'doctor.redisForgets'))
  return findings
}
