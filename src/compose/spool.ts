import { join } from 'node:path'
import { servesWeb } from '#core/role.ts'
import type { Logger } from '#ports/logger.ts'
import type { Spool } from '#ports/spool.ts'
import type { Config } from '#src/config.ts'

/** Where visits wait for the store. A process that serves no links has none to keep. */
export async function openSpool(
  config: Pick<Config, 'role' | 'embedded' | 'dataDir'>,
  deps: { readonly logger: Logger },
): Promise<Spool> {
  if (!servesWeb(config.role)) {
    const { createMemorySpool } = await import('#adapters/spool/memory.ts')
    return createMemorySpool()
  }
  const { openFileSpool } = await import('#adapters/spool/file.ts')
  return openFileSpool({ dir: join(config.dataDir, 'spool') }, deps)
}
