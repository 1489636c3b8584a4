import type { Dispatcher } from '#ports/dispatcher.ts'
import type { Config } from '#src/config.ts'
import type { Ground } from './ground.ts'

/** Bull on Redis where there is one, else a queue of this process. Throws `unavailable` where Redis is away. */
export async function openDispatcher(
  config: Config,
  { clock, logger }: Pick<Ground, 'clock' | 'logger'>,
): Promise<Dispatcher> {
  if (!config.sharedQueue) {
    const { createLocalDispatcher } = await import('#adapters/dispatchers/local/local.ts')
    return createLocalDispatcher({ clock, logger })
  }
  const { createBullDispatcher } = await import('#adapters/dispatchers/bull/bull.ts')
  return createBullDispatcher({ url: config.secret('REDIS_URL') ?? '' }, { clock, logger })
}
