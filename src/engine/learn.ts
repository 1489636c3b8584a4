import type { ConnectionRef } from '#core/address.ts'
import { type Outcome, wholeMs } from '#core/delivery.ts'
import type { Logger } from '#ports/logger.ts'
import type { Rates } from '#ports/rates.ts'
import type { Connections } from './connections.ts'

interface LearningDeps {
  /** Of sends. */
  readonly rates: Rates
  readonly connections: Pick<Connections, 'pause'>
  readonly logger: Logger
}

/** What an outcome teaches about more than its own message. What cannot be kept, another send finds out again. */
export async function learn(
  { rates, connections, logger }: LearningDeps,
  connection: ConnectionRef,
  outcome: Outcome,
): Promise<void> {
  try {
    if (outcome.kind === 'throttled') {
      await rates.pause(outcome.bucket, wholeMs(outcome.retryAfterMs))
    }
    if (outcome.kind === 'down') await connections.pause(connection, outcome.detail)
  } catch (error) {
    logger.error({ err: error, outcome: outcome.kind }, 'what a send taught was not kept')
  }
}
